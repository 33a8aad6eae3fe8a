"""In how many public documents each term occurs, commit by commit.

A term is a point; its payload is a short history of [commit, count] pairs, so that every snapshot reads the figure of
its own commit. Readers skip what is newer than their commit, writers trim what is older than anybody may still read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from vidensbro.kit.matching.distributed.schema import HISTORY, LAST
from vidensbro.kit.matching.distributed.store import PAGE, Condition, Point, Store, Where, pages

KEPT_COMMITS = 64
"""A snapshot stays what it was for so many commits after its own."""

History = list[list[int]]


def count_at(history: History, commit: int) -> int:
    """The figure as of a commit."""
    return next((count for at, count in reversed(history) if at <= commit), 0)


def counts(store: Store, collection: str, names: Sequence[int], commit: int) -> dict[int, int]:
    """How many public documents each term is in at a commit; terms never seen are left out."""
    found = store.fetch(collection, list(dict.fromkeys(names)), [HISTORY])
    return {int(name): count_at(payload[HISTORY], commit) for name, payload in found.items()}


def record(store: Store, collection: str, changes: Mapping[int, int], commit: int) -> None:
    """Write the figures of a commit that is about to be made. Repeating it changes nothing."""
    names = iter(name for name, number in changes.items() if number)
    while batch := list(islice(names, PAGE)):
        known = store.fetch(collection, batch, [HISTORY], agreed=True)
        store.put(
            collection,
            [_changed(name, known.get(name, {}).get(HISTORY, []), changes[name], commit) for name in batch],
        )


def forget(store: Store, collection: str, commit: int) -> None:
    """Take back figures newer than a commit, left by a writer that died while it committed."""
    newer = Where((Condition(LAST, least=commit + 1),))
    left = [
        (name, [entry for entry in payload[HISTORY] if entry[0] <= commit])
        for name, payload in pages(store, collection, newer, [HISTORY])
    ]
    for start in range(0, len(left), PAGE):
        part = left[start : start + PAGE]
        store.put(
            collection,
            [
                Point(name, {HISTORY: history, LAST: history[-1][0] if history else 0})
                for name, history in part
            ],
        )


def _changed(name: int, history: History, change: int, commit: int) -> Point:
    older = [entry for entry in history if entry[0] < commit]
    count = count_at(older, commit) + change
    # The newest of those that are out of reach is still the figure for the oldest that is in reach.
    old = [entry for entry in older if entry[0] <= commit - KEPT_COMMITS]
    kept = old[-1:] + older[len(old) :]
    return Point(name, {HISTORY: [*kept, [commit, count]], LAST: commit})
