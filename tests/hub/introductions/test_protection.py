"""The time of those who are asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hub.cast import NOON, SYSTEM
from tests.hub.introductions.conftest import Scene
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import ContactPoint, Organisation, Person
from vidensbro.hub.introductions import protection, queries, services
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.matches import queries as matches


def reason(person: Person) -> str:
    return protection.availability([person.pk])[person.pk]


def test_the_limit_holds_in_any_thirty_days(scene: Scene) -> None:
    start = NOON
    for day in range(4):
        with clock.clock_at(start + timedelta(days=day)):
            assert reason(scene.researcher) == ""
            scene.asked()
    with clock.clock_at(start + timedelta(days=29, hours=23)):
        assert reason(scene.researcher) == "person_full"
        with pytest.raises(Conflict, match="person_full"):
            scene.asked()
    with clock.clock_at(start + timedelta(days=30)):
        scene.asked()
        assert reason(scene.researcher) == "person_full"


def test_one_may_set_a_limit_of_ones_own(scene: Scene) -> None:
    for limit, count in ((0, 0), (1, 1), (6, 6)):
        protection.set_preference(scene["researcher"], scene.researcher.pk, per_month=limit)
        while reason(scene.researcher) == "":
            scene.asked()
        assert scene.researcher.introductions.filter(state="asked").count() == count


def test_no_answer_frees_the_place(scene: Scene) -> None:
    protection.set_preference(scene["researcher"], scene.researcher.pk, per_month=1)
    row = scene.asked()
    services.decline(Answerer(scene["researcher"]), row.pk, "no_time")
    assert reason(scene.researcher) == "person_full"


def test_quiet_periods_include_both_days(scene: Scene) -> None:
    first, last = NOON.date(), NOON.date() + timedelta(days=10)
    protection.set_preference(scene["researcher"], scene.researcher.pk, quiet_from=first, quiet_until=last)
    for day, expected in ((-1, ""), (0, "person_quiet"), (10, "person_quiet"), (11, "")):
        with clock.clock_at(NOON + timedelta(days=day)):
            assert reason(scene.researcher) == expected
    with clock.clock_at(NOON), pytest.raises(Conflict, match="person_quiet"):
        scene.asked(by="secretariat")


def test_who_cannot_be_reached_or_found(scene: Scene) -> None:
    ContactPoint.objects.all().delete()
    assert reason(scene.clinician) == "no_address"
    Person.objects.filter(pk=scene.clinician.pk).update(visibility="hidden")
    assert reason(scene.clinician) == "person_hidden"
    gone = scene.cast.users["owner"].pk
    assert protection.availability([gone, "no id"]) == {gone: "person_hidden"}
    place = {"person_id": None, "organisation_id": scene.cast.university.pk}
    scene.asked(**place)
    scene.users["dean"].memberships.all().delete()
    with pytest.raises(Conflict, match="no_address"):
        scene.asked(**place)


def test_availability_costs_three_queries(scene: Scene, django_assert_num_queries) -> None:
    people = [directory.create_person(SYSTEM, name=f"Person {number}").pk for number in range(20)]
    with django_assert_num_queries(3):
        protection.availability(people)


def test_wishes_are_ones_own(scene: Scene) -> None:
    person = scene.researcher.pk
    for name in ("owner", "dean", "member", "visitor"):
        with pytest.raises(Denied):
            protection.set_preference(scene[name], person, per_month=31)
        with pytest.raises(Denied):
            protection.preference_of(scene[name], person)
    with pytest.raises(NotFound):
        protection.set_preference(scene["researcher"], "nobody", per_month=3)
    for wrong in ({"per_month": 32}, {"quiet_from": NOON.date()}, {"digested_at": NOON}):
        with pytest.raises(Invalid):
            protection.set_preference(scene["researcher"], person, **wrong)
    assert protection.preference_of(scene["researcher"], person).pk is None
    protection.set_preference(scene["researcher"], person, per_month=2, digest=True)
    kept = protection.preference_of(scene["secretariat"], person)
    assert (kept.per_month, kept.digest, kept.quiet_from) == (2, True, None)


def test_minutes_asked_for_in_a_year(scene: Scene) -> None:
    for moment, minutes in ((NOON, 30), (NOON + timedelta(days=40), 45), (NOON + timedelta(days=365), 60)):
        with clock.clock_at(moment):
            scene.asked(minutes=minutes)
    scene.drafted(minutes=480)
    people = [scene.researcher.pk, scene.clinician.pk]
    assert protection.load(people, 2026) == {
        scene.researcher.pk: protection.Load(2, 75),
        scene.clinician.pk: protection.Load(),
    }
    assert protection.load(people, 2027)[scene.researcher.pk] == protection.Load(1, 60)


def test_the_next_comes_up_when_one_is_passed_over(scene: Scene) -> None:
    need = scene.need("sealed")
    found = matches.matches_of(scene["owner"], need.pk).matches
    before = [(turn.match.kind, turn.match.id, turn.reason) for turn in queries.passed_over(need, found)]
    assert [one[0] for one in before] == ["person", "person", "publication", "test_site", "organisation"]
    assert {one[2] for one in before} == {""}
    protection.set_preference(scene["researcher"], scene.researcher.pk, per_month=0)
    Organisation.objects.filter(pk=scene.cast.university.pk).update(parent=scene.cast.company)
    turns = queries.passed_over(need, found)
    assert [(turn.match.title, turn.reason) for turn in turns][-3:] == [
        (scene.researcher.name, "person_full"),
        (scene.clinician.name, "related_organisation"),
        (scene.cast.university.name, "related_organisation"),
    ]
    assert [turn.match.kind for turn in turns][:2] == ["publication", "test_site"]


def test_counterparts_say_why_they_cannot_be_asked(scene: Scene) -> None:
    protection.set_preference(scene["researcher"], scene.researcher.pk, per_month=0)
    behind = queries.counterparts(scene["owner"], f"publication:{scene.paper.pk}")
    assert [one.reason for one in behind] == ["person_full", "", ""]
