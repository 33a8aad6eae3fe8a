"""The hour at the feeds' doors: not a second before it, not a second after it, and no sign of it until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import WORDS
from tests.hub.newsroom.feeding import KINDS, ask, texts, titles, undone
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import State, Version

pytestmark = pytest.mark.django_db
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SECRET = replace(WORDS, headline="Det må ingen vide endnu")
SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""Both nights, half an hour before the clocks change at 01:00 UTC (Directive 2000/84/EC)."""
HINTS = ("ETag", "Last-Modified", "Cache-Control", "Link", "Vary", "Content-Type", "Content-Length")

nights = st.one_of(
    st.integers(0, 90).map(lambda minutes: SPRING + timedelta(minutes=minutes)),
    st.integers(0, 120).map(lambda minutes: AUTUMN + timedelta(minutes=minutes)),
    st.datetimes(datetime(2026, 3, 3), datetime(2030, 12, 31), timezones=st.just(UTC)),
)
before = st.one_of(
    st.just(timedelta(microseconds=1)), st.timedeltas(timedelta(microseconds=1), timedelta(minutes=3))
)


@pytest.fixture
def approved_secret(cast: Cast, approved: Version) -> Version:
    """Beside one that is out already."""
    with clock_at(NOON):
        services.schedule(SYSTEM, approved.pk, NOON)
        row = services.create_release(SYSTEM, [cast.company.pk], "da", SECRET)
        services.hand_in(SYSTEM, row.pk, 1)
        return services.approve(SYSTEM, row.pk, cast.company.pk, 1)


def everything() -> dict[str, HttpResponse]:
    return {**{kind: ask(kind) for kind in KINDS}, "sitemap": Client().get("/newsroom/sitemap.xml")}


def told(found: HttpResponse) -> tuple[object, ...]:
    """All that somebody outside can see, but how long the same request took."""
    return (found.status_code, found.content, *(found.get(name) for name in HINTS))


@effort(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@example(hour=SPRING + timedelta(minutes=30), early=timedelta(microseconds=1), late=timedelta(0))
@example(hour=AUTUMN + timedelta(minutes=30), early=timedelta(microseconds=1), late=timedelta(0))
@example(hour=AUTUMN - timedelta(minutes=30), early=timedelta(hours=1), late=timedelta(minutes=59))
@given(hour=nights, early=before, late=st.timedeltas(timedelta(0), timedelta(days=1)))
def test_nothing_before_the_hour_and_everything_from_it_on(
    approved_secret: Version, hour: datetime, early: timedelta, late: timedelta
) -> None:
    hour = hour.replace(second=0, microsecond=0)
    with undone():
        with clock_at(hour - early):
            without = {name: told(one) for name, one in everything().items()}
        with clock_at(NOON):
            row = services.schedule(SYSTEM, approved_secret.pk, hour.astimezone(COPENHAGEN))
        with clock_at(hour - early):
            waiting = everything()
            assert {name: told(one) for name, one in waiting.items()} == without
            for one in waiting.values():
                assert SECRET.headline not in one.content.decode()
                assert _lifetime(one) <= early.total_seconds()
        with clock_at(hour + late):
            for kind in KINDS:
                assert SECRET.headline in titles(kind, ask(kind))
            old = waiting["atom"]
            for headers in (
                {"if-none-match": old["ETag"]},
                {"if-modified-since": old["Last-Modified"]},
            ):
                assert SECRET.headline in titles("atom", ask("atom", headers=headers))
            sitemap = Client().get("/newsroom/sitemap.xml")
            assert SECRET.headline in texts(sitemap, "//news:title")
        row.refresh_from_db()
        assert row.state == State.SCHEDULED, "no worker has noted the hour"


def _lifetime(found: HttpResponse) -> int:
    """For how many seconds a cache may show it (RFC 9111, section 4.2.1)."""
    return int(found["Cache-Control"].split("max-age=")[1].split(",")[0])


def test_the_repeated_hour_has_two_minutes_of_that_name(approved_secret: Version) -> None:
    """02:30 comes twice in the night of 25 October; a version for the second one does not appear at the first."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN, fold=0)
    second = first.replace(fold=1)
    with clock_at(NOON):
        services.schedule(SYSTEM, approved_secret.pk, second)
    with clock_at(first.astimezone(UTC) + timedelta(minutes=1)):
        assert SECRET.headline not in titles("atom", ask("atom"))
    with clock_at(second.astimezone(UTC)):
        answer = ask("atom")
        assert SECRET.headline in titles("atom", answer)
        assert texts(answer, f"//a:entry[a:title='{SECRET.headline}']/a:published") == [
            "2026-10-25T01:30:00Z"
        ]


@pytest.mark.parametrize("step", ["draft", "in_review", "approved", "unscheduled"])
def test_what_has_no_hour_is_in_no_feed(approved_secret: Version, step: str) -> None:
    row = approved_secret
    with clock_at(NOON):
        if step in {"draft", "in_review"}:
            row = services.take_back(SYSTEM, row.pk)
        if step == "in_review":
            row = services.hand_in(SYSTEM, row.pk, row.number)
        if step == "unscheduled":
            services.schedule(SYSTEM, row.pk, NOON + timedelta(hours=1))
            row = services.unschedule(SYSTEM, row.pk)
    with clock_at(NOON + timedelta(days=1)):
        for one in everything().values():
            assert SECRET.headline not in one.content.decode()


def test_a_narrowed_feed_does_not_tell_that_something_waits(cast: Cast, approved_secret: Version) -> None:
    with clock_at(NOON):
        services.edit_release(SYSTEM, approved_secret.release_id, fields=["wound-care"])
        query = {"organisation": str(cast.company.pk), "field": "wound-care"}
        without = told(ask("atom", **query))
        services.schedule(SYSTEM, approved_secret.pk, NOON + timedelta(hours=1))
        assert told(ask("atom", **query)) == without
    with clock_at(NOON + timedelta(hours=1)):
        assert titles("atom", ask("atom", **query)) == [SECRET.headline]
