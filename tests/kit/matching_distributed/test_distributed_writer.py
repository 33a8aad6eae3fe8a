"""Writers that die, wait, build anew and clean up; what readers see meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vidensbro.kit.matching import Document, Filters
from vidensbro.kit.matching.conformance import HashingEmbedder, document, query
from vidensbro.kit.matching.conformance.material import EVERYTHING, SECRET, VOCABULARY, seen
from vidensbro.kit.matching.distributed import DistributedIndex, EdgeStore, Reading, Spread
from vidensbro.kit.matching.distributed import terms as term_counts
from vidensbro.kit.matching.distributed.state import LEASE_SECONDS
from vidensbro.kit.matching.distributed.store import Layout, Point, Where, pages
from vidensbro.kit.matching.embedded import EmbeddedIndex
from vidensbro.kit.matching.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexStorageError

READING = Reading(embedder=HashingEmbedder())
ITEMS = [document(number, f"{VOCABULARY[number % 10]} {VOCABULARY[number % 7]}") for number in range(40)]


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def opened(store: EdgeStore, *, writable: bool = True, clock: Clock | None = None) -> DistributedIndex:
    return DistributedIndex.open(store, "test", reading=READING, writable=writable, clock=clock or Clock())


def embedded(folder: Path, items: list[Document]) -> tuple[object, ...]:
    with EmbeddedIndex.open(folder, embedder=HashingEmbedder(), writable=True) as index:
        index.add(items)
        index.commit()
        return seen(index.snapshot(), EVERYTHING)


def points(store: EdgeStore, collection: str = "test-000001-documents") -> int:
    return len(list(pages(store, collection, Where(), ("key",))))


def test_what_a_dead_writer_left_is_taken_back(store: EdgeStore, tmp_path: Path) -> None:
    clock = Clock()
    dead = opened(store, clock=clock)
    dead.add(ITEMS[:20])
    dead.commit()
    dead.add([document(3, "laser"), *ITEMS[20:]])
    dead.remove(["publication:5"])
    with pytest.raises(IndexLocked, match="at most 10 minutes"):
        opened(store, clock=clock)
    clock.now += LEASE_SECONDS + 1
    with opened(store, clock=clock) as index:
        assert index.commit() == index.snapshot().version
        assert points(store) == 20
        assert seen(index.snapshot(), EVERYTHING) == embedded(tmp_path, ITEMS[:20])


def test_a_writer_that_was_thought_dead_cannot_go_on(store: EdgeStore) -> None:
    clock = Clock()
    slow = opened(store, clock=clock)
    clock.now += LEASE_SECONDS + 1
    with opened(store, clock=clock) as index:
        index.add(ITEMS[:3])
        index.commit()
        with pytest.raises(IndexLocked):
            slow.add(ITEMS[3:])
        assert points(store) == 3


def test_a_busy_writer_keeps_its_place(store: EdgeStore) -> None:
    clock = Clock()
    with opened(store, clock=clock) as index:
        for item in ITEMS[:6]:
            clock.now += LEASE_SECONDS / 2
            index.add([item])
        with pytest.raises(IndexLocked):
            opened(store, clock=clock)


@pytest.mark.parametrize("repeated", [False, True])
def test_dying_between_figures_and_commit(
    store: EdgeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repeated: bool
) -> None:
    """The figures of terms are written before the commit; nobody may see them if it never comes."""
    clock = Clock()
    dead = opened(store, clock=clock)
    dead.add(ITEMS[:10])
    dead.commit()
    dead.add(ITEMS[10:])
    with monkeypatch.context() as broken:
        broken.setattr("vidensbro.kit.matching.distributed.state.State.commit", refuse)
        with pytest.raises(IndexStorageError):
            dead.commit()
    assert seen(opened(store, writable=False).snapshot(), EVERYTHING) == embedded(tmp_path / "a", ITEMS[:10])
    if repeated:
        dead.commit()
        assert seen(dead.snapshot(), EVERYTHING) == embedded(tmp_path / "b", ITEMS)
        return
    clock.now += LEASE_SECONDS + 1
    with opened(store, clock=clock) as index:
        index.add(ITEMS[:12])
        index.commit()
        assert seen(index.snapshot(), EVERYTHING) == embedded(tmp_path / "b", ITEMS[:12])


def refuse(*_: object) -> None:
    raise IndexStorageError("the line broke", folder="")


def test_building_anew_beside_the_old(store: EdgeStore, tmp_path: Path) -> None:
    with opened(store) as index:
        index.add(ITEMS)
        index.commit()
    reader = opened(store, writable=False)
    before = reader.snapshot()
    known = seen(before, EVERYTHING)

    def watched() -> list[Document]:
        assert seen(reader.snapshot(), EVERYTHING) == known
        return ITEMS[:7]

    version = DistributedIndex.rebuild(store, "test", watched(), reading=READING, spread=Spread(2, 1))
    assert reader.snapshot().version == version > before.version
    assert seen(reader.snapshot(), EVERYTHING) == embedded(tmp_path, ITEMS[:7])
    assert seen(before, EVERYTHING) == known
    DistributedIndex.rebuild(store, "test", ITEMS[:7], reading=READING)
    assert not store.exists("test-000001-documents")
    assert seen(reader.snapshot(), EVERYTHING) == embedded(tmp_path / "again", ITEMS[:7])
    assert DistributedIndex.rebuild(store, "test", [], reading=READING) == reader.snapshot().version
    assert reader.snapshot().statistics().documents == 0


def test_a_build_that_fails_leaves_the_old(store: EdgeStore) -> None:
    with opened(store) as index:
        index.add(ITEMS)
        version = index.commit()

    def broken() -> object:
        yield from ITEMS[:3]
        raise OSError("the source is gone")

    with pytest.raises(OSError, match="the source is gone"):
        DistributedIndex.rebuild(store, "test", broken(), reading=READING)  # type: ignore[arg-type]
    with opened(store) as index:
        assert index.snapshot().version == version
    DistributedIndex.rebuild(store, "test", ITEMS[:2], reading=READING)
    assert list(opened(store, writable=False).snapshot().keys()) == ["publication:0", "publication:1"]


def test_compacting_removes_what_nobody_sees(store: EdgeStore) -> None:
    with opened(store) as index:
        index.add(ITEMS)
        index.commit()
        index.remove([item.key for item in ITEMS[:30]])
        version = index.commit()
        known = seen(index.snapshot(), EVERYTHING)
        assert points(store) == 40
        with pytest.raises(IndexLocked):
            DistributedIndex.compact(store, "test", clock=Clock())
    assert DistributedIndex.compact(store, "test", clock=Clock()) == version
    assert points(store) == 10
    assert seen(opened(store, writable=False).snapshot(), EVERYTHING) == known
    assert (
        DistributedIndex.compact(store, "nowhere")
        == DistributedIndex.open(store, "nowhere").snapshot().version
    )


def test_snapshots_outlive_many_commits_but_not_for_ever(
    store: EdgeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term_counts, "KEPT_COMMITS", 5)
    with opened(store) as index:
        index.add([document(1, "sensor"), document(2, "sensor")])
        index.commit()
        first = index.snapshot()
        known = seen(first, Filters())
        for number in range(5):
            assert seen(first, Filters()) == known
            index.add([document(1, VOCABULARY[number])])
            index.commit()
        assert points(store) < 2 + 5
        histories = [found for _, found in pages(store, "test-000001-terms", Where(), ("history",))]
        assert max(len(found["history"]) for found in histories) <= 6


def test_another_embedder_or_analysis_is_refused(store: EdgeStore) -> None:
    with opened(store) as index:
        index.add(ITEMS[:1])
        index.commit()
    with pytest.raises(IndexMismatch, match="embedder"):
        DistributedIndex.open(store, "test", writable=True)
    with pytest.raises(IndexMismatch, match="analysis"):
        DistributedIndex.open(
            store, "test", reading=Reading(HashingEmbedder(), analysis="other"), writable=True
        )
    assert DistributedIndex.open(store, "test").snapshot().statistics().embedder == "hashing/1"
    # Those that were refused have left the writer's place.
    opened(store).close()


def test_without_an_embedder(store: EdgeStore) -> None:
    with DistributedIndex.open(store, "plain", writable=True) as index:
        index.add([document(1, "sensor")])
        index.commit()
        assert index.snapshot().search(query("sensor"), Filters()).keys == ("publication:1",)
        assert index.snapshot().vectors(["publication:1"]).shape == (1, 0)


def test_vectors_of_unchanged_texts_are_taken_over(store: EdgeStore) -> None:
    embedded_texts: list[str] = []

    class Counting(HashingEmbedder):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            embedded_texts.extend(texts)
            return super().embed(texts)

    with DistributedIndex.open(store, "test", reading=Reading(Counting()), writable=True) as index:
        index.add([document(1, "sensor")])
        index.commit()
        index.add([document(1, "sensor", fields=("medtech",)), document(2, "laser")])
        index.commit()
        assert index.snapshot().facets(Filters())["field"] == {"medtech": 1}
    assert [text.split()[0] for text in embedded_texts] == ["sensor", "laser"]


def test_a_state_of_another_program_is_not_guessed_at(store: EdgeStore) -> None:
    with opened(store) as index:
        index.add(ITEMS[:1])
        index.commit()
    store.change_each("test-state", [0], {"format": 99})
    with pytest.raises(IndexDamaged, match="format 99"):
        opened(store, writable=False).snapshot()


def test_hidden_documents_are_not_told_of_in_term_counts(store: EdgeStore) -> None:
    with opened(store) as index:
        index.add([document(1, "sensor", audience=frozenset({SECRET}))])
        index.commit()
        assert points(store, "test-000001-terms") == 0


def test_a_writer_that_lost_its_place_takes_nothing_of_the_next_one_back(store: EdgeStore) -> None:
    """It has written batches of its own, which the next writer has taken back; what is there now is another's."""
    clock = Clock()
    slow = opened(store, clock=clock)
    slow.add(ITEMS[:5])
    clock.now += LEASE_SECONDS + 1
    with opened(store, clock=clock) as index:
        index.add(ITEMS[10:20])
        index.commit()
        slow.close()
        assert points(store) == 10
        assert len(list(index.snapshot().keys())) == 10


def test_a_writer_that_was_told_once_is_told_again(store: EdgeStore) -> None:
    clock = Clock()
    slow = opened(store, clock=clock)
    slow.add(ITEMS[:5])
    clock.now += LEASE_SECONDS + 1
    with opened(store, clock=clock) as index:
        index.add(ITEMS[10:20])
        version = index.commit()
        for _ in range(2):
            with pytest.raises(IndexLocked):
                slow.commit()
        assert index.snapshot().version == version


def test_a_commit_that_comes_too_late_does_not_bring_back_what_was(store: EdgeStore) -> None:
    """Stopped between the last sign of life and the commit itself."""
    clock = Clock()
    slow = opened(store, clock=clock)
    slow.add(ITEMS[:5])
    later = Clock()
    later.now = clock.now + LEASE_SECONDS + 1
    with opened(store, clock=later) as index:
        # As many as the other one counted, so that only what is committed tells them apart.
        index.add(ITEMS[10:15])
        version = index.commit()
        with pytest.raises(IndexLocked):
            slow.commit()
        assert index.snapshot().version == version


def test_what_was_not_counted_does_not_become_visible(store: EdgeStore) -> None:
    """Such as a request that was given up and carried out late."""
    with opened(store) as index:
        index.add(ITEMS[:5])
        version = index.commit()
        index.add(ITEMS[5:8])
        stray = next(iter(pages(store, "test-000001-documents", Where(), tuple(Stray.keys))))[1]
        store.put("test-000001-documents", [Point(Stray.id, stray | {"born": 2})])
        with pytest.raises(IndexStorageError, match="do it again"):
            index.commit()
        assert index.snapshot().version == version
        index.add(ITEMS[5:8])
        index.commit()
        assert points(store) == 8


class Stray:
    """A version of a document that nobody counted."""

    id = "00000000-0000-4000-8000-000000000001"
    keys = ("name", "key", "kind", "died", "audience")


def test_an_error_in_the_middle_forgets_the_whole_change(
    store: EdgeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(store) as index:
        index.add(ITEMS[:5])
        version = index.commit()
        index.add(ITEMS[5:8])
        with monkeypatch.context() as broken:
            broken.setattr(store, "change_each", refuse)
            with pytest.raises(IndexStorageError):
                index.add([document(1, "laser")])
        assert index.commit() == version
        assert points(store) == 5


def test_a_build_that_fails_gives_its_room_back(store: EdgeStore) -> None:
    def broken() -> Iterator[Document]:
        yield from ITEMS[:3]
        raise OSError("the source is gone")

    with pytest.raises(OSError, match="the source is gone"):
        DistributedIndex.rebuild(store, "test", broken(), reading=READING)
    assert not store.exists("test-000001-documents")


def test_collections_that_were_half_made_are_made_anew(store: EdgeStore) -> None:
    """A writer died after it made the collection and before it made the indexes that filters need."""
    store.create("test-000001-documents", Layout(HashingEmbedder.dimensions))
    with opened(store) as index:
        index.add(ITEMS[:5])
        index.commit()
        assert index.snapshot().facets(EVERYTHING)["kind"] == {"publication": 5}
