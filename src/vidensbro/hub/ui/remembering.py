"""Figures that may be a little old: counted once a minute for each question, not once for each reader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar, cast

from vidensbro.hub.common.caching import pages

T = TypeVar("T")
SECONDS = 60


def remembered(question: tuple[object, ...], make: Callable[[], T], seconds: int = SECONDS) -> T:
    """What `make` said about this question at most `seconds` ago.

    `question` must name everything that the answer depends on, the tokens of the reader among it.
    """
    digest = hashlib.sha256(repr(question).encode("utf-8", "surrogatepass")).hexdigest()
    key = f"remembered:{digest}"
    kept = pages.get(key)
    if kept is not None:
        return cast(T, kept)
    made = make()
    pages.set(key, made, seconds)
    return made
