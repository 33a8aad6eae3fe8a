"""How long we wait and how often we ask again.

Exponential backoff with full jitter after M. Brooker, "Exponential Backoff And Jitter", AWS Architecture
Blog, 2015: the wait is drawn evenly from 0 to min(cap, base · 2ⁿ), which spreads clients that failed
together. A server that says when to come back (Retry-After, RFC 9110 §10.2.3, in both its forms) is obeyed.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Final

BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed later (RFC 9110 §15, RFC 6585 §4, RFC 8470 §5.2)."""

_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that is not the same twice. `clock` is in seconds since 1970 (UTC), `monotonic` in seconds
    from anywhere, `chance` draws evenly from [0, 1)."""

    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits on waiting, in seconds.

    `attempts` is how often a request is made that fails without saying when to come back; one that is told
    when is repeated until `longest` seconds have been waited in all, or ten times as often. A single wait
    longer than `longest` is not begun.
    """

    attempts: int = 6
    base: float = 0.5
    cap: float = 60.0
    longest: float = 900.0

    def backoff(self, attempt: int, chance: float) -> float:
        """Seconds to wait after failure number `attempt` (from 0), for a draw from [0, 1)."""
        return chance * min(self.cap, self.base * 2.0 ** min(attempt, 60))


def asked_wait(value: str, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None if it says neither.

    A date that has passed gives 0. `now` is in seconds since 1970.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 12 else 1e12
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return max(0.0, when.timestamp() - now)


@dataclass
class TokenBucket:
    """At most `burst` requests at once and `rate` a second in the long run. Threads may share it.

    Callers are served in the order in which they asked: each takes a token, which may be one that is yet to
    come, and learns how long to wait for it.
    """

    rate: float
    burst: float = 1.0
    _tokens: float = field(init=False)
    _at: float | None = field(init=False, default=None)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.burst < 1:
            raise ValueError("a rate must be above 0 and a burst at least 1")
        self._tokens = self.burst

    def take(self, now: float) -> float:
        """Take a token; the seconds to wait before using it. `now` is monotonic."""
        with self._lock:
            before = now if self._at is None else self._at
            self._tokens = min(self.burst, self._tokens + max(0.0, now - before) * self.rate)
            self._at = max(now, before)
            self._tokens -= 1.0
            return max(0.0, -self._tokens / self.rate)


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a host may be asked: `per_second` in the long run, `burst` at once."""

    per_second: float = 5.0
    burst: float = 5.0


class Turns:
    """Whose turn it is, host by host: rates, and pauses that a host has asked for."""

    def __init__(self, rates: dict[str, Rate], default: Rate) -> None:
        self._rates = rates
        self._default = default
        self._buckets: dict[str, TokenBucket] = {}
        self._closed: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, now: float) -> float:
        """Seconds until the next request to a host may be made; takes its turn. `now` is monotonic."""
        with self._lock:
            rate = self._rates.get(host, self._default)
            bucket = self._buckets.setdefault(host, TokenBucket(rate.per_second, rate.burst))
            closed = self._closed.get(host, now) - now
        return max(closed, bucket.take(now), 0.0)

    def close(self, host: str, until: float) -> None:
        """Let nobody ask a host before `until` (monotonic)."""
        with self._lock:
            self._closed[host] = max(until, self._closed.get(host, until))


def until_date(now: float, wait: float) -> dt.datetime:
    """The moment `wait` seconds from now, in UTC; at most ten years off."""
    return dt.datetime.fromtimestamp(now + min(wait, 3650 * _DAY), dt.UTC)
