"""A build that is killed goes on after the last batch, and never mixes what was built in different ways."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.kit.matching.index.test_crash import kill_before, killed_child
from tests.kit.matching.index.test_full_disk import largest_file
from vidensbro.kit.matching.conformance import HashingEmbedder, document, query
from vidensbro.kit.matching.embedded import EmbeddedIndex, building, verify
from vidensbro.kit.matching.errors import IndexStorageError
from vidensbro.kit.matching.model import Document, Filters

STEP = 4
ITEMS = [document(n, f"wound number{n}") for n in range(40)]
OLD = [document(n, f"laser number{n}") for n in range(5)]


class Noting(HashingEmbedder):
    """Notes in a file how far it has come, which outlives it, and dies before it embeds more than `most` texts."""

    def __init__(self, log: Path, most: int = 1_000_000, name: str = "noting/1") -> None:
        self.name = name
        self._log = log
        self._left = most

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self._left -= len(texts)
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        with self._log.open("a", encoding="utf-8") as stream:
            stream.writelines(text.replace("\n", " ")[:60] + "\n" for text in texts)
        return super().embed(texts)


class Place:
    """An index with something in it, and what is embedded for a new one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "index"
        self.log = folder / "embedded.txt"
        self.version = EmbeddedIndex.rebuild(self.folder, OLD, embedder=HashingEmbedder())

    def build(self, items: Sequence[Document] = ITEMS, most: int = 1_000_000, **named: str) -> None:
        embedder = Noting(self.log, most, named.pop("name", "noting/1"))
        EmbeddedIndex.rebuild(self.folder, items, embedder=embedder, **named)

    def killed(self, items: Sequence[Document] = ITEMS, most: int = 9, **named: str) -> None:
        assert killed_child(lambda committed: self.build(items, most, **named))

    def embedded(self) -> list[str]:
        """The texts embedded since this was asked last."""
        if not self.log.exists():
            return []
        found = self.log.read_text(encoding="utf-8").splitlines()
        self.log.unlink()
        return found

    def holds(self, items: Sequence[Document]) -> bool:
        view = EmbeddedIndex.open(self.folder).snapshot()
        keys = sorted(item.key for item in items)
        named = {item.key: item for item in items}
        return verify(self.folder) == [] and (
            dict(zip(view.keys(), view.documents(list(view.keys())), strict=True))
            == {k: named[k] for k in keys}
        )


def texts(items: Sequence[Document]) -> list[str]:
    return [f"{item.title} {item.body}" for item in items]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(building, "BATCH", STEP)
    monkeypatch.setattr(building, "PAUSE", 0.0)
    return Place(tmp_path)


def test_each_run_embeds_only_what_was_left(place: Place) -> None:
    done = 0
    for most in (3, 9, 4, 15):
        place.killed(most=most)
        whole = most // STEP * STEP
        assert place.embedded() == texts(ITEMS[done : done + whole])
        done += whole
        # Searches go on, on the index as it was.
        assert place.holds(OLD)
        assert EmbeddedIndex.open(place.folder).snapshot().version == place.version
    place.build()
    assert place.embedded() == texts(ITEMS[done:])
    assert place.holds(ITEMS)
    fresh = EmbeddedIndex.open(place.folder).snapshot()
    assert fresh.version > place.version
    assert [path.name for path in place.folder.glob("g*/building-*")] == []


def test_a_resumed_index_is_the_same_as_one_built_at_once(place: Place, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    EmbeddedIndex.rebuild(whole, ITEMS, embedder=Noting(tmp_path / "other.txt"))
    for _ in range(4):
        place.killed()
    place.build()
    one, other = (EmbeddedIndex.open(folder).snapshot() for folder in (place.folder, whole))
    assert one.version.partition("-")[2] == other.version.partition("-")[2]
    for wanted in ("wound", "number7", "study"):
        found = [view.search(query(wanted), Filters()) for view in (one, other)]
        assert found[0].keys == found[1].keys
        np.testing.assert_array_equal(found[0].cosine, found[1].cosine)
        np.testing.assert_array_equal(found[0].body, found[1].body)
    terms = ["en:wound", "en:number7", "en:laser"]
    assert one.document_frequency(terms).tolist() == other.document_frequency(terms).tolist() == [40, 1, 0]


def test_what_has_changed_meanwhile_is_in_the_result(place: Place) -> None:
    place.killed(most=20)
    place.embedded()
    changed = document(2, "gel number2")
    new = document(900, "robot")
    items = [new, changed, *(item for item in ITEMS if item.id not in {"2", "5"})]
    place.build(items)
    assert sorted(place.embedded()) == sorted(texts([new, changed, *ITEMS[20:]]))
    assert place.holds(items)
    view = EmbeddedIndex.open(place.folder).snapshot()
    assert view.documents([ITEMS[5].key]) == [None]
    assert np.isfinite(view.vectors([item.key for item in items])).all()


@pytest.mark.parametrize("other", [{"name": "noting/2"}, {"analysis": "2"}, {"revision": "2"}])
def test_nothing_is_taken_from_a_build_of_another_kind(place: Place, other: dict[str, str]) -> None:
    place.killed(most=20)
    place.embedded()
    place.build(**other)
    assert place.embedded() == texts(ITEMS)
    assert place.holds(ITEMS)
    assert len(list(place.folder.glob("g*"))) == 2, "the other build is gone"


def test_the_old_index_can_be_kept_in_step_meanwhile(place: Place) -> None:
    place.killed(most=20)
    place.embedded()
    for round_ in range(30):
        with EmbeddedIndex.open(place.folder, embedder=HashingEmbedder(), writable=True) as index:
            index.add([document(0, f"robot{round_}")])
            before = index.commit()
    place.build()
    assert place.embedded() == texts(ITEMS[20:])
    assert EmbeddedIndex.open(place.folder).snapshot().version > before
    assert place.holds(ITEMS)


def test_compacting_leaves_nothing_of_an_unfinished_build(place: Place) -> None:
    place.killed(most=20)
    assert any(b"number19" in path.read_bytes() for path in place.folder.glob("g*/documents"))
    EmbeddedIndex.compact(place.folder)
    assert not any(b"number19" in path.read_bytes() for path in place.folder.glob("g*/documents"))
    place.embedded()
    place.build()
    assert place.embedded() == texts(ITEMS)


@pytest.mark.parametrize("step", [2, 5, 11, 19, 28, 40, 60, 90, 120])
def test_killed_before_any_file_operation_of_a_build(place: Place, step: int) -> None:
    def work(committed: Callable[[], None]) -> None:
        kill_before(step)
        place.build()

    assert killed_child(work)
    assert place.holds(OLD) or place.holds(ITEMS)
    first = place.embedded()
    place.build()
    again = place.embedded()
    assert place.holds(ITEMS)
    assert set(first) | set(again) == set(texts(ITEMS))
    assert len(first) + len(again) <= len(ITEMS) + STEP


def test_a_full_disk_keeps_what_was_built(place: Place) -> None:
    long = [document(n, body=f"laser number{n} " * 200) for n in range(60)]
    with largest_file(60_000), pytest.raises(IndexStorageError, match="no room left"):
        place.build(long)
    done = len(place.embedded())
    assert 2 * STEP < done < len(long)
    assert place.holds(OLD)
    place.build(long)
    assert len(place.embedded()) <= len(long) - done + STEP
    assert place.holds(long)


@pytest.mark.parametrize("harm", ["manifest", "rows"])
def test_a_damaged_build_is_begun_again(place: Place, harm: str) -> None:
    place.killed(most=20)
    place.embedded()
    ledger = next(place.folder.glob("g*/building-*"))
    if harm == "manifest":
        ledger.write_text("{}")
    else:
        (ledger.parent / "rows").write_bytes(b"")
    place.build()
    assert place.embedded() == texts(ITEMS)
    assert place.holds(ITEMS)
