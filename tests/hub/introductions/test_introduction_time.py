"""What time does to a request: once each, whoever does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.hub.cast import NOON
from tests.hub.introductions.conftest import Scene
from vidensbro.hub.common import clock
from vidensbro.hub.introductions import announcements, jobs, protection, services
from vidensbro.hub.introductions.models import AnswerLink, AskPreference, Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.needs import services as needs
from vidensbro.hub.outbox import periodic
from vidensbro.hub.outbox import services as outbox

TOLD = ("asked", "answered", "introduced", "reminded", "escalated", "expired", "withdrawn", "digest")
DAY = timedelta(days=1)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """What was announced, in order."""
    said: list[tuple[str, tuple[Any, ...]]] = []
    for name in TOLD:
        monkeypatch.setattr(announcements, name, lambda *given, name=name: said.append((name, given)))
    return said


def names(told: list[tuple[str, tuple[Any, ...]]]) -> list[str]:
    return [name for name, _ in told]


@contextmanager
def on(days: float) -> Iterator[None]:
    """So many days after noon."""
    with clock.clock_at(NOON + days * DAY):
        yield


def work() -> None:
    """As the worker does, twice: the second time nothing is left to do."""
    for _ in range(2):
        periodic.put_due()
        outbox.drain([jobs.TICK, jobs.TIME, jobs.DIGEST])


def test_reminded_escalated_and_ended_once_each(scene: Scene, told: list) -> None:
    with on(0):
        row = scene.asked()
    for day in range(1, 20):
        with on(day):
            work()
        row.refresh_from_db()
        expected = [
            "asked",
            *["reminded"] * (day >= 10),
            *["escalated"] * (day >= 12),
            *["expired"] * (day >= 14),
        ]
        assert names(told) == expected, day
    assert (row.state, row.ended_at) == ("expired", NOON + 14 * DAY)
    reminder = next(given for name, given in told if name == "reminded")
    assert services.links.find(reminder[1]).introduction == row
    assert AnswerLink.objects.filter(introduction=row).count() == 2


def test_an_answer_ends_the_waiting(scene: Scene, told: list) -> None:
    with on(0):
        row = scene.asked()
        services.accept(Answerer(scene["researcher"]), row.pk)
    with on(30):
        work()
    assert names(told) == ["asked", "introduced"]


def test_a_yes_later_is_put_again_on_its_day_and_may_run_out(scene: Scene, told: list) -> None:
    with on(0):
        row = scene.asked()
        services.postpone(Answerer(scene["researcher"]), row.pk, (NOON + 30 * DAY).date())
    for day, expected in ((29, 2), (30, 4), (31, 4), (43, 4), (45, 5)):
        with on(day):
            work()
        assert len(told) == expected, day
    assert names(told) == ["asked", "answered", "reminded", "escalated", "expired"]


def test_the_broker_is_called_when_the_owner_keeps_a_yes_waiting(scene: Scene, told: list) -> None:
    with on(0):
        row = scene.asked(by="secretariat")
        services.accept(Answerer(scene["researcher"]), row.pk)
    with on(6.9):
        work()
    assert names(told) == ["asked", "answered"]
    with on(7):
        work()
        work()
    assert names(told) == ["asked", "answered", "escalated"]


def test_no_reminder_into_a_quiet_period_but_after_it(scene: Scene, told: list) -> None:
    with on(0):
        scene.asked()
        days = {"quiet_from": (NOON + 9 * DAY).date(), "quiet_until": (NOON + 11 * DAY).date()}
        protection.set_preference(scene["researcher"], scene.researcher.pk, **days)
    for day, expected in ((10, 1), (11, 1), (12, 3)):
        with on(day):
            work()
        assert len(told) == expected, day


def test_requests_go_with_their_need(scene: Scene, told: list) -> None:
    with on(0):
        asked, drafted = scene.asked(), scene.drafted()
        for row in (asked, drafted):
            needs.close(scene["owner"], row.need_id)
    with on(1):
        work()
    assert set(Introduction.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert names(told) == ["asked", "withdrawn"]


def test_a_digest_once_a_week_instead_of_single_mails(scene: Scene, told: list) -> None:
    with on(0):
        protection.set_preference(scene["researcher"], scene.researcher.pk, digest=True)
        first = scene.asked()
        assert not AnswerLink.objects.exists()
        assert first.expires_at - first.asked_at == 21 * DAY
        work()
        second = scene.asked()
    for day in (1, 3, 6.9):
        with on(day):
            work()
    assert Counter(names(told)) == {"asked": 2, "digest": 1}
    assert [given[1] for name, given in told if name == "asked"] == ["", ""]
    with on(7):
        work()
    digests = [given for name, given in told if name == "digest"]
    assert [[row.pk for row, _ in given[1]] for given in digests] == [[first.pk], [first.pk, second.pk]]
    with on(18):
        assert services.open_link(digests[1][1][0][1])[1] == first
        work()
    assert "reminded" not in names(told)


def test_a_digest_waits_for_the_end_of_quiet(scene: Scene, told: list) -> None:
    with on(0):
        protection.set_preference(scene["researcher"], scene.researcher.pk, digest=True)
        scene.asked()
        AskPreference.objects.update(quiet_from=NOON.date(), quiet_until=(NOON + DAY).date())
        work()
    assert names(told) == ["asked"]
    with on(2):
        work()
    assert names(told) == ["asked", "digest"]


def test_one_that_fails_holds_up_no_other(scene: Scene, told: list, monkeypatch: pytest.MonkeyPatch) -> None:
    with on(0):
        bad = scene.asked(person_id=scene.clinician.pk)
        good = scene.asked()

    def expired(row: Introduction) -> None:
        if row.pk == bad.pk:
            raise ValueError("no such template")

    monkeypatch.setattr(announcements, "expired", expired)
    with on(14):
        work()
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state) == ("expired", "asked")


def test_done_twice_is_done_once(scene: Scene, told: list) -> None:
    with on(0):
        row = scene.asked()
    with on(10):
        assert (services.remind(row.pk), services.remind(row.pk)) == (True, False)
    with on(12):
        assert (services.escalate(row.pk), services.escalate(row.pk)) == (True, False)
    with on(14):
        assert (services.expire(row.pk), services.expire(row.pk)) == (True, False)
    services.keep_time("00000000-0000-0000-0000-000000000001")
