"""Sources that are fetched and imported again and again, never two at once of the same source."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, HubError, Invalid, NotFound
from vidensbro.hub.imports.models import ImportRun, ImportSchedule
from vidensbro.hub.imports.services.fetching import fetch_and_import
from vidensbro.hub.imports.wishes import Wish, wish_of
from vidensbro.kit.sources.fetching import Busy, Fetcher, FetchError

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(hours=1)
"""How long a process that says nothing more is taken to be at it still."""

MOST_HOURS: Final = 24 * 366
_SIGN_OF_LIFE: Final = timedelta(minutes=1)
_WHEN_IN_THE_WAY: Final = timedelta(minutes=10)
_FIRST_WAIT: Final = timedelta(hours=1)
_LONGEST_BUSY: Final = timedelta(days=1)


@transaction.atomic
def add_schedule(
    actor: Actor, source: str, wish: Wish, hours: int, first: datetime | None = None
) -> ImportSchedule:
    """Have a source fetched and imported every so many hours, for the first time at `first` (now). For staff.

    Raises:
        Denied; Invalid: see `Wish.check`, or the hours are not between 1 and those of a year.
    """
    require(actor, is_staff, "staff_only")
    wish.check(source)
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid({"hours": ("hours_of_schedule",)})
    row = ImportSchedule.objects.create(
        source=source,
        wish=wish.given(),
        hours=hours,
        next_run=first or clock.now(),
        created_by=actor.reference,
    )
    record(actor, "import.scheduled", "import_schedule", row.pk, {"source": source, "hours": hours})
    return row


@transaction.atomic
def remove_schedule(actor: Actor, schedule_id: uuid.UUID | str) -> None:
    """Have it no more; a run that is under way goes on to its end. For staff. Raises Denied, NotFound."""
    require(actor, is_staff, "staff_only")
    row = ImportSchedule.objects.filter(pk=schedule_id).first()
    if row is None:
        raise NotFound("import_schedule", schedule_id)
    record(actor, "import.unscheduled", "import_schedule", row.pk, {"source": row.source})
    row.delete()


@transaction.atomic
def pause_schedule(actor: Actor, schedule_id: uuid.UUID | str, paused: bool = True) -> ImportSchedule:
    """Let it come round no more until it is let go on; what is under way goes on to its end. For staff.

    One whose time has passed meanwhile is due at once when it goes on. Raises Denied, NotFound.
    """
    require(actor, is_staff, "staff_only")
    row = ImportSchedule.objects.select_for_update().filter(pk=schedule_id).first()
    if row is None:
        raise NotFound("import_schedule", schedule_id)
    if row.paused != paused:
        row.paused = paused
        row.save(update_fields=["paused"])
        done = "import.schedule_paused" if paused else "import.schedule_resumed"
        record(actor, done, "import_schedule", row.pk, {"source": row.source})
    return row


def due_schedules() -> QuerySet[ImportSchedule]:
    """Those whose time has come and whose source nobody is at, the longest overdue first."""
    moment = clock.now()
    busy = ImportSchedule.objects.filter(busy_until__gt=moment).values("source")
    return (
        ImportSchedule.objects.filter(next_run__lte=moment, paused=False)
        .exclude(source__in=busy)
        .order_by("next_run", "pk")
    )


def run_due(actor: Actor, fetcher: Fetcher | None = None) -> list[ImportSchedule]:
    """Fetch and import for every schedule that is due, one after the other; those that were done or failed.

    What goes wrong is noted with the schedule, which is tried again later, and holds up no other. For staff.
    """
    require(actor, is_staff, "staff_only")
    done: list[ImportSchedule] = []
    while (row := _claimed({one.pk for one in done})) is not None:
        _perform(actor, row, fetcher)
        done.append(row)
    return done


@transaction.atomic
def _claimed(already: set[uuid.UUID]) -> ImportSchedule | None:
    """The next schedule that is due, held for us: whoever else looks finds its source busy."""
    row = due_schedules().exclude(pk__in=already).first()
    if row is None:
        return None
    moment = clock.now()
    same_source = ImportSchedule.objects.select_for_update().filter(source=row.source).order_by("pk")
    if any(one.busy_until and one.busy_until > moment for one in same_source):
        return None
    free = Q(busy_until__isnull=True) | Q(busy_until__lte=moment)
    held = ImportSchedule.objects.filter(free, pk=row.pk).update(busy_until=moment + LEASE)
    return row if held else None


def _perform(actor: Actor, row: ImportSchedule, fetcher: Fetcher | None) -> None:
    alive = _Alive(row)
    try:
        run = fetch_and_import(actor, row.source, wish_of(row.wish), alive.told, alive.progress, fetcher)
    except Conflict as conflict:
        _ended(row, next_run=clock.now() + _WHEN_IN_THE_WAY, error=conflict.reason, failures=row.failures)
    except (FetchError, HubError) as error:
        failures = row.failures + 1
        wait = min(_FIRST_WAIT * 2 ** min(failures - 1, 10), timedelta(hours=row.hours))
        until = clock.now() + wait
        if isinstance(error, Busy) and error.until:
            # A day's allowance is new on the next day: nothing that a server says keeps a schedule longer.
            until = min(error.until, clock.now() + max(_LONGEST_BUSY, timedelta(hours=row.hours)))
        log.warning("imports.schedule_failed", schedule=str(row.pk), source=row.source, error=str(error))
        _ended(row, next_run=until, error=f"{error.code}: {error}", failures=failures)
    except Exception as error:
        # Something is wrong with the program, and must be seen; but it is not to hold up the others for ever.
        wait = min(_FIRST_WAIT, timedelta(hours=row.hours))
        told = f"{type(error).__name__}: {error}"
        _ended(row, next_run=clock.now() + wait, error=told, failures=row.failures + 1)
        raise
    except BaseException:
        # Stopped from outside: it is due still, and whoever comes next goes on where this one stood.
        ImportSchedule.objects.filter(pk=row.pk).update(busy_until=None)
        raise
    else:
        _ended(row, next_run=_next(row), error="", failures=0, run=run, last_end=clock.now())


def _ended(
    row: ImportSchedule,
    *,
    next_run: datetime,
    error: str,
    failures: int,
    run: ImportRun | None = None,
    last_end: datetime | None = None,
) -> None:
    row.next_run, row.error, row.failures, row.busy_until = next_run, error[:2000], failures, None
    row.last_run, row.last_end = run or row.last_run, last_end or row.last_end
    # An update, because somebody may have taken the schedule away meanwhile.
    ImportSchedule.objects.filter(pk=row.pk).update(
        next_run=row.next_run,
        error=row.error,
        failures=failures,
        busy_until=None,
        last_run=row.last_run,
        last_end=row.last_end,
    )


def _next(row: ImportSchedule) -> datetime:
    """The next time of its own rhythm that lies ahead; what was missed is not made up for."""
    step = timedelta(hours=row.hours)
    missed = max(0, (clock.now() - row.next_run) // step)
    return row.next_run + (missed + 1) * step


class _Alive:
    """Moves the lease of a schedule on while the work on it goes on."""

    def __init__(self, row: ImportSchedule) -> None:
        self._row = row
        self._said = clock.now()

    def told(self, count: int) -> None:
        """What a fetch calls."""
        moment = clock.now()
        if moment - self._said >= _SIGN_OF_LIFE:
            self._said = moment
            ImportSchedule.objects.filter(pk=self._row.pk).update(busy_until=moment + LEASE)

    def progress(self, done: int, total: int, counts: Mapping[str, int]) -> None:
        """What an import calls."""
        self.told(0)
