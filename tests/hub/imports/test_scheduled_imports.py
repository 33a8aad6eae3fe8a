"""Imports that come round again: in their rhythm, never two at once of a source, whatever went wrong before."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.hub.imports.conftest import SYSTEM
from tests.hub.imports.test_fetch_sources import as_json, calls
from tests.hub.imports.test_interruptions import ROOT, child, empty  # noqa: F401 (a fixture)
from tests.kit.fetching.conftest import Site
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Denied, Invalid, NotFound
from vidensbro.hub.imports.models import ImportRun, ImportSchedule
from vidensbro.hub.imports.queries import schedules
from vidensbro.hub.imports.services import add_schedule, pause_schedule, remove_schedule, run_due
from vidensbro.hub.imports.services.locking import only_fetch, only_import
from vidensbro.hub.imports.services.scheduling import due_schedules
from vidensbro.hub.imports.wishes import Wish
from vidensbro.hub.knowledge.models import Offer
from vidensbro.hub.outbox.periodic import jobs
from vidensbro.kit.sources.fetching import HttpFetcher

PORTAL = "/search"


@pytest.fixture
def daily(db: None, site: Site) -> ImportSchedule:
    """The calls of a portal with one call, every day."""
    return add_schedule(SYSTEM, "eu_calls", Wish(address=(site.on(PORTAL, as_json(calls(1, 1))),)), 24)


def test_what_is_due_is_done_and_comes_round_again(daily: ImportSchedule, fetcher: HttpFetcher) -> None:
    first = daily.next_run
    (done,) = run_due(SYSTEM, fetcher)
    assert (done.error, done.failures, done.next_run) == ("", 0, first + timedelta(days=1))
    assert done.last_run == ImportRun.objects.get()
    assert Offer.objects.count() == 1
    assert run_due(SYSTEM, fetcher) == []


def test_times_that_were_missed_are_not_made_up_for(daily: ImportSchedule, fetcher: HttpFetcher) -> None:
    ImportSchedule.objects.update(next_run=clock.now() - timedelta(days=3, hours=1))
    (done,) = run_due(SYSTEM, fetcher)
    assert timedelta(hours=22) < done.next_run - clock.now() < timedelta(hours=24)


def test_what_fails_waits_longer_each_time_and_holds_up_no_other(
    daily: ImportSchedule, site: Site, fetcher: HttpFetcher
) -> None:
    site.on(PORTAL, lambda handler: handler.reply(404, b"gone"))
    other = add_schedule(SYSTEM, "cordis", Wish(address=(f"{site.url}/no.zip",)), 24)
    waits = []
    for _ in range(3):
        ImportSchedule.objects.update(next_run=clock.now())
        assert {one.pk for one in run_due(SYSTEM, fetcher)} == {daily.pk, other.pk}
        daily.refresh_from_db()
        waits.append(round((daily.next_run - clock.now()) / timedelta(hours=1)))
    assert (waits, daily.failures, daily.error.split(":")[0]) == ([1, 2, 4], 3, "refused")
    site.on(PORTAL, as_json(calls(1, 1)))
    ImportSchedule.objects.filter(pk=daily.pk).update(next_run=clock.now())
    assert run_due(SYSTEM, fetcher)[0].failures == 0


def test_a_fault_in_the_program_is_seen_and_holds_up_the_others_once_only(
    daily: ImportSchedule, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise ZeroDivisionError("by zero")

    with monkeypatch.context() as patch:
        patch.setattr("vidensbro.hub.imports.services.scheduling.fetch_and_import", broken)
        with pytest.raises(ZeroDivisionError):
            run_due(SYSTEM, fetcher)
    daily.refresh_from_db()
    assert (daily.failures, daily.error, daily.busy_until) == (1, "ZeroDivisionError: by zero", None)
    assert not due_schedules().exists()


def test_no_server_keeps_a_schedule_waiting_for_years(
    daily: ImportSchedule, site: Site, fetcher: HttpFetcher
) -> None:
    site.on(PORTAL, lambda handler: handler.reply(429, b"", Retry_After="999999999"))
    (done,) = run_due(SYSTEM, fetcher)
    assert done.error.startswith("busy")
    assert timedelta(hours=23) < done.next_run - clock.now() <= timedelta(hours=24)


def test_a_source_is_left_alone_while_somebody_is_at_it(
    daily: ImportSchedule, site: Site, fetcher: HttpFetcher
) -> None:
    same = add_schedule(SYSTEM, "eu_calls", Wish(), 24)
    ImportSchedule.objects.filter(pk=same.pk).update(busy_until=clock.now() + timedelta(minutes=1))
    assert not due_schedules().exists()
    ImportSchedule.objects.filter(pk=same.pk).update(
        busy_until=clock.now() - timedelta(minutes=1), next_run=clock.now() + timedelta(days=1)
    )
    assert list(due_schedules()) == [daily]


def test_one_that_is_paused_does_not_come_round_until_it_goes_on(
    daily: ImportSchedule, fetcher: HttpFetcher
) -> None:
    pause_schedule(SYSTEM, daily.pk)
    assert run_due(SYSTEM, fetcher) == []
    assert not ImportRun.objects.exists()
    pause_schedule(SYSTEM, daily.pk, paused=False)
    assert [one.pk for one in run_due(SYSTEM, fetcher)] == [daily.pk]


@pytest.mark.parametrize("lock", [only_import, lambda: only_fetch("eu_calls")])
def test_another_import_in_the_way_is_no_failure(
    daily: ImportSchedule, fetcher: HttpFetcher, lock: Any
) -> None:
    with lock():
        (done,) = run_due(SYSTEM, fetcher)
    assert (done.failures, done.last_run, done.busy_until) == (0, None, None)
    assert done.next_run - clock.now() < timedelta(minutes=11)


def test_one_that_was_stopped_is_due_still(
    daily: ImportSchedule, fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: Any) -> None:
        raise SystemExit(0)

    with monkeypatch.context() as patch:
        patch.setattr("vidensbro.hub.imports.services.scheduling.fetch_and_import", stopped)
        with pytest.raises(SystemExit):
            run_due(SYSTEM, fetcher)
    assert list(due_schedules()) == [daily]


@pytest.mark.django_db
def test_schedules_are_the_staff_s_and_must_make_sense(cast: Any) -> None:
    for act in (
        lambda: add_schedule(cast["member"], "cordis", Wish(), 24),
        lambda: remove_schedule(cast["coordinator"], cast.company.pk),
        lambda: pause_schedule(cast["coordinator"], cast.company.pk),
        lambda: run_due(cast["visitor"]),
    ):
        with pytest.raises(Denied):
            act()
    for source, hours in (("plain", 24), ("cordis", 0), ("cordis", 10**6)):
        with pytest.raises(Invalid):
            add_schedule(cast["secretariat"], source, Wish(), hours)
    row = add_schedule(cast["secretariat"], "cordis", Wish(), 168)
    assert (list(schedules(cast["secretariat"])), list(schedules(cast["member"]))) == ([row], [])
    remove_schedule(cast["secretariat"], row.pk)
    with pytest.raises(NotFound):
        remove_schedule(cast["secretariat"], row.pk)
    with pytest.raises(NotFound):
        pause_schedule(cast["secretariat"], row.pk)


def test_the_worker_looks_every_five_minutes() -> None:
    assert jobs()["imports.due"] == timedelta(minutes=5)


WORKER = """
import sys, time, django
django.setup()
from tests.hub.imports.conftest import SYSTEM
from vidensbro.hub.imports import jobs
from vidensbro.hub.imports.models import ImportRun, ImportSchedule
from vidensbro.hub.imports.services import add_schedule
from vidensbro.hub.imports.wishes import Wish
from vidensbro.hub.outbox.periodic import put_due
from vidensbro.hub.outbox.services import drain
add_schedule(SYSTEM, "eu_calls", Wish(address=(sys.argv[1],)), 24)
put_due()
drain(["imports.due"])
(started,) = jobs._children
started.wait(60)
row = ImportSchedule.objects.get()
print(row.error, row.failures, ImportRun.objects.get().counts["new"])
"""


def test_a_worker_has_it_done_in_a_process_of_its_own(tmp_path: Path, empty: Path, site: Site) -> None:  # noqa: F811
    environment = {
        **os.environ,
        "VIDENSBRO_DATA": str(empty),
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "VIDENSBRO_EMBEDDER": "none",
        "VIDENSBRO_FETCH_CONTACT": "ops@example.org",
        "NO_PROXY": "127.0.0.1",
    }
    environment.pop("VIDENSBRO_DATABASE_URL", None)
    where = site.on(PORTAL, as_json(calls(1, 1)))
    done = subprocess.run(
        [sys.executable, "-c", WORKER, where],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "2"]
