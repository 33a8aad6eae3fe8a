"""What stands between two sides, and what it stops."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.hub.cast import SYSTEM, WOUND_TEXT
from tests.hub.introductions.conftest import Scene
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.introductions import conflicts, protection, services
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.needs import services as needs


def codes(scene: Scene, *, need=None, counterpart=None) -> list[tuple[str, str, bool]]:
    found = conflicts.of(need or scene.cast.need("sealed"), counterpart or scene.researcher)
    return [(one.code, one.detail, one.hard) for one in found]


def test_nothing_stands_between_strangers(scene: Scene) -> None:
    assert codes(scene) == []
    assert codes(scene, counterpart=scene.cast.university) == []


def test_the_same_organisation(scene: Scene) -> None:
    directory.add_affiliation(SYSTEM, scene.researcher.pk, scene.cast.company.pk, role="Adviser")
    assert codes(scene) == [("same_organisation", "Nordsensor", True)]
    assert codes(scene, counterpart=scene.cast.company) == [("same_organisation", "Nordsensor", True)]


def test_a_past_affiliation_is_past(scene: Scene) -> None:
    past = clock.today() - timedelta(days=1)
    directory.add_affiliation(SYSTEM, scene.researcher.pk, scene.cast.company.pk, until=past)
    assert codes(scene) == []


def test_parents_and_parts_at_any_depth(scene: Scene) -> None:
    group = Organisation.objects.create(name="Group")
    middle = Organisation.objects.create(name="Middle", parent=group)
    Organisation.objects.filter(pk=scene.cast.company.pk).update(parent=middle)
    scene.cast.company.refresh_from_db()
    part = Organisation.objects.create(name="Part", parent=scene.cast.company)
    sister = Organisation.objects.create(name="Sister", parent=group)
    for place, expected in ((group, True), (middle, True), (part, True), (sister, False)):
        found = codes(scene, counterpart=place)
        assert found == ([("related_organisation", place.name, True)] if expected else [])


def test_the_owner_is_not_introduced_to_itself(scene: Scene) -> None:
    directory.link_person(SYSTEM, scene.clinician.pk, scene.cast.users["owner"].pk)
    assert codes(scene, counterpart=scene.clinician) == [("same_person", "", True)]


def test_leaving_out_the_organisation_is_no_way_around(scene: Scene) -> None:
    need = needs.create_draft(scene["outsider"], text=WOUND_TEXT, title="Mine alone", visibility="sealed")
    assert need.organisation is None
    assert codes(scene, need=need)[0] == ("same_organisation", "Østuniversitetet", True)
    assert codes(scene, need=need, counterpart=scene.cast.university) == [
        ("same_organisation", "Østuniversitetet", True)
    ]
    part = Organisation.objects.create(name="Part", parent=scene.cast.university)
    assert codes(scene, need=need, counterpart=part) == [("related_organisation", "Part", True)]
    assert codes(scene, need=need, counterpart=scene.cast.company) == []
    worker = directory.create_person(SYSTEM, name="Owner")
    directory.link_person(SYSTEM, worker.pk, scene.cast.users["owner"].pk)
    directory.add_affiliation(SYSTEM, worker.pk, scene.cast.university.pk)
    own = needs.create_draft(scene["owner"], text=WOUND_TEXT, title="Mine alone", visibility="sealed")
    assert codes(scene, need=own)[0] == ("same_organisation", "Østuniversitetet", True)
    # On behalf of the company its owner's other work is nobody's conflict.
    assert codes(scene) == []


def test_declared_by_either_side(scene: Scene) -> None:
    protection.declare(scene["researcher"], scene.researcher.pk, organisation_id=scene.cast.company.pk)
    assert codes(scene) == [("declared_conflict", "", True)]
    directory.link_person(SYSTEM, scene.clinician.pk, scene.cast.users["owner"].pk)
    protection.declare(scene["owner"], scene.clinician.pk, organisation_id=scene.cast.university.pk)
    assert codes(scene, counterpart=scene.cast.university) == [("declared_conflict", "", True)]


def test_declaring_is_for_oneself(scene: Scene) -> None:
    for name, error in (("visitor", Denied), ("owner", Denied), ("dean", Denied)):
        with pytest.raises(error):
            protection.declare(scene[name], scene.researcher.pk, organisation_id=scene.cast.company.pk)
    actor, person = scene["researcher"], scene.researcher.pk
    with pytest.raises(Invalid, match="same"):
        protection.declare(actor, person, other_id=person)
    with pytest.raises(Invalid, match="declared_conflict_with_one"):
        protection.declare(actor, person)
    with pytest.raises(NotFound):
        protection.declare(actor, person, other_id="nobody")
    once = protection.declare(actor, person, other_id=scene.clinician.pk, note="My sister")
    assert protection.declare(actor, person, other_id=scene.clinician.pk) == once
    assert protection.declared(actor, person) == [once]
    with pytest.raises(NotFound):
        protection.take_back_conflict(scene["owner"], once.pk)
    protection.take_back_conflict(actor, once.pk)
    assert protection.declared(actor, person) == []


@pytest.mark.parametrize(("years", "counts"), [(1, True), (2.9, True), (3.1, False)])
def test_recent_works_with_the_other_side_are_told_and_stop_nothing(
    scene: Scene, years: float, counts: bool
) -> None:
    colleague = directory.create_person(SYSTEM, name="Kim Kollega")
    directory.add_affiliation(SYSTEM, colleague.pk, scene.cast.company.pk)
    published: date = clock.today() - timedelta(days=365.25 * years)
    for title in ("One", "Two"):
        knowledge.create_work(
            SYSTEM,
            title=title,
            language="en",
            date=published,
            authorships=[{"person": scene.researcher}, {"person": colleague}],
        )
    assert codes(scene) == ([("recent_coauthor", "2", False)] if counts else [])
    assert scene.asked().state == "asked"


def test_an_own_work_is_no_common_work(scene: Scene) -> None:
    directory.add_affiliation(SYSTEM, scene.researcher.pk, scene.cast.company.pk)
    knowledge.create_work(
        SYSTEM, title="Alone", language="en", date=clock.today(), authorships=[{"person": scene.researcher}]
    )
    assert [code for code, _, _ in codes(scene)] == ["same_organisation"]


def test_what_is_the_clusters_own_is_marked(scene: Scene) -> None:
    scene.cast.university.roles.create(role="host")
    told = [("cluster_own", "Østuniversitetet", False)]
    assert codes(scene) == told
    assert codes(scene, counterpart=scene.cast.university) == told
    scene.cast.university.roles.update(until=clock.today() - timedelta(days=1))
    assert codes(scene) == []


def test_the_clusters_own_project(scene: Scene) -> None:
    host = Organisation.objects.create(name="The cluster")
    host.roles.create(role="host")
    project = knowledge.create_work(
        SYSTEM,
        kind="project",
        title="Ours",
        language="en",
        authorships=[{"person": scene.researcher, "organisation": host, "role": "coordinator"}],
    )
    row = scene.drafted()
    row.match_key = f"project:{project.pk}"
    assert [one.code for one in conflicts.of_introduction(row)] == ["cluster_own"]


def test_a_hard_conflict_stops_all_but_the_secretariat_with_a_note(scene: Scene) -> None:
    directory.add_affiliation(SYSTEM, scene.researcher.pk, scene.cast.company.pk)
    row = scene.drafted()
    for name, note in (("owner", ""), ("owner", "Please."), ("secretariat", ""), ("secretariat", "  ")):
        with pytest.raises(Conflict, match="same_organisation"):
            services.ask(scene[name], row.pk, override=note)
    services.ask(scene["secretariat"], row.pk, override="A former colleague; both know.")
    asked = next(one for one in history("introduction", row.pk) if one.action == "introduction.asked")
    assert asked.details["overridden"] == {
        "codes": ["same_organisation"],
        "note": "A former colleague; both know.",
    }


def test_many_counterparts_cost_as_much_as_one(scene: Scene, django_assert_max_num_queries) -> None:
    need = scene.cast.need("sealed")
    people = [directory.create_person(SYSTEM, name=f"Person {number}") for number in range(12)]
    for person in people:
        directory.add_affiliation(SYSTEM, person.pk, scene.cast.company.pk)
    with django_assert_max_num_queries(12):
        found = conflicts.between(need, [one.pk for one in people], [scene.cast.university.pk])
    assert len(found) == 12
