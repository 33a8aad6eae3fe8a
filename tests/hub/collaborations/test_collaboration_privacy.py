"""What a collaboration knows about people: handed out, forgotten, and joined."""

from __future__ import annotations

import json
from datetime import date

from tests.hub.cast import SYSTEM, Cast
from tests.hub.files.samples import PDF, upload
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.collaborations import facts, services
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import AgreementParty, Collaboration, Party, PartyPerson, Step
from vidensbro.hub.collaborations.presenters import ERASED
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.files.models import StoredFile

DAY = date(2026, 2, 2)


def test_an_export_tells_what_somebody_recorded(cast: Cast, row: Collaboration) -> None:
    subject = Subject(user_id=cast.users["member"].pk)
    exported = json.loads(json.dumps(privacy.export(subject)))["collaborations"]
    assert exported["taking_part"][0]["collaboration"] == row.title
    assert {one["kind"] for one in exported["recorded"]} == {"begun", "readiness"}


def test_erasing_keeps_the_facts_and_forgets_the_name(cast: Cast, row: Collaboration) -> None:
    cast.users["member"].name = "Ida Testsen"
    cast.users["member"].save()
    evidence = Evidence(file=upload("a.pdf", PDF), by="Ida Testsen")
    step = services.record_fact(
        cast["member"], row.pk, facts.Event(), date=DAY, note="Møde", evidence=evidence
    )
    services.record_fact(
        cast["outsider"], row.pk, facts.Event(), date=DAY, note="Opkald", evidence=Evidence(by="Ida Testsen")
    )
    privacy.erase(SYSTEM, Subject(user_id=cast.users["member"].pk))
    step.refresh_from_db()
    assert (step.recorded_by, step.evidence_by, step.note) == (None, ERASED, "Møde")
    assert StoredFile.objects.get().uploaded_by is None
    assert not PartyPerson.objects.filter(party__organisation=cast.company).exists()
    assert not Step.objects.filter(evidence_by__contains="Ida").exists()
    assert row.steps.count() == 4


def test_a_person_who_is_joined_with_another_takes_part_once(cast: Cast, row: Collaboration) -> None:
    party = row.parties.get(organisation=cast.university)
    people = [directory.create_person(SYSTEM, name=name) for name in ("Bo A", "Bo B")]
    for person in people:
        directory.add_affiliation(SYSTEM, person.pk, cast.university.pk)
        services.name_person(cast["member"], row.pk, party.pk, person.name)
    privacy.merge("person", people[0].pk, people[1].pk)
    assert list(party.people.filter(person__isnull=False).values_list("person", flat=True)) == [people[0].pk]


def test_organisations_that_are_joined_become_one_party(cast: Cast, row: Collaboration) -> None:
    twin = Organisation.objects.create(name="Nordsensor Danmark", kind="company", country="DK")
    other = services.add_party(
        cast["member"], row.pk, name=twin.name, role="company", date=DAY, evidence=Evidence(by="M")
    )
    university = row.parties.get(organisation=cast.university)
    services.record_fact(
        cast["member"],
        row.pk,
        facts.AgreementSigned("data", (other.pk, university.pk)),
        date=DAY,
        evidence=Evidence(by="M"),
    )
    alone = services.begin(
        SYSTEM,
        title="En anden",
        evidence=Evidence(by="S"),
        parties=[services.PartyGiven("company", twin.pk), services.PartyGiven("other", name="B")],
    )
    privacy.merge("organisation", cast.company.pk, twin.pk)
    assert not Party.objects.filter(organisation=twin).exists()
    kept = row.parties.get(organisation=cast.company)
    assert AgreementParty.objects.filter(party=kept).count() == 1
    assert alone.parties.filter(organisation=cast.company).exists()
