"""What a search engine must be able to do for the distributed index: a dozen verbs over collections of points.

Two things offer them: a Qdrant server or the client's local mode (`server`), and the embedded edition of the same
engine (`edge`). Everything above speaks in these terms only, so both run the very same code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

PointId = int | str
"""A whole number from 0, or a UUID as text."""

Payload = dict[str, Any]

WORDS, MEANING = "words", "meaning"
"""Names of the sparse and of the dense vector."""

WIDER = 4
"""The graph of vectors is walked this many times as wide as there are candidates wanted: as wide as asked for, the
first ten had 96 % in common with an exact search of 20,000 generated documents."""

PAGE = 1_000
"""Points asked for at a time."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse vector: distinct 32-bit `indices` and the values there."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """What is stored under one identity. Vectors are None where a point has none."""

    id: PointId
    payload: Payload
    words: Sparse | None = None
    meaning: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """About one payload key: holds one of `values`, or a number from `least` to `most` (both inclusive)."""

    key: str
    values: tuple[str, ...] | tuple[int, ...] | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Which points: all of `must`, none of `never`, and of each group in `either` at least one."""

    must: tuple[Condition, ...] = ()
    never: tuple[Condition, ...] = ()
    either: tuple[tuple[Condition, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """The best by words and the best by meaning among those that pass, joined by the engine (reciprocal rank fusion).

    A half whose vector is None is left out; at least one must be there.
    """

    where: Where
    words: Sparse | None
    meaning: tuple[float, ...] | None
    most_by_words: int
    most_by_meaning: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a collection is laid out: always with room for words; `dimensions` 0 leaves out meaning. `indexed` are
    the payload keys that are filtered by, each "keyword" or "integer". `shards` 0 leaves the number to the engine."""

    dimensions: int = 0
    indexed: Mapping[str, str] = field(default_factory=dict)
    shards: int = 0
    replicas: int = 1

    @property
    def write_consistency(self) -> int:
        """Replicas that must have taken a change before it counts: more than half of them."""
        return self.replicas // 2 + 1


class Store(Protocol):
    """The verbs. Changes are seen by whoever asks after the call has returned.

    Raises:
        IndexStorageError: the engine refused, or did not answer.
    """

    def exists(self, collection: str) -> bool:
        """Whether there is such a collection."""

    def create(self, collection: str, layout: Layout) -> None:
        """Make an empty collection, unless it is there."""

    def drop(self, collection: str) -> None:
        """Remove a collection with all that is in it, if it is there."""

    def put(self, collection: str, points: Sequence[Point], only_over: Where | None = None) -> None:
        """Store points. With `only_over`, one that is there already is replaced only if it passes."""

    def change(self, collection: str, where: Where, payload: Payload) -> None:
        """Set payload keys of all points that pass."""

    def change_each(self, collection: str, ids: Sequence[PointId], payload: Payload) -> None:
        """Set payload keys of these points."""

    def delete(self, collection: str, where: Where) -> None:
        """Remove all points that pass."""

    def fetch(
        self, collection: str, ids: Sequence[PointId], keys: Sequence[str], *, agreed: bool = False
    ) -> dict[PointId, Payload]:
        """These `keys` of the payloads of points, without those that are not there. `agreed` asks more than half of the
        copies, and leaves out what they do not say alike: for who writes, and would write on top of it."""

    def page(
        self, collection: str, where: Where, keys: Sequence[str], start: PointId | None
    ) -> tuple[list[tuple[PointId, Payload]], PointId | None]:
        """Up to `PAGE` of the points that pass, from `start` on, and where the next page starts (None: nowhere)."""

    def search(
        self, collection: str, questions: Sequence[Question], keys: Sequence[str]
    ) -> list[list[Payload]]:
        """Answers in the order of the questions, in one request."""

    def tally(self, collection: str, key: str, where: Where) -> dict[str, int]:
        """How many of the points that pass hold each value of a keyword key; exact."""

    def close(self) -> None:
        """Let go of connections and files."""


def pages(
    store: Store, collection: str, where: Where, keys: Sequence[str]
) -> Iterator[tuple[PointId, Payload]]:
    """All points that pass, page by page."""
    start: PointId | None = None
    while True:
        found, start = store.page(collection, where, keys, start)
        yield from found
        if start is None:
            return
