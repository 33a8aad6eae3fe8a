"""What time brings round: once for each interval, however many look, whoever is killed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tests.hub.cast import NOON
from vidensbro.hub.common import clock
from vidensbro.hub.outbox import periodic, registry, services
from vidensbro.hub.outbox.models import Entry, PeriodicJob
from vidensbro.hub.outbox.registry import handler

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.handlers()
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(periodic, "_jobs", {})


@pytest.mark.django_db
def test_once_in_every_interval(django_assert_num_queries) -> None:
    done: list[int] = []
    handler("t")(lambda entries: done.append(1))
    periodic.every("t", HOUR)
    for minutes, expected in (
        (0, 1),
        (1, 1),
        (59, 1),
        (60, 2),
        (61, 2),
        (300, 3),
        (301, 3),
        (359, 3),
        (360, 4),
    ):
        with clock.clock_at(NOON + timedelta(minutes=minutes)):
            periodic.put_due()
            services.drain()
        assert len(done) == expected, minutes
    with clock.clock_at(NOON + timedelta(minutes=361)), django_assert_num_queries(1):
        assert periodic.put_due() == 0


@pytest.mark.django_db
def test_what_was_not_done_yet_waits_once() -> None:
    periodic.every("t", HOUR)
    for hours in range(5):
        with clock.clock_at(NOON + hours * HOUR):
            assert periodic.put_due() == 1
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_the_next_date_and_the_entry_stand_or_fall_together(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """As if the process had ended here."""

    def killed(topic: str, key: str) -> None:
        raise Killed

    periodic.every("t", HOUR)
    with clock.clock_at(NOON):
        with monkeypatch.context() as patched:
            patched.setattr(periodic, "put", killed)
            with pytest.raises(Killed):
                periodic.put_due()
        assert not PeriodicJob.objects.exists()
        assert periodic.put_due() == 1
    assert PeriodicJob.objects.get().next_run == NOON + HOUR


@pytest.mark.django_db
def test_one_who_comes_second_finds_it_taken() -> None:
    periodic.every("t", HOUR)
    with clock.clock_at(NOON):
        assert periodic._put("t", HOUR, NOON) == 1
        assert periodic._put("t", HOUR, NOON) == 0
    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_write_one_entry() -> None:
    periodic.every("t", HOUR)
    put: list[int] = []

    def look() -> None:
        put.append(periodic.put_due())
        connection.close()

    workers = [threading.Thread(target=look) for _ in range(8)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sum(put) == 1
    assert Entry.objects.count() == 1


def test_an_interval_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    periodic.every("t", HOUR)
    periodic.every("t", HOUR)
    with pytest.raises(LookupError, match="two intervals"):
        periodic.every("t", 2 * HOUR)
    with pytest.raises(ValueError, match="interval"):
        periodic.every("u", timedelta(0))
