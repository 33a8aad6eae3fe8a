"""The hour of a release as clocks in Copenhagen show it (Directive 2000/84/EC: last Sundays of March and October)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hub.cast import NOON, Cast
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom.forms.hour import HourForm, hour_of, moments
from vidensbro.hub.newsroom.models import State, Version

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def test_an_hour_in_winter_and_one_in_summer() -> None:
    assert moments(date(2026, 1, 15), time(9, 30)) == [datetime(2026, 1, 15, 8, 30, tzinfo=UTC)]
    assert moments(date(2026, 7, 15), time(9, 30)) == [datetime(2026, 7, 15, 7, 30, tzinfo=UTC)]


def test_the_hour_that_is_skipped_and_the_one_that_comes_twice() -> None:
    assert moments(SPRING, time(2, 30)) == []
    assert moments(SPRING, time(1, 59)) == [datetime(2026, 3, 29, 0, 59, tzinfo=UTC)]
    assert moments(SPRING, time(3, 0)) == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC)]
    twice = [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
    assert moments(AUTUMN, time(2, 30)) == twice
    assert moments(AUTUMN, time(3, 0)) == [datetime(2026, 10, 25, 2, 0, tzinfo=UTC)]


@settings(deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)))
def test_every_moment_is_found_again_from_what_the_form_shows(moment: datetime) -> None:
    whole = moment.replace(second=0, microsecond=0)
    shown = hour_of(whole)
    found = moments(shown["day"], shown["at"])
    assert whole in found
    for one in found:
        there = timezone.localtime(one, timezone.get_default_timezone())
        assert (there.date(), there.time()) == (shown["day"], shown["at"])
    form = HourForm(
        {"day": str(shown["day"]), "at": shown["at"].strftime("%H:%M"), "which": shown.get("which", "")}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["moment"] == whole


@pytest.mark.django_db
def test_the_page_asks_which_of_the_two_and_refuses_what_there_is_not(cast: Cast, approved: Version) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.users["coordinator"])
    page = reverse("schedule-release", args=[approved.pk])

    def sent(**given: str) -> object:
        return client.post(page, given)

    with clock_at(NOON):
        assert "Europe/Copenhagen" in client.get(page).text
        skipped = sent(day="2026-03-29", at="02:30")
        assert (skipped.status_code, "clocks skip this hour" in skipped.text) == (400, True)
        twice = sent(day="2026-10-25", at="02:30")
        assert (twice.status_code, 'name="which"' in twice.text) == (400, True)
        past = sent(day="2026-03-02", at="11:59")
        assert (past.status_code, "lies in the past" in past.text) == (400, True)
        assert sent(day="i morgen", at="").status_code == 400
        approved.refresh_from_db()
        assert approved.state == State.APPROVED
        assert sent(day="2026-10-25", at="02:30", which="1").status_code == 302
        approved.refresh_from_db()
        assert approved.publish_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        assert 'value="1"' in client.get(page).text
        assert sent(day="2026-10-25", at="02:30", which="0").status_code == 302
        approved.refresh_from_db()
        assert approved.publish_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_the_hour_is_for_those_who_decide(cast: Cast, scheduled: Callable[[], Version]) -> None:
    with clock_at(NOON):
        row = scheduled()
        for name, status in (
            ("member", 403),
            ("administrator", 404),
            ("coordinator", 200),
            ("secretariat", 200),
        ):
            client = Client()
            client.force_login(cast.users[name])
            assert client.get(reverse("schedule-release", args=[row.pk])).status_code == status


@pytest.mark.parametrize("day", [date.min, date.max])
def test_years_at_the_ends_of_the_calendar_are_no_error_of_the_server(day: date) -> None:
    form = HourForm({"day": str(day), "at": "00:00"})
    assert form.is_valid() == (day == date.max)
