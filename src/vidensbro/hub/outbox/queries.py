"""What is waiting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Min, Q, When

from vidensbro.hub.common import clock
from vidensbro.hub.outbox.models import Entry


@dataclass(frozen=True, slots=True)
class TopicStatus:
    """How a topic stands: entries open, those of them that went wrong at least once, dead ones; since when the oldest
    open one waits. What is put off to a time that has not come waits for nobody, and does not count."""

    topic: str
    open: int
    failing: int
    dead: int
    oldest: datetime | None


def status() -> list[TopicStatus]:
    """Every topic that has such entries, by name. One query."""
    is_open, failing = Q(dead_at__isnull=True), ~Q(last_error="")
    put_off = Q(last_error="", next_attempt__gt=clock.now())
    waits_since = Case(When(last_error="", then=F("next_attempt")), default=F("created"))
    rows = (
        Entry.objects.exclude(is_open & put_off)
        .values("topic")
        .annotate(
            open=Count("id", filter=is_open),
            failing=Count("id", filter=is_open & failing),
            dead=Count("id", filter=~is_open),
            oldest=Min(waits_since, filter=is_open),
        )
        .order_by("topic")
    )
    return [TopicStatus(**row) for row in rows]


def open_entries(topic: str) -> int:
    """How many entries of a topic are still to be done, held by a worker or not."""
    return Entry.objects.open().filter(topic=topic).count()


def is_due(topic: str) -> bool:
    """Does anything of a topic wait that a worker could take now? What is held, or failed and waits, does not count."""
    return Entry.objects.due().filter(topic=topic).exists()


def is_open(topic: str, key: str) -> bool:
    """Is this still to be done?"""
    return Entry.objects.open().filter(topic=topic, key=key).exists()


def comes_within(topic: str, key: str, time: timedelta) -> bool:
    """Is this being done, or will it be in so short a time?"""
    open_ones = Entry.objects.open().filter(topic=topic, key=key)
    soon = Q(claimed_until__gt=clock.now()) | Q(next_attempt__lte=clock.now() + time)
    return open_ones.filter(soon).exists()


def last_error(topic: str) -> str:
    """Why an open entry of a topic has not been done yet, in the words of what went wrong; "" if nothing did."""
    failing = Entry.objects.open().filter(topic=topic).exclude(last_error="")
    return failing.order_by("-pk").values_list("last_error", flat=True).first() or ""
