"""Asking to join an organisation, deciding on it, leaving, and the role that comes and goes with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.hub.cast import NOON, SYSTEM, Cast, assemble
from tests.hub.directory.joining_cast import as_actor, mails, newcomer
from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.jobs import STANDING, keep_roles_in_step
from vidensbro.hub.directory.models import JoinRequest, Membership, Organisation, RoleLift
from vidensbro.hub.directory.queries.joining import place_in
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.outbox import periodic


def role_of(user: User) -> str:
    return User.objects.values_list("role", flat=True).get(pk=user.pk)


def members_of(organisation: Organisation) -> dict[str, str]:
    return dict(Membership.objects.filter(organisation=organisation).values_list("user__name", "role"))


def test_a_coordinator_confirms_and_the_newcomer_becomes_a_member(cast: Cast) -> None:
    services.give_role(SYSTEM, cast.company.pk, "partner")
    user = newcomer()
    row = services.ask_to_join(as_actor(user), cast.company.pk, " I solder. ")
    assert (row.state, row.message) == ("asked", "I solder.")
    assert mails("directory.join_asked") == {"coordinator@example.org"}
    services.confirm_join(cast["coordinator"], row.pk)
    assert members_of(cast.company)["Newcomer"] == "member"
    assert role_of(user) == Role.MEMBER
    assert mails("directory.join_decided") == {"newcomer@example.org"}
    assert [event.action for event in history("join_request", row.pk)] == ["join.confirmed", "join.asked"]
    assert cast.company.pk in as_actor(user).organisations


def test_an_organisation_outside_the_cluster_lifts_nobody(cast: Cast) -> None:
    services.give_role(SYSTEM, cast.company.pk, "host")
    user = newcomer()
    services.confirm_join(cast["coordinator"], services.ask_to_join(as_actor(user), cast.company.pk).pk)
    assert role_of(user) == Role.VISITOR


def test_the_secretariat_decides_where_there_is_no_coordinator(cast: Cast) -> None:
    row = services.ask_to_join(as_actor(newcomer()), cast.university.pk)
    assert mails("directory.join_asked") == {"secretariat@example.org"}
    assert list(queries.unattended_requests(cast["secretariat"])) == [row]
    with pytest.raises(NotFound):
        services.confirm_join(cast["outsider"], row.pk)
    services.confirm_join(cast["secretariat"], row.pk)
    assert not queries.unattended_requests(cast["secretariat"])


def test_a_closed_account_coordinates_nothing(cast: Cast) -> None:
    accounts.set_active(SYSTEM, cast.users["coordinator"].pk, False)
    row = services.ask_to_join(as_actor(newcomer()), cast.company.pk)
    assert list(queries.unattended_requests(cast["secretariat"])) == [row]
    assert mails("directory.join_asked") == {"secretariat@example.org"}


def test_a_refusal_is_polite_and_carries_the_note(cast: Cast) -> None:
    user = newcomer()
    row = services.ask_to_join(as_actor(user), cast.company.pk)
    services.refuse_join(cast["coordinator"], row.pk, "Write to Bo first.")
    mail = Mail.objects.get(kind="directory.join_decided")
    assert "Write to Bo first." in mail.text
    assert "Write to Bo first." in mail.html
    assert "Newcomer" not in members_of(cast.company)
    with pytest.raises(Conflict, match="asked_recently"):
        services.ask_to_join(as_actor(user), cast.company.pk)
    JoinRequest.objects.update(decided_at=clock.now() - timedelta(days=31))
    assert services.ask_to_join(as_actor(user), cast.company.pk).state == "asked"


def test_what_cannot_be_asked(cast: Cast) -> None:
    user = newcomer()
    with pytest.raises(Denied, match="sign_in_needed"):
        services.ask_to_join(cast["visitor"], cast.company.pk)
    with pytest.raises(Denied, match="users_only"):
        services.ask_to_join(SYSTEM, cast.company.pk)
    with pytest.raises(Conflict, match="already_member"):
        services.ask_to_join(cast["member"], cast.company.pk)
    with pytest.raises(Invalid):
        services.ask_to_join(as_actor(user), cast.company.pk, "x" * 1001)
    services.ask_to_join(as_actor(user), cast.company.pk)
    with pytest.raises(Conflict, match="already_asked"):
        services.ask_to_join(as_actor(user), cast.company.pk)
    services.withdraw_organisation(SYSTEM, cast.university.pk)
    with pytest.raises(NotFound):
        services.ask_to_join(as_actor(user), cast.university.pk)


def test_nobody_asks_everywhere_at_once(cast: Cast) -> None:
    actor = as_actor(newcomer())
    for number in range(10):
        services.ask_to_join(actor, services.create_organisation(SYSTEM, name=f"Firm {number}").pk)
    with pytest.raises(Conflict, match="too_many_requests"):
        services.ask_to_join(actor, cast.company.pk)
    # Taking requests back makes no room for more on the same day: their mails have been sent.
    for row in JoinRequest.objects.all():
        services.withdraw_join(actor, row.pk)
    with pytest.raises(Conflict, match="too_many_requests"):
        services.ask_to_join(actor, cast.company.pk)
    JoinRequest.objects.update(decided_at=clock.now() - timedelta(days=2))
    services.ask_to_join(actor, cast.company.pk)


def test_taking_back_and_asking_again_has_an_end(cast: Cast) -> None:
    actor = as_actor(newcomer())
    for _ in range(3):
        services.withdraw_join(actor, services.ask_to_join(actor, cast.company.pk).pk)
    with pytest.raises(Conflict, match="asked_recently"):
        services.ask_to_join(actor, cast.company.pk)
    services.ask_to_join(actor, cast.university.pk)
    JoinRequest.objects.filter(state="withdrawn").update(decided_at=clock.now() - timedelta(days=31))
    services.ask_to_join(actor, cast.company.pk)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("visitor", NotFound),
        ("outsider", NotFound),
        ("member", NotFound),
        ("newcomer", Denied),
        ("coordinator", None),
        ("secretariat", None),
        ("administrator", None),
    ],
)
@pytest.mark.parametrize("decide", [services.confirm_join, services.refuse_join])
def test_who_decides(cast: Cast, name: str, error: type[Exception] | None, decide) -> None:
    user = newcomer()
    row = services.ask_to_join(as_actor(user), cast.company.pk)
    actor = as_actor(user) if name == "newcomer" else cast[name]
    if error:
        with pytest.raises(error):
            decide(actor, row.pk)
        row.refresh_from_db()
        assert row.state == "asked"
        assert "Newcomer" not in members_of(cast.company)
    else:
        decide(actor, row.pk)


def test_a_request_is_decided_once(cast: Cast) -> None:
    user = newcomer()
    row = services.ask_to_join(as_actor(user), cast.company.pk)
    with pytest.raises(Denied):
        services.withdraw_join(cast["coordinator"], row.pk)
    services.withdraw_join(as_actor(user), row.pk)
    for again in (services.confirm_join, services.refuse_join):
        with pytest.raises(Conflict, match="request_over"):
            again(cast["coordinator"], row.pk)
    with pytest.raises(Conflict, match="request_over"):
        services.withdraw_join(as_actor(user), row.pk)
    assert services.ask_to_join(as_actor(user), cast.company.pk).state == "asked"


def test_the_database_knows_the_states(cast: Cast) -> None:
    row = services.ask_to_join(as_actor(newcomer()), cast.company.pk)
    for broken in ({"state": "confirmed"}, {"decided_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            JoinRequest.objects.filter(pk=row.pk).update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.create(user=row.user, organisation=row.organisation)


# --- members ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("visitor", Denied),
        ("outsider", NotFound),
        ("member", Denied),
        ("secretariat", None),
        ("coordinator", None),
    ],
)
def test_who_sees_and_changes_members(cast: Cast, name: str, error: type[Exception] | None) -> None:
    def everything() -> list[object]:
        organisation = queries.managed_organisation(cast[name], cast.company.pk)
        return [
            *queries.members(cast[name], organisation),
            *queries.open_invitations(cast[name], organisation),
        ]

    colleague = cast.users["colleague"]
    calls = (
        everything,
        lambda: services.change_role(cast[name], colleague.pk, cast.company.pk, "coordinator"),
        lambda: services.remove_membership(cast[name], colleague.pk, cast.company.pk),
        lambda: services.invite(cast[name], "new@example.org", organisation_id=cast.company.pk),
    )
    for call in calls:
        if error:
            with pytest.raises(error):
                call()
        else:
            call()
    assert ("Colleague" in members_of(cast.company)) == (error is not None)


def test_strangers_learn_nothing_of_members(cast: Cast) -> None:
    """An organisation with members and one without answer a stranger alike, so does one that is not there."""
    empty = services.create_organisation(SYSTEM, name="Empty")
    for organisation_id in (cast.company.pk, empty.pk, "00000000-0000-7000-8000-000000000000"):
        for call in (
            lambda key: queries.managed_organisation(cast["outsider"], key),
            lambda key: services.leave(cast["outsider"], key),
            lambda key: services.remove_membership(cast["outsider"], cast.users["member"].pk, key),
            lambda key: services.change_role(cast["outsider"], cast.users["member"].pk, key, "member"),
        ):
            with pytest.raises(NotFound) as caught:
                call(organisation_id)
            assert caught.value.kind == "organisation"


def test_the_last_coordinator_stays_unless_the_secretariat_says_otherwise(cast: Cast) -> None:
    coordinator, company = cast.users["coordinator"], cast.company.pk
    for call in (
        lambda: services.leave(cast["coordinator"], company),
        lambda: services.remove_membership(cast["coordinator"], coordinator.pk, company),
        lambda: services.change_role(cast["coordinator"], coordinator.pk, company, "member"),
        lambda: services.add_membership(cast["coordinator"], coordinator.pk, company, "member"),
    ):
        with pytest.raises(Conflict, match="last_coordinator"):
            call()
    services.change_role(cast["coordinator"], cast.users["colleague"].pk, company, "coordinator")
    services.leave(cast["coordinator"], company)
    assert "Coordinator" not in members_of(cast.company)
    services.remove_membership(cast["secretariat"], cast.users["colleague"].pk, company)
    assert "coordinator" not in members_of(cast.company).values()


def test_a_coordinator_whose_account_is_closed_does_not_count(cast: Cast) -> None:
    services.change_role(SYSTEM, cast.users["colleague"].pk, cast.company.pk, "coordinator")
    accounts.set_active(SYSTEM, cast.users["colleague"].pk, False)
    with pytest.raises(Conflict, match="last_coordinator"):
        services.leave(cast["coordinator"], cast.company.pk)


def test_unknown_members_and_roles(cast: Cast) -> None:
    with pytest.raises(NotFound):
        services.change_role(cast["coordinator"], cast.users["outsider"].pk, cast.company.pk, "member")
    with pytest.raises(Invalid):
        services.change_role(cast["coordinator"], cast.users["member"].pk, cast.company.pk, "king")
    with pytest.raises(Denied):
        services.leave(cast["visitor"], cast.company.pk)


def test_place_tells_what_the_reader_is(cast: Cast) -> None:
    user = newcomer()
    assert not place_in(cast["visitor"], cast.company).may_join
    assert place_in(as_actor(user), cast.company).may_join
    row = services.ask_to_join(as_actor(user), cast.company.pk)
    place = place_in(as_actor(user), cast.company)
    assert (place.asked, place.may_join) == (row, False)
    assert place_in(cast["member"], cast.company).role == "member"
    assert place_in(cast["coordinator"], cast.company).may_manage


# --- the role that comes with an organisation ---------------------------------------------------------------


def test_a_role_given_by_hand_stays(cast: Cast) -> None:
    services.give_role(SYSTEM, cast.company.pk, "member")
    services.leave(cast["member"], cast.company.pk)
    assert role_of(cast.users["member"]) == Role.MEMBER
    user = newcomer()
    services.add_membership(cast["coordinator"], user.pk, cast.company.pk)
    accounts.set_role(SYSTEM, user.pk, Role.SECRETARIAT)
    services.leave(as_actor(user), cast.company.pk)
    assert role_of(user) == Role.SECRETARIAT
    assert not RoleLift.objects.exists()


@pytest.mark.parametrize(
    ("since", "until", "lifted"),
    [
        (None, None, True),
        (date(2026, 3, 2), date(2026, 3, 2), True),
        (date(2026, 3, 3), None, False),
        (None, date(2026, 3, 1), False),
    ],
)
def test_membership_of_the_cluster_has_dates(
    cast: Cast, since: date | None, until: date | None, lifted: bool
) -> None:
    with clock.clock_at(NOON):
        services.give_role(SYSTEM, cast.company.pk, "member", since=since, until=until)
        user = newcomer()
        services.add_membership(cast["coordinator"], user.pk, cast.company.pk)
        assert (role_of(user) == Role.MEMBER) is lifted


def test_the_role_follows_the_days(cast: Cast) -> None:
    today = clock.today()
    begins, ends = today + timedelta(days=10), today + timedelta(days=20)
    services.give_role(SYSTEM, cast.company.pk, "member", since=begins, until=ends)
    user = newcomer()
    services.add_membership(cast["coordinator"], user.pk, cast.company.pk)
    seen = []
    for days in (0, 10, 20, 21):
        with clock.clock_at(clock.now() + timedelta(days=days)):
            keep_roles_in_step([])
        seen.append(role_of(user))
    assert seen == [Role.VISITOR, Role.MEMBER, Role.MEMBER, Role.VISITOR]
    assert STANDING in periodic.jobs()


def test_joining_the_cluster_lifts_those_who_are_there_already(cast: Cast) -> None:
    user = newcomer()
    services.add_membership(cast["coordinator"], user.pk, cast.company.pk)
    services.give_role(SYSTEM, cast.company.pk, "member")
    assert role_of(user) == Role.MEMBER
    services.give_role(SYSTEM, cast.company.pk, "member", until=date(2020, 1, 1))
    assert role_of(user) == Role.VISITOR


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["join", "leave", "enter", "end"]),
        st.integers(min_value=0, max_value=2),
    ),
    max_size=12,
)


class TestLift(TestCase):
    """Whatever the order of joining, leaving and the organisations' own coming and going."""

    @settings(max_examples=25, deadline=None)
    @given(steps=STEPS)
    def test_a_visitor_is_a_member_exactly_while_an_organisation_makes_one(self, steps) -> None:
        assemble()
        user = newcomer()
        places = [services.create_organisation(SYSTEM, name=f"Place {number}") for number in range(3)]
        inside: set[int] = set()
        joined: set[int] = set()
        for step, number in steps:
            place = places[number]
            if step == "join":
                services.add_membership(SYSTEM, user.pk, place.pk)
                joined.add(number)
            elif step == "leave":
                services.remove_membership(SYSTEM, user.pk, place.pk)
                joined.discard(number)
            else:
                until = None if step == "enter" else date(2020, 1, 1)
                services.give_role(SYSTEM, place.pk, "founder", until=until)
                (inside.add if step == "enter" else inside.discard)(number)
            expected = Role.MEMBER if joined & inside else Role.VISITOR
            assert role_of(user) == expected, steps
