"""Export, erasure and the record."""

from __future__ import annotations

import json

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.audit.queries import history
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Membership, Person
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import services as matches
from vidensbro.hub.matches.models import Feedback
from vidensbro.hub.needs.models import Need

KEEPERS = ["audit", "accounts", "directory", "knowledge", "needs", "matches"]


def somebody(cast: Cast) -> Subject:
    """The owner, who is also a person in the directory, an author, and has an opinion."""
    owner = cast.users["owner"]
    person = directory.create_person(
        SYSTEM, name="Ida Testsen", orcid="0000-0002-1825-0097", source="openalex", source_id="A5"
    )
    directory.link_person(SYSTEM, person.pk, owner.pk)
    directory.add_affiliation(SYSTEM, person.pk, cast.university.pk, role="Professor")
    directory.add_contact_point(SYSTEM, "email", "ida@example.org", person_id=person.pk)
    work = knowledge.create_work(
        SYSTEM, title="On wounds", language="en", authorships=[{"person": person, "raw_name": "I. Testsen"}]
    )
    cast.need(contact="Ida, second floor")
    cast.need("sealed")
    matches.give_feedback(
        cast["owner"], "publication", str(work.pk), "relevant", note="Mine!", text_digest="0" * 64
    )
    return Subject(user_id=owner.pk, person_id=person.pk)


def test_every_app_that_keeps_people_has_a_part() -> None:
    assert {part.name for part in privacy.parts()} >= set(KEEPERS)


def test_an_export_holds_everything_and_is_json(cast: Cast) -> None:
    exported = json.loads(json.dumps(privacy.export(somebody(cast))))
    assert exported["accounts"]["email"] == "owner@example.org"
    (person,) = exported["directory"]["people"]
    assert (person["orcid"], person["source"]) == ("0000-0002-1825-0097", "openalex")
    assert person["affiliations"][0]["role"] == "Professor"
    assert person["contact_points"][0]["value"] == "ida@example.org"
    assert exported["knowledge"]["authorships"][0]["name"] == "I. Testsen"
    assert len(exported["needs"]["needs"]) == 2
    assert exported["matches"]["feedback"][0]["note"] == "Mine!"
    assert {one["action"] for one in exported["audit"]["events"]} >= {"need.posted", "match.feedback"}


def test_erasing_leaves_no_trace_of_the_person(cast: Cast) -> None:
    subject = somebody(cast)
    privacy.erase(SYSTEM, subject)
    assert not User.objects.filter(pk=subject.user_id).exists()
    assert not Membership.objects.filter(user_id=subject.user_id).exists()
    assert not Feedback.objects.exists()
    person = Person.objects.get(pk=subject.person_id)
    assert (person.name, person.visibility, person.user) == ("", "hidden", None)
    assert (person.source_id, person.orcid) == ("A5", "0000-0002-1825-0097")
    assert set(person.edited) >= {"name", "visibility"}
    (need,) = Need.objects.all()
    assert (need.visibility, need.owner, need.contact) == ("members", None, "")
    assert need.organisation == cast.company
    left = json.dumps(privacy.export(subject))
    for word in ("Ida", "Testsen", "ida@example.org", "owner@example.org", "Mine!"):
        assert word not in left
    assert not Event.objects.filter(actor=f"user:{subject.user_id}").exists()
    assert Event.objects.filter(action="privacy.erased").count() == 1


def test_the_record_says_who_did_what_without_the_content(cast: Cast) -> None:
    need = cast.need(text="A confidential formula for glue that holds under water.")
    (posted, drafted) = history("need", need.pk)
    assert (posted.actor, posted.action) == (f"user:{cast.users['owner'].pk}", "need.posted")
    assert drafted.action == "need.drafted"
    assert "glue" not in json.dumps([event.details for event in Event.objects.all()])


def test_the_record_and_the_change_stand_or_fall_together(cast: Cast) -> None:
    before = Event.objects.count()
    directory.edit_organisation(SYSTEM, cast.company.pk, name=cast.company.name)
    assert Event.objects.count() == before
