"""The time, from one place, so that a test or a replay can set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

Clock = Callable[[], datetime]
_clock: ContextVar[Clock | None] = ContextVar("vidensbro_clock", default=None)


def now() -> datetime:
    """This moment, with a time zone."""
    clock = _clock.get()
    return clock() if clock else timezone.now()


def today() -> date:
    """The date where the hub is (TIME_ZONE)."""
    return timezone.localtime(now()).date()


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment`."""
    token = _clock.set(lambda: moment)
    try:
        yield
    finally:
        _clock.reset(token)
