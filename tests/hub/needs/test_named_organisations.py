"""Needs for named organisations: who sees them, what is asked for, and that rule and list agree."""

from __future__ import annotations

import itertools
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hub.cast import SYSTEM, WOUND_TEXT, Cast
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role
from vidensbro.hub.accounts.policies import Grant, Policy, filled, through
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common.errors import Invalid, NotFound
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Membership, Organisation
from vidensbro.hub.needs import queries, rules, services
from vidensbro.hub.needs.models import Need, NeedAudience, NeedTeaser
from vidensbro.hub.needs.privacy import NeedsPart

NAMED = "organisations"


def sees(cast: Cast) -> set[str]:
    return {name for name in cast.names if queries.needs(cast[name]).exists()}


def test_those_of_a_named_organisation_see_it_and_nobody_else(cast: Cast) -> None:
    row = cast.need(NAMED, audience=[cast.university.pk])
    by_list = sees(cast)
    by_id = set()
    for name in cast.names:
        try:
            queries.need(cast[name], row.pk)
        except NotFound:
            continue
        by_id.add(name)
    assert by_list == by_id == {"owner", "secretariat", "outsider"}
    assert {name for name in cast.names if queries.may_edit(cast[name], row)} == {"owner", "secretariat"}


def test_a_draft_is_its_owners_whomever_it_names(cast: Cast) -> None:
    cast.need(NAMED, posted=False, audience=[cast.university.pk])
    assert sees(cast) == {"owner"}


def test_who_joins_sees_it_and_who_leaves_no_longer(cast: Cast) -> None:
    cast.need(NAMED, audience=[cast.university.pk])
    joined = Membership.objects.create(user=cast.users["colleague"], organisation=cast.university)
    assert "colleague" in sees(cast)
    joined.delete()
    assert "colleague" not in sees(cast)


def test_one_without_the_role_of_a_member_who_acts_for_it_sees_it(cast: Cast) -> None:
    cast.need(NAMED, audience=[cast.university.pk])
    guest = Actor(organisations=frozenset({cast.university.pk}), user_id=uuid.uuid4())
    assert guest.roles.isdisjoint({Role.MEMBER})
    assert queries.needs(guest).count() == 1


def test_at_least_one_must_be_named(cast: Cast) -> None:
    row = cast.need(NAMED, posted=False)
    with pytest.raises(Invalid) as caught:
        services.post(cast["owner"], row.pk)
    assert caught.value.problems["audience"] == ("audience_missing",)
    services.edit(cast["owner"], row.pk, audience=[cast.university.pk])
    services.post(cast["owner"], row.pk)
    with pytest.raises(Invalid):
        services.edit(cast["owner"], row.pk, audience=[])
    assert NeedAudience.objects.filter(need=row).count() == 1


@pytest.mark.parametrize("wrong", [uuid.UUID(int=7), "nobody", "withdrawn"])
def test_only_organisations_that_stand_can_be_named(cast: Cast, wrong: object) -> None:
    if wrong == "withdrawn":
        wrong = Organisation.objects.create(name="Gone", status="withdrawn").pk
    with pytest.raises(Invalid) as caught:
        cast.need(NAMED, posted=False, audience=[wrong])
    assert caught.value.problems["audience"] == ("invalid_choice",)


def test_so_many_that_it_is_no_circle_are_refused(cast: Cast) -> None:
    many = Organisation.objects.bulk_create(
        Organisation(name=f"O{number}") for number in range(services.MOST_ORGANISATIONS + 1)
    )
    with pytest.raises(Invalid) as caught:
        cast.need(NAMED, posted=False, audience=[row.pk for row in many])
    assert caught.value.problems["audience"] == ("audience_too_many",)


def test_every_change_of_the_circle_is_in_the_log(cast: Cast) -> None:
    row = cast.need(NAMED, audience=[cast.university.pk])
    services.edit(cast["owner"], row.pk, audience=[cast.university.pk, cast.company.pk])
    edited, posted, drafted = history("need", row.pk)
    assert edited.details == {
        "columns": ["audience"],
        "organisations": sorted([str(cast.university.pk), str(cast.company.pk)]),
    }
    assert posted.details["organisations"] == drafted.details["organisations"] == [str(cast.university.pk)]


def test_an_edit_that_says_nothing_of_the_circle_leaves_it(cast: Cast) -> None:
    row = cast.need(NAMED, audience=[cast.university.pk])
    services.edit(cast["owner"], row.pk, title="Another title")
    assert [one.organisation for one in row.audiences.all()] == [cast.university]


def test_another_visibility_forgets_the_circle(cast: Cast) -> None:
    row = cast.need(NAMED, audience=[cast.university.pk])
    services.edit(cast["owner"], row.pk, visibility="sealed")
    assert not NeedAudience.objects.exists()
    assert "outsider" not in sees(cast)


def test_merging_organisations_moves_the_circle_once(cast: Cast) -> None:
    twin = Organisation.objects.create(name="Østuniversitetet, Aarhus")
    both = cast.need(NAMED, audience=[cast.university.pk, twin.pk])
    one = cast.need(NAMED, audience=[twin.pk])
    directory.merge_organisations(SYSTEM, cast.university.pk, twin.pk)
    for row in (both, one):
        assert list(NeedAudience.objects.filter(need=row).values_list("organisation_id", flat=True)) == [
            cast.university.pk
        ]


def test_who_is_erased_takes_closed_needs_along(cast: Cast) -> None:
    for visibility in (NAMED, "sealed", "members"):
        cast.need(visibility, audience=[cast.university.pk] if visibility == NAMED else [])
    NeedsPart().erase(Subject(user_id=cast.users["owner"].pk))
    assert [row.visibility for row in Need.objects.all()] == ["members"]


ORGANISATIONS = 4
NEEDS = 5
circles = st.lists(st.sets(st.integers(0, ORGANISATIONS - 1)), min_size=NEEDS, max_size=NEEDS)


@given(
    circles=circles, own=st.sets(st.integers(0, ORGANISATIONS)), visibility=st.sampled_from([NAMED, "sealed"])
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rule_and_list_agree_for_every_circle(
    db, circles: list[set[int]], own: set[int], visibility: str
) -> None:
    Need.objects.all().delete()
    places = [Organisation.objects.create(name=f"O{number}") for number in range(ORGANISATIONS)]
    for circle in circles:
        row = services.create_draft(
            SYSTEM,
            organisation_id=places[0].pk,
            text=WOUND_TEXT,
            visibility=visibility,
            audience=[places[one].pk for one in circle],
        )
        if circle or visibility == "sealed":
            services.post(SYSTEM, row.pk)
    keys = [place.pk for place in places] + [uuid.UUID(int=1)]
    actor = Actor(user_id=uuid.UUID(int=2), organisations=frozenset(keys[one] for one in own))
    listed = list(rules.see_need.visible(actor, Need.objects.all()))
    asked = [row for row in Need.objects.all() if rules.see_need.allows(actor, row)]
    assert sorted(row.pk for row in listed) == sorted(row.pk for row in asked)
    expected = sum(bool(circle & own) for circle in circles) if visibility == NAMED else 0
    assert len(listed) == expected


@given(
    values=st.sets(st.sampled_from(["a", "b", None])),
    tagged=st.lists(st.sets(st.sampled_from("abc")), max_size=4),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_condition_over_related_rows_says_the_same_either_way(
    db, values: set, tagged: list[set[str]]
) -> None:
    Need.objects.all().delete()
    for notations in tagged:
        row = services.create_draft(SYSTEM, text=WOUND_TEXT, visibility="public", fields=notations)
        assert row.field_tags.count() == len(notations)
    policy = Policy(Grant("tagged", through("field_tags__notation", lambda actor: values)))
    listed = list(policy.visible(SYSTEM, Need.objects.all()))
    assert len(listed) == len(set(listed)) == sum(bool(notations & values) for notations in tagged)
    assert set(listed) == {row for row in Need.objects.all() if policy.allows(SYSTEM, row)}


def test_a_filled_column_says_the_same_either_way(cast: Cast) -> None:
    cast.need("public")
    cast.need("public", posted=False)
    policy = Policy(Grant("posted", filled("posted")))
    listed = list(policy.visible(SYSTEM, Need.objects.all()))
    assert len(listed) == 1
    assert listed == [row for row in Need.objects.all() if policy.allows(SYSTEM, row)]


def test_rule_and_list_agree_on_teasers(cast: Cast) -> None:
    moment = Need._meta.get_field("created").get_default()
    combinations = itertools.product(
        ("public", "members", NAMED, "sealed"),
        ("posted", "answered", "closed"),
        ("public", "members"),
        (True, False),
    )
    for visibility, state, audience, approved in combinations:
        need = Need.objects.create(
            text="x",
            visibility=visibility,
            state=state,
            posted=moment,
            closed=moment if state == "closed" else None,
            owner=cast.users["owner"],
        )
        NeedTeaser.objects.create(
            need=need, text="y", audience=audience, approved_at=moment if approved else None
        )
    rows = NeedTeaser.objects.all()
    for name in cast.names:
        listed = set(rules.see_teaser.visible(cast[name], rows))
        assert listed == {row for row in rows if rules.see_teaser.allows(cast[name], row)}
        assert len(listed) == (4 if name == "visitor" else 8)
        assert all(row.approved_at and row.need.visibility in {NAMED, "sealed"} for row in listed)
