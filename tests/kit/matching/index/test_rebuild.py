"""Rebuilding beside the old index, opening with other settings, checking the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from vidensbro.kit.matching.conformance import HashingEmbedder, document, query
from vidensbro.kit.matching.embedded import EmbeddedIndex, verify
from vidensbro.kit.matching.errors import IndexDamaged, IndexLocked, IndexMismatch
from vidensbro.kit.matching.model import Filters

ITEMS = [document(n, text) for n, text in enumerate(("sensor", "wound laser", "gel", "robot sensor"))]


class CountingEmbedder(HashingEmbedder):
    """Remembers which texts it was given."""

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.texts += texts
        return super().embed(texts)


def fill(folder: Path) -> str:
    with EmbeddedIndex.open(folder, embedder=HashingEmbedder(), writable=True) as index:
        index.add(ITEMS)
        return index.commit()


def test_readers_keep_the_old_index_until_the_swap(tmp_path: Path) -> None:
    first = fill(tmp_path)
    reader = EmbeddedIndex.open(tmp_path)
    old = reader.snapshot()
    second = EmbeddedIndex.rebuild(tmp_path, ITEMS[1:], embedder=HashingEmbedder())
    assert first < second
    assert old.documents(["publication:0"]) == [ITEMS[0]]
    assert reader.snapshot().version == second
    assert list(reader.snapshot().keys()) == [item.key for item in ITEMS[1:]]
    EmbeddedIndex.rebuild(tmp_path, ITEMS, embedder=HashingEmbedder())
    assert old.search(query("sensor"), Filters()).keys[0] == "publication:0"
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 2
    assert verify(tmp_path) == []


def test_a_rebuilt_index_answers_as_the_old_one(tmp_path: Path) -> None:
    fill(tmp_path)
    old = EmbeddedIndex.open(tmp_path).snapshot()
    EmbeddedIndex.rebuild(tmp_path, reversed(ITEMS), embedder=HashingEmbedder())
    new = EmbeddedIndex.open(tmp_path).snapshot()
    assert new.version.partition("-")[2] == old.version.partition("-")[2]
    for text in ("sensor", "laser gel"):
        one, other = old.search(query(text), Filters()), new.search(query(text), Filters())
        assert one.keys == other.keys
        assert one.cosine.tobytes() == other.cosine.tobytes()


def test_vectors_of_unchanged_texts_are_taken_over(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    with EmbeddedIndex.open(tmp_path, embedder=embedder, writable=True) as index:
        index.add(ITEMS)
        index.commit()
        embedder.texts.clear()
        index.add([replace(ITEMS[0], fields=("medtech",)), document(1, "changed")])
        index.commit()
    assert embedder.texts == ["changed\nchanged study"]
    embedder.texts.clear()
    EmbeddedIndex.rebuild(tmp_path, [*ITEMS[:3], document(9, "fresh")], embedder=embedder)
    assert embedder.texts == ["wound laser\nwound laser study", "fresh\nfresh study"]
    snapshot = EmbeddedIndex.open(tmp_path).snapshot()
    assert np.isfinite(snapshot.vectors([item.key for item in ITEMS[:3]])).all()
    other = CountingEmbedder("other")
    EmbeddedIndex.rebuild(tmp_path, ITEMS, embedder=other)
    assert len(other.texts) == len(ITEMS)


def test_another_embedder_or_analysis_is_refused(tmp_path: Path) -> None:
    fill(tmp_path)
    for writable in (True, False):
        with pytest.raises(IndexMismatch, match=r"hashing/1.*rebuild"):
            EmbeddedIndex.open(tmp_path, embedder=CountingEmbedder(), writable=writable)
    with pytest.raises(IndexMismatch, match="text analysis"):
        EmbeddedIndex.open(tmp_path, embedder=HashingEmbedder(), writable=True, analysis="2")
    # Reading goes on over the old terms until the index is rebuilt.
    assert EmbeddedIndex.open(tmp_path, analysis="2").snapshot().statistics().documents > 0
    with pytest.raises(IndexMismatch, match="none"):
        EmbeddedIndex.open(tmp_path, writable=True)
    assert EmbeddedIndex.open(tmp_path).snapshot().statistics().embedder == "hashing/1"
    # What was refused must not keep the lock.
    EmbeddedIndex.open(tmp_path, embedder=HashingEmbedder(), writable=True).close()


def test_without_an_embedder(tmp_path: Path) -> None:
    with EmbeddedIndex.open(tmp_path, writable=True) as index:
        index.add(ITEMS)
        index.commit()
        snapshot = index.snapshot()
    assert snapshot.statistics().dimensions == 0
    found = snapshot.search(query("sensor"), Filters())
    assert found.keys == ("publication:0", "publication:3")
    assert np.isnan(found.cosine).all()
    assert snapshot.vectors(["publication:0"]).shape == (1, 0)
    assert verify(tmp_path) == []


def test_texts_in_other_languages_are_carried_over(tmp_path: Path) -> None:
    class EnglishOnly(CountingEmbedder):
        languages = frozenset({"en"})

    embedder = EnglishOnly()
    danish = [document(5, "sår", language="da"), document(6, "Wunde", language="de")]
    with EmbeddedIndex.open(
        tmp_path,
        embedder=embedder,
        writable=True,
        carry=lambda text, language: text.replace("sår", "wound") if language == "da" else "",
    ) as index:
        index.add([*danish, ITEMS[0]])
        index.commit()
        vectors = index.snapshot().vectors([item.key for item in danish])
    assert embedder.texts == ["wound\nwound study", "sensor\nsensor study"]
    assert np.isfinite(vectors).all(axis=1).tolist() == [True, False]


def test_a_rebuild_waits_for_no_writer(tmp_path: Path) -> None:
    with EmbeddedIndex.open(tmp_path, writable=True), pytest.raises(IndexLocked):
        EmbeddedIndex.rebuild(tmp_path, ITEMS)


def test_a_rebuild_mends_a_damaged_index(tmp_path: Path) -> None:
    fill(tmp_path)
    segment = next(tmp_path.glob("g*/segment-*"))
    segment.unlink()
    with pytest.raises(IndexDamaged, match="Rebuild"):
        EmbeddedIndex.open(tmp_path)
    assert [problem.code for problem in verify(tmp_path)] == ["damaged"]
    EmbeddedIndex.rebuild(tmp_path, ITEMS, embedder=HashingEmbedder())
    assert verify(tmp_path) == []
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(IndexDamaged):
        EmbeddedIndex.open(tmp_path)
    EmbeddedIndex.rebuild(tmp_path, ITEMS, embedder=HashingEmbedder())
    assert verify(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("documents", {"document"}),
        ("keys", {"key_lookup"}),
        ("vectors", {"vector_length", "sketch"}),
        ("live-*", {"live_rows", "digest"}),
        ("segment-*", {"postings", "key_lookup"}),
    ],
)
def test_tampering_is_found(tmp_path: Path, name: str, codes: set[str]) -> None:
    fill(tmp_path)
    assert verify(tmp_path) == []
    path = next(tmp_path.glob(f"g*/{name}"))
    path.write_bytes(bytes(path.stat().st_size))
    assert {problem.code for problem in verify(tmp_path)} == codes


def test_a_cut_file_is_found(tmp_path: Path) -> None:
    fill(tmp_path)
    path = next(tmp_path.glob("g*/vectors"))
    path.write_bytes(path.read_bytes()[:-1])
    assert [problem.code for problem in verify(tmp_path)] == ["damaged"]


def test_many_replacements_call_for_a_rebuild(tmp_path: Path) -> None:
    fill(tmp_path)
    with EmbeddedIndex.open(tmp_path, embedder=HashingEmbedder(), writable=True) as index:
        for text in ("laser", "gel", "wound"):
            index.add([replace(item, title=text) for item in ITEMS])
            index.commit()
    assert [problem.code for problem in verify(tmp_path)] == ["wasteful"]


def test_nothing_there_is_no_problem(tmp_path: Path) -> None:
    assert verify(tmp_path / "nowhere") == []
    assert EmbeddedIndex.open(tmp_path / "nowhere").snapshot().statistics().documents == 0
