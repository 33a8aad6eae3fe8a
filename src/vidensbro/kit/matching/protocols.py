"""What an index and an embedder must be able to do, whoever makes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.model import Document, Filters


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One idea of the need, and the index terms that may stand for it (synonyms, translations, parts).

    `alternatives` are (index term, weight in 0..1). Index terms come from
    `vidensbro.kit.text.terms.index_terms` and carry their language, such as "da:tryksår" or "en:ulcer".
    """

    word: str
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """What is looked up: terms, and a unit-length vector where the index has vectors."""

    terms: tuple[QueryTerm, ...]
    vector: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """The head of the lexical and of the dense list for each kind, joined, with what is needed to score them.

    n candidates in the order of their keys; T is the number of *distinct* index terms of the query in order
    of first appearance (`terms`). `title` and `body` are (n, T) term frequencies; `length` is (n,) in index
    terms, title and body together; `cosine` is (n,), NaN where there is no vector.
    """

    keys: tuple[str, ...]
    terms: tuple[str, ...]
    title: npt.NDArray[np.uint8]
    body: npt.NDArray[np.uint8]
    length: npt.NDArray[np.float32]
    cosine: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of an index. Averages and frequencies are over public documents only, so that what is hidden
    changes no score; `documents` and `kinds` count all live documents."""

    documents: int
    kinds: dict[str, int]
    public_documents: int
    average_length: float
    embedder: str
    dimensions: int
    bytes_on_disk: int


class Snapshot(Protocol):
    """An unchanging view of an index: what was committed when it was taken."""

    @property
    def version(self) -> str:
        """Digest-like name of the commit that is seen."""

    def statistics(self) -> Statistics:
        """Figures of this view."""

    def document_frequency(self, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        """In how many public documents each index term occurs, in title or body."""

    def search(self, query: IndexQuery, filters: Filters, per_kind: int = 200) -> Candidates:
        """The best `per_kind` by terms and by vector for each kind that passes the filters, features attached.

        Kinds are ranked apart, so that many publications cannot crowd out one test site.
        """

    def documents(self, keys: Sequence[str]) -> list[Document | None]:
        """The stored documents, in the order asked; None for a key that is not there."""

    def keys(self, kind: str = "") -> Iterable[str]:
        """Every live key, sorted; of one kind if given."""

    def facets(self, filters: Filters) -> dict[str, dict[str, int]]:
        """How many visible documents there are for each kind, field, language and country."""

    def vectors(self, keys: Sequence[str]) -> npt.NDArray[np.float32]:
        """Stored vectors (len(keys), dimensions); rows of NaN where there is none."""


class Index(Protocol):
    """Documents that can be added, replaced, removed and searched.

    One writer at a time (a second one gets `IndexLocked`), any number of readers, in any process. Changes are seen
    by snapshots taken after `commit`. A kill at any instant leaves the last committed state.
    """

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, replacing those with the same key; the number taken in."""

    def remove(self, keys: Iterable[str]) -> int:
        """Remove documents; unknown keys are passed over. The number removed."""

    def commit(self) -> str:
        """Make all changes since the last commit visible at once and durable; the new version."""

    def rollback(self) -> None:
        """Forget all changes since the last commit."""

    def snapshot(self) -> Snapshot:
        """A view of the last committed state."""

    def close(self) -> None:
        """Let go of files and the writer's lock."""


class Embedder(Protocol):
    """Turns texts into unit-length vectors. Same text, same vector."""

    @property
    def name(self) -> str:
        """Which model, with its version: vectors of different names are not comparable."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes that the model understands; other texts are first carried over to English."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors (len(texts), dimensions), each of length 1."""
