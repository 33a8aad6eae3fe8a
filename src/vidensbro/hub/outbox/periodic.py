"""Jobs that time brings round again.

An app says in its `jobs` module which topic is to be done how often; the worker sees to it that an entry of that
topic waits whenever it is due. When it is due next is a row, moved on in the same transaction that writes the entry:
however many workers look, one writes it; one that is killed has written both or neither. What follows is the
outbox's own promise: it is done at least once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from vidensbro.hub.common import clock
from vidensbro.hub.outbox.models import PeriodicJob
from vidensbro.hub.outbox.registry import handlers
from vidensbro.hub.outbox.services import put

KEY = "due"
_jobs: dict[str, timedelta] = {}


def every(topic: str, interval: timedelta) -> None:
    """Have `topic` done once in every `interval`, for the first time as soon as a worker looks.

    The topic needs a handler, which must bear being called again. Raises LookupError: another interval is set.
    """
    if interval <= timedelta(0):
        raise ValueError(f"{topic} needs an interval")
    if _jobs.setdefault(topic, interval) != interval:
        raise LookupError(f"two intervals for {topic}")


def jobs() -> Mapping[str, timedelta]:
    """Every periodic topic of the installed apps, with its interval."""
    handlers()  # finds the apps' jobs
    return dict(_jobs)


def put_due() -> int:
    """Write an entry for each topic whose time has come; how many. One query when there are none."""
    known, moment = jobs(), clock.now()
    later = set(PeriodicJob.objects.filter(next_run__gt=moment).values_list("topic", flat=True))
    return sum(_put(topic, known[topic], moment) for topic in sorted(known) if topic not in later)


@transaction.atomic
def _put(topic: str, interval: timedelta, moment: datetime) -> int:
    PeriodicJob.objects.get_or_create(topic=topic, defaults={"next_run": moment})
    # Whoever comes second waits for the first, and then finds that it is no longer due.
    due = PeriodicJob.objects.filter(topic=topic, next_run__lte=moment)
    if not due.update(next_run=moment + interval):
        return 0
    put(topic, KEY)
    return 1
