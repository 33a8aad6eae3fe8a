"""Who sees an introduction, and who may do what with it."""

from __future__ import annotations

import pytest

from tests.hub.introductions.conftest import Scene
from vidensbro.hub.accounts.policies import Policy
from vidensbro.hub.common.errors import Conflict, Denied, NotFound
from vidensbro.hub.introductions import queries, rules, services
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.services import Answerer

POLICIES: dict[str, Policy] = {name: rule for name, rule in vars(rules).items() if isinstance(rule, Policy)}
OWNER = {"owner", "secretariat"}


def rows(scene: Scene) -> list[Introduction]:
    """A draft and a request, to a person and to an organisation, for needs of every visibility."""
    found = []
    for visibility in ("public", "members", "sealed"):
        for to in ({}, {"person_id": None, "organisation_id": scene.cast.university.pk}):
            scene.asked(scene.need(visibility), **to)
            scene.drafted(scene.need(visibility), **to)
    ownerless = scene.need("sealed")
    scene.drafted(ownerless, person_id=scene.clinician.pk)
    type(ownerless).objects.filter(pk=ownerless.pk).update(owner=None)
    found.extend(Introduction.objects.select_related("need", "person", "organisation"))
    return found


@pytest.mark.parametrize("name", list(POLICIES))
def test_the_predicate_and_the_queryset_agree(scene: Scene, name: str) -> None:
    policy, there = POLICIES[name], rows(scene)
    for who in scene.names:
        visible = set(policy.visible(scene[who], Introduction.objects.all()).values_list("pk", flat=True))
        assert visible == {row.pk for row in there if policy.allows(scene[who], row)}, who


@pytest.mark.parametrize(
    ("visibility", "to", "seen_by"),
    [
        ("sealed", "person", OWNER | {"researcher"}),
        ("sealed", "organisation", OWNER | {"dean"}),
        ("members", "person", OWNER | {"researcher", "coordinator"}),
        ("public", "organisation", OWNER | {"dean", "coordinator"}),
    ],
)
def test_who_sees_a_request(scene: Scene, visibility: str, to: str, seen_by: set[str]) -> None:
    place = {"person_id": None, "organisation_id": scene.cast.university.pk}
    row = scene.drafted(scene.need(visibility), **(place if to == "organisation" else {}))
    before = seen_by - {"researcher", "dean"}
    assert {name for name in scene.names if sees(scene, name, row)} == before
    services.ask(scene["owner"], row.pk)
    assert {name for name in scene.names if sees(scene, name, row)} == seen_by
    answering = {name for name in scene.names if queries.asked_of(scene[name]).filter(pk=row.pk).exists()}
    assert answering == seen_by - before


def sees(scene: Scene, name: str, row: Introduction) -> bool:
    try:
        return queries.introduction(scene[name], row.pk) == row
    except NotFound:
        return False


def test_a_draft_that_was_thrown_away_is_never_seen_by_the_other_side(scene: Scene) -> None:
    row = scene.drafted()
    services.withdraw(scene["owner"], row.pk)
    assert not sees(scene, "researcher", row)


@pytest.mark.parametrize("name", ["owner", "secretariat"])
def test_the_owners_side_cannot_answer_for_the_other(scene: Scene, name: str) -> None:
    row = scene.asked()
    with pytest.raises(Denied, match="not_asked"):
        services.accept(Answerer(scene[name]), row.pk)


@pytest.mark.parametrize(
    "name", ["visitor", "member", "colleague", "coordinator", "outsider", "administrator", "dean"]
)
def test_strangers_do_not_learn_that_it_exists(scene: Scene, name: str) -> None:
    row = scene.asked()
    actor = scene[name]
    for move in (
        lambda: services.accept(Answerer(actor), row.pk),
        lambda: services.withdraw(actor, row.pk),
        lambda: services.close(actor, row.pk, "met"),
        lambda: services.agree(actor, row.pk),
        lambda: services.assign_broker(actor, row.pk, None),
        lambda: services.edit(actor, row.pk, message="Mine."),
    ):
        with pytest.raises(NotFound):
            move()


def test_the_counterpart_may_not_do_what_is_the_owners(scene: Scene) -> None:
    row = scene.asked()
    for move in (
        lambda: services.withdraw(scene["researcher"], row.pk),
        lambda: services.agree(scene["researcher"], row.pk),
        lambda: services.edit(scene["researcher"], row.pk, minutes=5),
    ):
        with pytest.raises(Denied, match="not_owner"):
            move()


def test_a_link_answers_for_its_own_introduction_only(scene: Scene) -> None:
    row = scene.asked()
    other = scene.asked(scene.need(), person_id=scene.clinician.pk)
    with pytest.raises(Denied):
        services.accept(Answerer(scene["visitor"], via_link=True, person_id=row.person_id), other.pk)


def test_mine_and_the_list(scene: Scene) -> None:
    row = scene.asked()
    assert list(queries.mine(scene["owner"])) == [row]
    assert list(queries.mine(scene["researcher"])) == []
    assert list(queries.mine(scene["secretariat"])) == []
    assert list(queries.introductions(scene["secretariat"])) == [row]
    search = queries.IntroductionSearch
    for found, wanted in (
        (1, search(state="asked")),
        (0, search(state="closed")),
        (1, search(text="testsen")),
        (0, search(text="nobody")),
        (1, search(need=str(row.need_id))),
        (1, search(person=str(scene.researcher.pk))),
        (0, search(organisation=str(scene.cast.university.pk))),
        (0, search(broker="no id")),
    ):
        assert queries.introductions(scene["secretariat"], wanted).count() == found, wanted


def test_a_list_costs_the_same_however_long(scene: Scene, django_assert_num_queries) -> None:
    for _ in range(3):
        scene.asked()
    actor = scene["secretariat"]
    with django_assert_num_queries(2):
        for row in queries.introductions(actor):
            assert row.need.owner == scene.cast.users["owner"]
            assert row.person.user == scene.users["researcher"]
            assert list(row.times.all()) == []


def test_one_more_request_than_is_allowed(scene: Scene) -> None:
    for _ in range(4):
        scene.asked()
    with pytest.raises(Conflict, match="person_full"):
        scene.asked(by="secretariat")
