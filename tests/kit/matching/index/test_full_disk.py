"""A full disk gives a clear error and leaves the old state."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vidensbro.kit.matching.conformance import HashingEmbedder, document
from vidensbro.kit.matching.embedded import EmbeddedIndex, verify
from vidensbro.kit.matching.errors import IndexStorageError
from vidensbro.kit.matching.model import Document


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes, as on a full disk (setrlimit(2), RLIMIT_FSIZE)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def long_documents(count: int) -> list[Document]:
    return [document(100 + number, body=f"laser number{number} " * 200) for number in range(count)]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    with EmbeddedIndex.open(tmp_path, embedder=HashingEmbedder(), writable=True) as opened:
        opened.add([document(n) for n in range(10)])
        opened.commit()
        yield opened


def add_much(index: EmbeddedIndex) -> None:
    for start in range(0, 600, 20):
        index.add([document(1000 + n, body=f"laser {n} " * 30) for n in range(start, start + 20)])
    index.commit()


@pytest.mark.parametrize("size", [4_000, 40_000, 100_000])
def test_no_room_while_adding_or_committing(index: EmbeddedIndex, tmp_path: Path, size: int) -> None:
    before = index.snapshot().version
    with largest_file(size), pytest.raises(IndexStorageError, match="no room left") as caught:
        add_much(index)
    assert caught.value.values["reason"] == "EFBIG"
    assert index.snapshot().version == before
    assert verify(tmp_path) == []
    index.add(long_documents(5))
    index.commit()
    assert index.snapshot().statistics().documents == 15
    assert verify(tmp_path) == []


def test_no_room_for_the_manifest(index: EmbeddedIndex, tmp_path: Path) -> None:
    before = index.snapshot().version
    index.add([document(n, fields=tuple(f"field {n} {i}" for i in range(40))) for n in range(20, 25)])
    manifest = (tmp_path / "manifest.json").stat().st_size
    with largest_file(manifest + 600), pytest.raises(IndexStorageError):
        index.commit()
    assert index.snapshot().version == before
    assert index.commit() == before


def test_no_room_for_a_rebuild(index: EmbeddedIndex, tmp_path: Path) -> None:
    version = index.snapshot().version
    index.close()
    with largest_file(30_000), pytest.raises(IndexStorageError):
        EmbeddedIndex.rebuild(tmp_path, long_documents(300), embedder=HashingEmbedder())
    assert EmbeddedIndex.open(tmp_path).snapshot().version == version
    assert verify(tmp_path) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexStorageError):
        EmbeddedIndex.open(tmp_path / "file" / "index", writable=True)
