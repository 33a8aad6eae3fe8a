"""What was removed from an index is not in its files any more once it is written anew, and no answer changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vidensbro.kit.matching import Document, EmbeddedIndex
from vidensbro.kit.matching.embedded import verify
from vidensbro.kit.matching.embedded.merging import merged
from vidensbro.kit.matching.errors import IndexLocked
from vidensbro.kit.matching.model import PUBLIC
from vidensbro.kit.text.terms import index_terms


class Hashing:
    """Vectors of three numbers, each text its own."""

    name = "hashing-1"
    dimensions = 3
    languages = frozenset({"en"})

    def embed(self, texts):  # type: ignore[no-untyped-def]
        found = np.array([[len(text), text.count("a"), 1.0] for text in texts], np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def document(number: int, words: str = "wounds and sensors") -> Document:
    """A document that can be told from all others."""
    return Document(
        kind="person" if number % 2 else "publication",
        id=str(number),
        language="en",
        title=f"Marker{number:03d} of the index",
        body=words,
        audience=frozenset({PUBLIC} if number % 3 else {"members"}),
    )


def holding(folder: Path, word: str) -> list[Path]:
    """The files that hold a word."""
    return [path for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


@given(
    count=st.integers(1, 30),
    gone=st.sets(st.integers(0, 29)),
    changed=st.sets(st.integers(0, 29)),
    dense=st.booleans(),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_left_and_no_answer_changes(
    tmp_path_factory: pytest.TempPathFactory, count: int, gone: set[int], changed: set[int], dense: bool
) -> None:
    folder, model = tmp_path_factory.mktemp("index"), Hashing() if dense else None
    with EmbeddedIndex.open(folder, embedder=model, writable=True) as index:
        index.add(document(one) for one in range(count))
        index.commit()
        index.add(document(one, "other words") for one in changed if one < count)
        index.remove(document(one).key for one in gone)
        index.commit()
        before = index.snapshot()
    keys = list(before.keys())
    terms = [term for one in ("wounds", "other", "index") for term in index_terms(one, "en")]
    EmbeddedIndex.compact(folder)
    after = EmbeddedIndex.open(folder).snapshot()
    assert verify(folder) == []
    assert list(after.keys()) == keys
    assert after.documents(keys) == before.documents(keys)
    assert after.document_frequency([str(one) for one in terms]).tolist() == (
        before.document_frequency([str(one) for one in terms]).tolist()
    )
    assert (after.stored_vectors == before.stored_vectors[before.rows.live]).all()
    assert after.manifest.rows == after.manifest.live_rows == len(keys)
    hashes = [part[0] for part in merged(after.dictionary.segments, after.rows.live)] if keys else []
    assert sum(map(len, hashes)) == sum(record.terms for record in after.manifest.segments)
    for one in gone:
        assert holding(folder, f"Marker{one:03d}") == []


def test_it_can_be_written_to_afterwards(tmp_path: Path) -> None:
    with EmbeddedIndex.open(tmp_path, writable=True) as index:
        index.add(document(one) for one in range(5))
        index.remove([document(2).key])
        index.commit()
    version = EmbeddedIndex.compact(tmp_path)
    assert EmbeddedIndex.compact(tmp_path) == version
    with EmbeddedIndex.open(tmp_path, writable=True) as index:
        index.add([document(2)])
        index.commit()
        assert len(list(index.snapshot().keys())) == 5
    assert verify(tmp_path) == []


def test_readers_of_the_old_files_are_not_disturbed(tmp_path: Path) -> None:
    with EmbeddedIndex.open(tmp_path, writable=True) as index:
        index.add(document(one) for one in range(5))
        index.commit()
        view = index.snapshot()
        index.remove([document(2).key])
        index.commit()
        with pytest.raises(IndexLocked):
            EmbeddedIndex.compact(tmp_path)
    EmbeddedIndex.compact(tmp_path)
    assert view.documents([document(2).key]) == [document(2)]
