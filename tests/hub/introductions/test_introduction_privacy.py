"""What introductions keep about people can be handed out, taken away and joined."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.hub.cast import NOON, SYSTEM
from tests.hub.introductions.conftest import MESSAGE, Scene
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.common import clock
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.introductions import addresses, disclosure, protection, services
from vidensbro.hub.introductions.models import (
    AnswerLink,
    AskPreference,
    ConfidentialityAcceptance,
    DeclaredConflict,
    Introduction,
)
from vidensbro.hub.introductions.services import Answerer


def lived(scene: Scene) -> Introduction:
    """The researcher was asked, shown, said no, and has wishes."""
    row, by = scene.asked(), Answerer(scene["researcher"])
    asked = disclosure.ask_for(by, row.pk, "description")
    disclosure.decide(scene["owner"], asked.pk, True, needs_confidentiality=True)
    disclosure.accept_confidentiality(by, asked.pk, "Ida Testsen")
    services.decline(by, row.pk, "no_time", "My husband is ill.", "Åse Prøve")
    protection.set_preference(scene["researcher"], scene.researcher.pk, per_month=2, digest=True)
    protection.declare(
        scene["researcher"], scene.researcher.pk, organisation_id=scene.cast.company.pk, note="Shares"
    )
    return row


def subject(scene: Scene) -> Subject:
    return Subject(user_id=scene.users["researcher"].pk, person_id=scene.researcher.pk)


def test_the_export_tells_what_was_asked_and_answered(scene: Scene) -> None:
    lived(scene)
    told = json.loads(json.dumps(privacy.export(subject(scene))))["introductions"]
    (asked,) = told["asked_of_me"]
    assert (asked["message"], asked["reason"], asked["note"]) == (MESSAGE, "no_time", "My husband is ill.")
    assert asked["disclosed"][0]["stage"] == "description"
    assert told["wishes"][0]["per_month"] == 2
    assert told["declared_conflicts"] == [
        {"with": "Nordsensor", "note": "Shares", "at": told["declared_conflicts"][0]["at"]}
    ]
    assert told["confidentiality"][0]["name"] == "Ida Testsen"
    owner = privacy.export(Subject(user_id=scene.cast.users["owner"].pk))["introductions"]
    assert [one["to"] for one in owner["requested_by_me"]] == ["Ida Testsen"]


def test_the_export_holds_nothing_of_a_need_that_was_not_shown(scene: Scene) -> None:
    scene.asked()
    told = json.dumps(privacy.export(subject(scene))["introductions"])
    assert "pressure ulcers" not in told
    scene.drafted(person_id=scene.researcher.pk)
    assert len(privacy.export(subject(scene))["introductions"]["asked_of_me"]) == 1


def test_erasing_leaves_counts_and_no_trace(scene: Scene) -> None:
    row = lived(scene)
    waiting = scene.asked(
        by="secretariat", person_id=scene.clinician.pk, message="Ida Testsen sends us to you."
    )
    evidence = waiting.evidence | {
        "passages": [
            {"key": "publication:1", "text": "As IDA TESTSEN wrote, skin reddens.", "marks": [[3, 6]]}
        ]
    }
    Introduction.objects.filter(pk=waiting.pk).update(evidence=evidence)
    scene.drafted()
    privacy.erase(SYSTEM, subject(scene))
    row.refresh_from_db()
    assert (row.state, row.reason, row.person, row.note, row.referral, row.message) == (
        "declined",
        "no_time",
        None,
        "",
        "",
        "",
    )
    assert row.answered_at
    waiting.refresh_from_db()
    assert waiting.message == "[…] sends us to you."
    assert waiting.evidence["passages"] == [
        {"key": "publication:1", "text": "As […] wrote, skin reddens.", "marks": []}
    ]
    assert Introduction.objects.count() == 2
    assert ConfidentialityAcceptance.objects.get().name == ""
    assert not AskPreference.objects.exists()
    assert not DeclaredConflict.objects.exists()
    assert not AnswerLink.objects.filter(introduction=row).exists()
    stored = json.dumps(list(Introduction.objects.values()), default=str, ensure_ascii=False)
    assert not any(word.casefold() in stored.casefold() for word in ("Ida", "Testsen", "husband"))


def test_erasing_ends_what_is_under_way(scene: Scene) -> None:
    asked = scene.asked()
    accepted = scene.asked(by="secretariat")
    services.accept(Answerer(scene["researcher"]), accepted.pk)
    introduced = scene.asked()
    services.accept(Answerer(scene["researcher"]), introduced.pk)
    privacy.erase(SYSTEM, subject(scene))
    states = dict(Introduction.objects.values_list("pk", "state"))
    assert states == {asked.pk: "withdrawn", accepted.pk: "withdrawn", introduced.pk: "introduced"}
    erased = Introduction.objects.get(pk=introduced.pk)
    assert addresses.counterpart_contact(erased) == addresses.Contact("")
    assert addresses.counterpart_recipients(erased) == []
    closed = services.close(scene["owner"], introduced.pk, "met")
    assert closed.state == "closed"


def test_erasing_who_asked_takes_the_message(scene: Scene) -> None:
    row = scene.asked(scene.need("members"))
    privacy.erase(SYSTEM, Subject(user_id=scene.cast.users["owner"].pk))
    row.refresh_from_db()
    assert (row.message, row.requested_by, row.state) == ("", None, "asked")


def test_merged_people_keep_one_open_request_for_each_need(scene: Scene) -> None:
    double = directory.create_person(SYSTEM, name="I. Testsen")
    directory.add_contact_point(SYSTEM, "email", "double@example.org", person_id=double.pk)
    need = scene.need()
    further, nearer = scene.asked(need), scene.asked(need, person_id=double.pk)
    services.postpone(
        Answerer(scene["visitor"], True, double.pk), nearer.pk, clock.today() + timedelta(days=9)
    )
    drafted, alone = scene.drafted(scene.need(), person_id=double.pk), scene.asked(person_id=double.pk)
    services.accept(Answerer(scene["researcher"]), further.pk)
    directory.merge_people(SYSTEM, scene.researcher.pk, double.pk)
    assert set(Introduction.objects.values_list("person", flat=True)) == {scene.researcher.pk}
    states = dict(Introduction.objects.values_list("pk", "state"))
    assert states == {
        further.pk: "introduced",
        nearer.pk: "withdrawn",
        drafted.pk: "drafted",
        alone.pk: "asked",
    }


def test_merging_the_other_way_round_keeps_the_further_one_too(scene: Scene) -> None:
    double = directory.create_person(SYSTEM, name="I. Testsen")
    need = scene.need()
    scene.asked(need)
    draft = scene.drafted(need, person_id=double.pk)
    directory.merge_people(SYSTEM, double.pk, scene.researcher.pk)
    assert not Introduction.objects.filter(pk=draft.pk).exists()
    assert Introduction.objects.get().person == double


def test_merged_wishes_protect_more(scene: Scene) -> None:
    double = directory.create_person(SYSTEM, name="I. Testsen")
    AskPreference.objects.create(person=scene.researcher, per_month=3)
    AskPreference.objects.create(
        person=double, per_month=1, digest=True, quiet_from=NOON.date(), quiet_until=NOON.date()
    )
    DeclaredConflict.objects.create(person=scene.researcher, organisation=scene.cast.company)
    DeclaredConflict.objects.create(person=double, organisation=scene.cast.company)
    DeclaredConflict.objects.create(person=double, other=scene.researcher)
    DeclaredConflict.objects.create(person=scene.clinician, other=double)
    directory.merge_people(SYSTEM, scene.researcher.pk, double.pk)
    kept = AskPreference.objects.get()
    assert (kept.person, kept.per_month, kept.digest, kept.quiet_from) == (
        scene.researcher,
        1,
        True,
        NOON.date(),
    )
    conflicts = set(DeclaredConflict.objects.values_list("person", "organisation", "other"))
    assert conflicts == {
        (scene.researcher.pk, scene.cast.company.pk, None),
        (scene.clinician.pk, None, scene.researcher.pk),
    }


def test_merged_organisations(scene: Scene) -> None:
    double = Organisation.objects.create(name="University of the East")
    directory.add_contact_point(SYSTEM, "email", "east@example.org", organisation_id=double.pk)
    need = scene.need()
    first = scene.asked(need, person_id=None, organisation_id=scene.cast.university.pk)
    second = scene.drafted(need, person_id=None, organisation_id=double.pk)
    third = scene.asked(person_id=None, organisation_id=double.pk)
    DeclaredConflict.objects.create(person=scene.clinician, organisation=double)
    DeclaredConflict.objects.create(person=scene.clinician, organisation=scene.cast.university)
    directory.merge_organisations(SYSTEM, scene.cast.university.pk, double.pk)
    rows = Introduction.objects.filter(organisation=scene.cast.university)
    assert set(rows.values_list("pk", flat=True)) == {first.pk, third.pk}
    assert not Introduction.objects.filter(pk=second.pk).exists()
    assert DeclaredConflict.objects.get().organisation == scene.cast.university
    assert Person.objects.current().filter(pk=scene.clinician.pk).exists()
