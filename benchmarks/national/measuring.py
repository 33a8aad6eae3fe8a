"""Time, memory and disk."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and the seconds it took."""
    begun = time.perf_counter()
    result = call()
    return result, time.perf_counter() - begun


def processor() -> float:
    """Seconds of processor that this process and the children it has waited for have used."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak() -> int:
    """Most bytes that this process has had resident, mapped files included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def size(place: Path) -> int:
    """Bytes of a file, or of the files in a folder."""
    if place.is_file():
        return place.stat().st_size
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
