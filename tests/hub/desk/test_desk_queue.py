"""What is on the desk, when it comes and when it goes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.hub.cast import NOON
from tests.hub.desk.conftest import AARHUS, Desk
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Denied
from vidensbro.hub.desk import queries, services
from vidensbro.hub.desk.models import Kind
from vidensbro.hub.desk.services import Wish
from vidensbro.hub.introductions import services as introductions
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.needs import services as needs

DONE = Wish(done=True)


@pytest.mark.parametrize("name", ["visitor", "member", "coordinator", "owner", "administrator"])
def test_only_the_secretariat_works_at_the_desk(desk: Desk, name: str) -> None:
    for ask in (queries.desk, queries.brokers, queries.last_action, queries.views):
        with pytest.raises(Denied):
            ask(desk.cast[name])
    with pytest.raises(Denied):
        services.act(desk.cast[name], [("route", desk.cluster.pk)], DONE)


def test_an_empty_desk_is_empty(desk: Desk) -> None:
    assert desk.items() == []


def test_there_is_everything_the_most_urgent_first(desk: Desk) -> None:
    desk.everything()
    # The weak need and the one behind the introduction are to be routed as well.
    assert desk.kinds() == ["route", "route", "join", "claim", "weak", "quiet", "mail", "waiting"]


@pytest.mark.parametrize("kind", ["route", "join", "claim", "weak", "quiet", "mail", "waiting"])
def test_what_is_dealt_with_goes_and_can_be_found(desk: Desk, kind: str) -> None:
    desk.everything()
    refs = [item.ref for item in desk.items(kind=kind)]
    services.act(desk.broker, refs, DONE)
    assert desk.items(kind=kind) == []
    assert [item.ref for item in desk.items(kind=kind, state="done")] == refs
    services.act(desk.broker, refs, Wish(done=False))
    assert [item.ref for item in desk.items(kind=kind)] == refs


def test_a_draft_and_a_closed_need_are_not_on_it(desk: Desk) -> None:
    desk.cast.need(posted=False)
    row = desk.need()
    assert desk.kinds() == ["route"]
    needs.close(desk.cast["owner"], row.pk, "found")
    assert desk.kinds() == []


def test_a_request_moves_on_with_time(desk: Desk) -> None:
    row = desk.asked()
    assert row.expires_at is not None
    services.act(desk.broker, desk.ref("route"), DONE)
    assert desk.kinds() == ["waiting"]
    with clock_at(row.expires_at - timedelta(days=4)):
        assert desk.kinds() == ["expiring"]
    with clock_at(row.expires_at - timedelta(days=1)):
        introductions.keep_time(row.pk)
        assert desk.kinds() == ["escalated"]
    with clock_at(row.expires_at + timedelta(minutes=1)):
        introductions.keep_time(row.pk)
        assert desk.kinds() == ["expired"]


def test_what_was_dealt_with_comes_back_when_it_grows_urgent(desk: Desk) -> None:
    row = desk.asked()
    assert row.expires_at is not None
    services.act(desk.broker, [item.ref for item in desk.items()], DONE)
    assert desk.items() == []
    with clock_at(row.expires_at - timedelta(days=3)):
        assert desk.kinds() == ["expiring"]


def test_a_no_says_why_and_whom_else_to_ask(desk: Desk) -> None:
    row = desk.asked()
    desk.answer(row, note="Travelling.", referral="Karla Prøve in Odense")
    item = desk.one("declined")
    assert item.matter.facts[-3:] == ("no time", "“Travelling.”", "asks you to try: Karla Prøve in Odense")
    services.act(desk.broker, [item.ref], DONE)
    assert "declined" not in desk.kinds()
    assert "declined" in desk.kinds(state="done")


def test_yes_but_later_is_quiet_until_the_day(desk: Desk) -> None:
    row = desk.asked()
    introductions.postpone(Answerer(desk.scene["researcher"]), row.pk, date(2026, 4, 10))
    assert desk.kinds() == ["route"]
    with clock_at(NOON + timedelta(days=39)):
        assert desk.kinds() == ["later", "route"]


def test_the_owners_yes_is_waited_for(desk: Desk) -> None:
    row = desk.asked(by="secretariat")
    introductions.accept(Answerer(desk.scene["researcher"]), row.pk)
    assert desk.kinds() == ["owner", "route"]
    introductions.agree(desk.cast["owner"], row.pk)
    assert desk.kinds() == ["route"]


def test_a_collaboration_that_moved_and_goes_quiet_again_comes_back(desk: Desk) -> None:
    desk.quiet()
    item = desk.one("quiet")
    assert item.days == 10
    services.act(desk.broker, [item.ref], DONE)
    assert desk.kinds() == []
    from vidensbro.hub.collaborations.models import Collaboration

    Collaboration.objects.update(moved=NOON + timedelta(days=5))
    with clock_at(NOON + timedelta(days=90)):
        assert desk.kinds() == []
    with clock_at(NOON + timedelta(days=96)):
        assert desk.kinds() == ["quiet"]


def test_after_how_many_days_a_collaboration_is_quiet_is_a_setting(desk: Desk, settings) -> None:
    desk.quiet()
    settings.VIDENSBRO_QUIET_DAYS = 101
    assert desk.kinds() == []
    settings.VIDENSBRO_QUIET_DAYS = 60
    assert desk.one("quiet").days == 40


def test_a_sealed_need_is_shown_to_the_broker(desk: Desk) -> None:
    desk.need(visibility="sealed", title="Secret")
    assert desk.one("route").matter.title == "Secret"


def test_the_nearest_office_is_suggested(desk: Desk) -> None:
    desk.need(latitude=AARHUS[0], longitude=AARHUS[1])
    near = desk.one("route").suggestion
    assert near is not None
    # Aarhus–Aalborg is 101 km as the crow flies, Aarhus–Copenhagen 157 km.
    assert near.office == desk.aalborg
    assert near.kilometres == pytest.approx(101, abs=2)


def test_a_city_is_known_from_the_directory(desk: Desk) -> None:
    desk.need(city="københavn", country="DK")
    near = desk.one("route").suggestion
    assert near is not None
    assert (near.office, near.kilometres) == (desk.copenhagen, 0.0)


def test_without_a_place_that_of_the_organisation_counts(desk: Desk) -> None:
    desk.need()
    near = desk.one("route").suggestion
    assert near is not None
    assert near.office == desk.aalborg


def test_an_unknown_place_goes_to_the_head_office(desk: Desk) -> None:
    desk.need(city="Nowhere", country="DK")
    near = desk.one("route").suggestion
    assert near is not None
    assert (near.office, near.kilometres) == (desk.copenhagen, None)


def test_an_office_that_works_with_the_field_goes_before_one_that_works_with_another(desk: Desk) -> None:
    from vidensbro.hub.directory.models import Office, Organisation, OrganisationField

    branch = Organisation.objects.create(
        name="Klyngen Nord", kind="cluster", country="DK", parent=desk.cluster
    )
    near = Office.objects.create(
        organisation=branch, city="Aarhus", country="DK", latitude=56.15, longitude=10.2
    )
    OrganisationField.objects.create(organisation=branch, notation="medtech")
    OrganisationField.objects.create(organisation=desk.cluster, notation="biotech")
    desk.need(city="København", country="DK", fields=["wound-care"])
    found = desk.one("route").suggestion
    assert found is not None
    assert (found.office, found.shares_field) == (near, True)


def test_without_a_cluster_there_is_no_suggestion(desk: Desk) -> None:
    desk.cluster.roles.all().delete()
    desk.need()
    assert desk.one("route").suggestion is None


def test_filters(desk: Desk) -> None:
    desk.everything()
    assert {item.matter.title for item in desk.items(text="plaster TRYK")} == {"Plaster mod tryksår"}
    assert desk.kinds(field="wound-care") == ["quiet"]
    assert desk.kinds(age="7") == ["quiet"]
    assert desk.kinds(assignee="me") == []
    assert len(desk.items(assignee="nobody")) == 8
    assert {item.matter.kind for item in desk.items(office=str(desk.aalborg.pk))} == {
        Kind.ROUTE,
        Kind.WEAK,
        Kind.WAITING,
    }
    assert desk.items(office=str(desk.copenhagen.pk)) == []
    assert desk.items(kind="no such kind", age="x", field="x", state="x") == []


def test_orders(desk: Desk) -> None:
    desk.everything()
    assert desk.kinds(sort="oldest")[0] == "quiet"
    assert desk.kinds(sort="newest")[-1] == "quiet"
    assert desk.items(sort="title")[0].matter.title == "A need to route"
    mail = desk.ref("mail")
    services.act(desk.broker, mail, Wish(assignee=str(desk.broker.user_id)))
    assert desk.kinds(sort="assignee")[0] == "mail"


def test_kinds_are_counted_without_the_choice_of_a_kind(desk: Desk) -> None:
    desk.everything()
    found = queries.desk(desk.broker, queries.DeskSearch(kind="mail"))
    assert found.counts == {"route": 2, "join": 1, "claim": 1, "weak": 1, "quiet": 1, "mail": 1, "waiting": 1}


def test_it_costs_the_same_however_long(desk: Desk, settings, django_assert_max_num_queries) -> None:
    settings.VIDENSBRO_ASKS_PER_MONTH = 31
    desk.everything()
    for number in range(12):
        desk.asked(desk.need(title=f"Need {number}", city="Aalborg"))
        desk.run(desk.cast.need(title=f"Weak {number}"), 0.1)
    with django_assert_max_num_queries(24):
        assert len(desk.items()) == 8 + 12 * 4
