"""The outbox loses nothing and does nothing twice that it need not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from vidensbro.hub.common import clock
from vidensbro.hub.outbox import queries, registry, services, worker
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.registry import Postpone, handler


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Handlers that a test registers are gone after it."""
    registry.handlers()
    monkeypatch.setattr(registry, "_handlers", {})
    return


def put(topic: str, key: str, **payload: object) -> None:
    with transaction.atomic():
        services.put(topic, key, payload)


@pytest.mark.django_db(transaction=True)
def test_an_entry_needs_the_transaction_that_it_belongs_to() -> None:
    with pytest.raises(services.OutsideTransaction):
        services.put("mail", "1")
    with transaction.atomic():
        services.put("mail", "1")
        transaction.set_rollback(True)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_what_waits_twice_is_done_once_with_the_last_payload() -> None:
    seen: list[tuple[str, dict]] = []
    handler("t", batch=10)(lambda entries: seen.extend((one.key, one.payload) for one in entries))
    put("t", "a", version=1)
    put("t", "b", version=1)
    put("t", "a", version=2)
    assert services.drain() == services.Drained(done=2)
    assert sorted(seen) == [("a", {"version": 2}), ("b", {"version": 1})]
    assert services.drain() == services.Drained()


@pytest.mark.django_db
def test_what_is_put_while_it_is_done_is_done_again() -> None:
    versions: list[int] = []

    @handler("t")
    def work(entries) -> None:
        versions.append(entries[0].payload["version"])
        if len(versions) == 1:
            put("t", "a", version=2)

    put("t", "a", version=1)
    assert services.drain().done == 2
    assert versions == [1, 2]


@pytest.mark.django_db
def test_a_failure_waits_longer_each_time_and_then_is_dead() -> None:
    @handler("t", attempts=3)
    def work(entries) -> None:
        raise ValueError("no such thing")

    put("t", "a")
    start = clock.now()
    waits = []
    for _ in range(2):
        with clock.clock_at(start):
            assert services.drain() == services.Drained(failed=1)
        entry = Entry.objects.get()
        waits.append((entry.next_attempt - start).total_seconds())
        start = entry.next_attempt
    assert waits == [2, 4]
    assert entry.last_error == "ValueError: no such thing"
    with clock.clock_at(start):
        assert services.drain() == services.Drained(died=1)
        assert services.drain() == services.Drained()
    assert [one.key for one in Entry.objects.dead()] == ["a"]
    assert queries.status()[0].dead == 1
    assert services.revive("t") == 1
    assert (Entry.objects.get().attempts, Entry.objects.get().dead_at) == (0, None)


@pytest.mark.django_db
def test_one_bad_entry_does_not_hold_up_its_batch() -> None:
    done: list[str] = []

    @handler("t", batch=10)
    def work(entries) -> None:
        if any(one.key == "bad" for one in entries):
            raise ValueError("bad")
        done.extend(one.key for one in entries)

    for key in ("a", "bad", "b"):
        put("t", key)
    assert services.drain() == services.Drained(done=2, failed=1)
    assert sorted(done) == ["a", "b"]


@pytest.mark.django_db
def test_a_failure_gives_way_to_what_was_put_anew() -> None:
    @handler("t")
    def work(entries) -> None:
        if entries[0].payload["version"] == 1:
            put("t", "a", version=2)
            raise ValueError("too late")

    put("t", "a", version=1)
    assert services.drain() == services.Drained(done=1, failed=1)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_what_is_put_off_waits_from_its_time_on() -> None:
    """Until then nobody is late, and nobody need know that something is planned."""
    start = clock.now()
    with clock.clock_at(start):
        services.put("planned", "a", delay=timedelta(days=14))
        assert queries.status() == []
    with clock.clock_at(start + timedelta(days=14, minutes=5)):
        (found,) = queries.status()
        assert (found.open, found.failing, found.dead) == (1, 0, 0)
        assert found.oldest == start + timedelta(days=14)


@pytest.mark.django_db
def test_postponing_is_no_failure() -> None:
    @handler("t", attempts=1)
    def work(entries) -> None:
        raise Postpone(timedelta(seconds=9), "the index is locked")

    put("t", "a")
    start = clock.now()
    with clock.clock_at(start):
        assert services.drain().died == 0
    entry = Entry.objects.get()
    assert (entry.attempts, entry.next_attempt - start) == (0, timedelta(seconds=9))
    assert entry.last_error == "the index is locked"
    assert queries.status()[0].failing == 1


@pytest.mark.django_db
def test_a_worker_that_died_holds_its_entries_only_so_long() -> None:
    class Died(BaseException):
        """As if the process had been killed: nothing may catch it."""

    calls = []

    @handler("t", lease=timedelta(minutes=1))
    def work(entries) -> None:
        calls.append(entries[0].key)
        if len(calls) == 1:
            raise Died

    put("t", "a")
    start = clock.now()
    with clock.clock_at(start):
        with pytest.raises(Died):
            services.drain()
        assert services.drain().done == 0
    with clock.clock_at(start + timedelta(minutes=1, seconds=1)):
        assert services.drain().done == 1
    assert calls == ["a", "a"]


@pytest.mark.django_db
def test_all_at_once_does_them_or_gives_them_back() -> None:
    for key in ("a", "b"):
        put("t", key)

    def broken() -> None:
        with services.all_at_once("t", timedelta(hours=1)) as held:
            assert held == 2
            put("t", "b", version=2)
            raise OSError("disk full")

    with pytest.raises(OSError, match="full"):
        broken()
    waiting = dict(Entry.objects.filter(slot__isnull=False).values_list("key", "payload"))
    assert waiting == {"a": {}, "b": {"version": 2}}
    with services.all_at_once("t", timedelta(hours=1)):
        put("t", "a", version=3)
    assert list(Entry.objects.values_list("key", "payload")) == [("a", {"version": 3})]


@pytest.mark.django_db
def test_all_at_once_takes_over_from_the_dead() -> None:
    put("t", "a")
    Entry.objects.update(claimed_until=clock.now() + timedelta(hours=1), slot=None)
    with services.all_at_once("t", timedelta(hours=1)) as held:
        assert held == 1
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_topics_without_a_handler_stay() -> None:
    put("mail.later", "a")
    services.drain()
    assert [(one.topic, one.open) for one in queries.status()] == [("mail.later", 1)]


@pytest.mark.django_db
def test_a_delay_is_kept() -> None:
    done = []
    handler("t")(lambda entries: done.append(entries[0].key))
    start = clock.now()
    with clock.clock_at(start), transaction.atomic():
        services.put("t", "a", delay=timedelta(seconds=5))
    with clock.clock_at(start + timedelta(seconds=4)):
        assert services.drain().done == 0
    with clock.clock_at(start + timedelta(seconds=5)):
        assert services.drain().done == 1


@pytest.mark.django_db
def test_many_entries_cost_few_statements(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(25), transaction.atomic():
        services.put_many("t", [f"k{number}" for number in range(2000)])
    assert queries.open_entries("t") == 2000


@pytest.mark.django_db
def test_a_limit_is_kept() -> None:
    handler("t", batch=2)(lambda entries: None)
    for number in range(5):
        put("t", str(number))
    assert services.drain(limit=3).done == 3
    assert queries.open_entries("t") == 2


CHILD = """
import os, sys, time
import django
django.setup()
from vidensbro.hub.common.data import prepare
from vidensbro.hub.outbox.registry import handler
from vidensbro.hub.outbox import services
from datetime import timedelta
from django.db import transaction
prepare()

@handler("t", lease=timedelta(seconds=float(sys.argv[2])))
def work(entries):
    with open(sys.argv[1], "a") as file:
        file.write(entries[0].key + "\\n")
    if sys.argv[3] == "hang":
        time.sleep(60)

if sys.argv[3] == "hang":
    with transaction.atomic():
        services.put_many("t", ["a", "b"])
deadline = time.monotonic() + 20
while time.monotonic() < deadline:
    services.drain()
    if sys.argv[3] != "hang" and not __import__("vidensbro.hub.outbox.models").hub.outbox.models.Entry.objects.exists():
        break
    time.sleep(0.1)
"""


def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.touch()
    environment = {
        **os.environ,
        "VIDENSBRO_DATA": str(tmp_path / "data"),
        "VIDENSBRO_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    first = subprocess.Popen([sys.executable, "-c", CHILD, str(log), "1", "hang"], env=environment)
    deadline = time.monotonic() + 30
    while not log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert log.read_text().split() == ["a"]
    subprocess.run([sys.executable, "-c", CHILD, str(log), "1", "finish"], env=environment, check=True)
    assert sorted(log.read_text().split()) == ["a", "a", "b"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_drains_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        monkeypatch.setattr(connection, "close", lambda: None)
    stop = threading.Event()
    done: list[str] = []

    @handler("t")
    def work(entries) -> None:
        done.append(entries[0].key)
        if len(done) == 2:
            stop.set()

    put("t", "a")
    put("t", "b")
    put("t", "c")
    monkeypatch.setattr(worker, "drain", lambda limit: services.drain(limit=1))
    worker.work(stop, idle_seconds=0.01)
    assert done == ["a", "b"]
    assert queries.open_entries("t") == 1


@pytest.mark.django_db
def test_what_is_put_anew_while_a_failure_is_noted_waits_once() -> None:
    @handler("t")
    def work(entries) -> None:
        raise ValueError("no such thing")

    looked: list[str] = []

    def meanwhile(execute, sql, params, many, context):
        """Another process puts it in right after this one has looked for it."""
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and '"slot" IN' in sql and not looked:
            looked.append(sql)
            put("t", "a", version=2)
        return result

    put("t", "a", version=1)
    with connection.execute_wrapper(meanwhile):
        assert services.drain(limit=1) == services.Drained(failed=1)
    assert looked
    assert [one.payload for one in Entry.objects.all()] == [{"version": 2}]
