"""Putting entries in, and doing them.

An entry is written in the transaction of the change that it follows: both are there or neither. It is deleted
when its handler has returned. A worker that dies leaves its entries claimed until their lease runs out; then
another takes them. So every entry is done at least once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Value
from django.db.models.functions import Concat

from vidensbro.hub.common import clock
from vidensbro.hub.outbox.models import Entry, EntryQuerySet
from vidensbro.hub.outbox.registry import Handler, Postpone, handlers

log = structlog.get_logger(__name__)
LONGEST_WAIT = timedelta(hours=6)
_CHUNK = 500


class OutsideTransaction(RuntimeError):
    """An entry was to be written outside the transaction of the change that it follows."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What a call of `drain` did: entries done, failed (to be tried again), given up."""

    done: int = 0
    failed: int = 0
    died: int = 0

    def __add__(self, other: Drained) -> Drained:
        return Drained(self.done + other.done, self.failed + other.failed, self.died + other.died)


def put(
    topic: str,
    key: str,
    payload: Mapping[str, Any] | None = None,
    *,
    delay: timedelta = timedelta(0),
) -> None:
    """Have `topic` done for `key` after the running transaction, at the earliest in `delay`.

    A waiting entry for the same topic and key is replaced, not doubled.

    Raises:
        OutsideTransaction: there is no transaction that the entry could belong to.
    """
    put_many(topic, {key: payload or {}}, delay=delay)


def put_many(
    topic: str, payloads: Mapping[str, Mapping[str, Any]] | Iterable[str], *, delay: timedelta = timedelta(0)
) -> None:
    """`put` for many keys, with or without payloads, in few statements."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(topic)
    if not isinstance(payloads, Mapping):
        payloads = {key: {} for key in payloads}
    moment = clock.now()
    entries = [
        Entry(
            topic=topic,
            key=key,
            slot=_slot(topic, key),
            payload=dict(payload),
            created=moment,
            next_attempt=moment + delay,
        )
        # In the order of the keys, so that two transactions with common keys cannot lock each other out.
        for key, payload in sorted(payloads.items())
    ]
    Entry.objects.bulk_create(
        entries,
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["slot"],
        update_fields=["payload", "created", "next_attempt", "attempts"],
    )


def drain(topics: Collection[str] | None = None, limit: int | None = None) -> Drained:
    """Do what is due, of these topics (all that have a handler, when None), `limit` entries at most.

    Returns when nothing more is due. A handler's failure is recorded with the entry, which is tried again
    later; it stops nothing else.
    """
    known = handlers()
    total = Drained()
    for topic in sorted(known if topics is None else topics):
        left = limit
        while left is None or left > 0:
            entries = _claim(known[topic], left)
            if not entries:
                break
            total += _perform(known[topic], entries)
            left = None if left is None else left - len(entries)
    return total


@contextmanager
def all_at_once(topic: str, lease: timedelta) -> Iterator[int]:
    """Within the block, every entry of `topic` that is open now is held: the block does them all in one go.

    They are done when the block ends, and wait again when it raises. Entries that another worker holds are taken
    from it: what it has in hand is done twice, which handlers bear. Entries that are put in meanwhile stay as
    they are. Gives the number held.
    """
    until = clock.now() + lease
    waiting = Entry.objects.open().filter(topic=topic)
    held = Entry.objects.filter(topic=topic, claimed_until=until, slot__isnull=True)
    count = waiting.update(claimed_until=until, slot=None)
    try:
        yield count
    except BaseException:
        _free(topic, held)
        raise
    held.delete()


def take_over(topic: str) -> int:
    """Let open entries of `topic` that a worker holds wait again, without waiting for its lease to end; how many.

    For one who finds no worker at work: the holder has died. If it has not, what it has in hand is done twice,
    which handlers bear.
    """
    return _free(topic, Entry.objects.open().filter(topic=topic, slot__isnull=True))


def revive(topic: str | None = None) -> int:
    """Try dead entries again, of one topic or all; how many."""
    dead = Entry.objects.dead()
    if topic is not None:
        dead = dead.filter(topic=topic)
    with transaction.atomic():
        rows = list(dead.order_by("id"))
        for row in rows:
            put(row.topic, row.key, row.payload)
        Entry.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


@transaction.atomic
def _free(topic: str, held: EntryQuerySet) -> int:
    """Let held entries wait again, one for each key, and none where a newer one waits already."""
    anew = Entry.objects.filter(topic=topic, slot__isnull=False).values("key")
    held.filter(key__in=anew).delete()
    # A key can be held twice: by a worker that died, and by another that took what was put in after that.
    last = set(held.values("key").annotate(last=Max("pk")).values_list("last", flat=True))
    doubled = [key for key in held.values_list("pk", flat=True) if key not in last]
    for some in range(0, len(doubled), _CHUNK):
        Entry.objects.filter(pk__in=doubled[some : some + _CHUNK]).delete()
    return held.update(slot=Concat(Value(f"{topic} "), "key"), claimed_until=None)


def _slot(topic: str, key: str) -> str:
    return f"{topic} {key}"


def _claim(handler: Handler, limit: int | None) -> list[Entry]:
    """Take up to a batch of due entries, for the length of the handler's lease."""
    size = handler.batch if limit is None else min(handler.batch, limit)
    with transaction.atomic():
        due = Entry.objects.due().filter(topic=handler.topic).order_by("next_attempt", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        entries = list(due[:size])
        until = clock.now() + handler.lease
        Entry.objects.filter(pk__in=[entry.pk for entry in entries]).update(claimed_until=until, slot=None)
    for entry in entries:
        entry.claimed_until, entry.slot = until, None
    return entries


def _perform(handler: Handler, entries: Sequence[Entry]) -> Drained:
    try:
        handler.work(entries)
    except Postpone as postponed:
        _wait_again(entries, clock.now() + postponed.wait, str(postponed))
        return Drained(failed=len(entries))
    except Exception as error:  # a worker outlives whatever a handler does; the entry keeps the error
        if len(entries) > 1:
            # One bad entry must not hold up the others: find it by doing them one at a time.
            kind = type(error).__name__
            log.warning("outbox.batch_failed", topic=handler.topic, entries=len(entries), error=kind)
            return sum((_perform(handler, [entry]) for entry in entries), Drained())
        log.exception("outbox.failed", topic=handler.topic, key=entries[0].key)
        return _failed(handler, entries[0], error)
    Entry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    return Drained(done=len(entries))


def _failed(handler: Handler, entry: Entry, error: Exception) -> Drained:
    entry.attempts += 1
    text = f"{type(error).__name__}: {error}"[:2000]
    if entry.attempts >= handler.attempts:
        entry.dead_at, entry.claimed_until, entry.last_error = clock.now(), None, text
        entry.save()
        return Drained(died=1)
    _wait_again([entry], clock.now() + min(timedelta(seconds=2**entry.attempts), LONGEST_WAIT), text)
    return Drained(failed=1)


@transaction.atomic
def _wait_again(entries: Sequence[Entry], moment: datetime, error: str) -> None:
    """Let entries wait once more; those that have been put in anew meanwhile are already waiting."""
    slots = [_slot(entry.topic, entry.key) for entry in entries]
    waiting = set(Entry.objects.select_for_update().filter(slot__in=slots).values_list("slot", flat=True))
    for entry in entries:
        slot = _slot(entry.topic, entry.key)
        if slot in waiting:
            entry.delete()
            continue
        entry.slot, entry.claimed_until, entry.next_attempt, entry.last_error = slot, None, moment, error
        try:
            with transaction.atomic():
                entry.save()
        except IntegrityError:  # put in anew since we looked: that one waits now
            entry.delete()
