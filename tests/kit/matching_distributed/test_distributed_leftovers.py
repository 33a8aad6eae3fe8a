"""What is left when a commit's answer is lost, or a build is killed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from vidensbro.kit.matching import Document
from vidensbro.kit.matching.conformance import HashingEmbedder, document
from vidensbro.kit.matching.conformance.material import EVERYTHING, VOCABULARY, seen
from vidensbro.kit.matching.distributed import DistributedIndex, EdgeStore, Reading, Spread
from vidensbro.kit.matching.distributed.state import HEAD, LEASE_SECONDS, Head, State
from vidensbro.kit.matching.distributed.store import Point, Where, pages
from vidensbro.kit.matching.distributed.writer import Writer
from vidensbro.kit.matching.embedded import EmbeddedIndex
from vidensbro.kit.matching.errors import IndexStorageError

READING = Reading(embedder=HashingEmbedder())
ITEMS = [document(number, f"{VOCABULARY[number % 10]} {VOCABULARY[number % 7]}") for number in range(20)]


class LosesAnswers:
    """A store that does everything, and of a commit does not say so."""

    def __init__(self, store: EdgeStore) -> None:
        self._put = store.put

    def put(self, collection: str, points: Sequence[Point], only_over: Where | None = None) -> None:
        self._put(collection, points, only_over)
        if collection.endswith("-state") and points[0].id == HEAD:
            raise IndexStorageError("the line broke", folder="")


def whole(folder: Path, items: Sequence[Document]) -> tuple[object, ...]:
    with EmbeddedIndex.open(folder, embedder=HashingEmbedder(), writable=True) as index:
        index.add(items)
        index.commit()
        return seen(index.snapshot(), EVERYTHING)


def test_a_commit_whose_answer_is_lost_stays(
    store: EdgeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is committed is never taken back; doing it again, as a queue does, changes nothing."""
    changes = [document(3, "laser"), *ITEMS[10:]]
    with DistributedIndex.open(store, "test", reading=READING, writable=True) as index:
        index.add(ITEMS[:10])
        index.commit()
    with DistributedIndex.open(store, "test", reading=READING, writable=True) as index:
        index.add(changes)
        with monkeypatch.context() as line:
            line.setattr(store, "put", LosesAnswers(store).put)
            with pytest.raises(IndexStorageError):
                index.commit()
    with DistributedIndex.open(store, "test", reading=READING, writable=True) as index:
        index.add(changes)
        index.commit()
        expected = [*ITEMS[:3], changes[0], *ITEMS[4:]]
        assert seen(index.snapshot(), EVERYTHING) == whole(tmp_path, expected)


def test_a_build_whose_answer_is_lost_stays(
    store: EdgeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DistributedIndex.rebuild(store, "test", ITEMS[:3], reading=READING)
    with monkeypatch.context() as line:
        line.setattr(store, "put", LosesAnswers(store).put)
        with pytest.raises(IndexStorageError):
            DistributedIndex.rebuild(store, "test", ITEMS, reading=READING)
    reader = DistributedIndex.open(store, "test", reading=READING)
    assert seen(reader.snapshot(), EVERYTHING) == whole(tmp_path, ITEMS)


def killed_build(store: EdgeStore) -> None:
    """One that got as far as storing documents."""
    state = State(store, "test", lambda: 0.0)
    state.take(1)
    head = state.head() or Head()
    fresh = Head(generation=head.generation + 1)
    Writer(store, "test", state, READING, Spread(), fresh, before=head).add(ITEMS)


def test_compacting_leaves_nothing_of_a_build_that_was_killed(store: EdgeStore) -> None:
    """It holds the texts of whoever was erased since."""
    DistributedIndex.rebuild(store, "test", ITEMS[:3], reading=READING, clock=lambda: -LEASE_SECONDS)
    killed_build(store)
    assert list(pages(store, "test-000002-documents", Where(), ("key",)))
    DistributedIndex.compact(store, "test")
    assert not store.exists("test-000002-documents")
    assert store.exists("test-000001-documents")


def test_a_build_begins_by_removing_what_was_before_the_last(store: EdgeStore) -> None:
    """Else a kill between the swap and the removal would leave it for good."""
    for count in (1, 2):
        DistributedIndex.rebuild(store, "test", ITEMS[:count], reading=READING)

    def watched() -> Iterator[Document]:
        assert not store.exists("test-000001-documents")
        yield from ITEMS

    DistributedIndex.rebuild(store, "test", watched(), reading=READING)
