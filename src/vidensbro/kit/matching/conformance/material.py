"""Documents, queries and an embedder for the conformance tests."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from vidensbro.kit.matching.model import PUBLIC, Document, Filters
from vidensbro.kit.matching.protocols import Candidates, IndexQuery, QueryTerm, Snapshot
from vidensbro.kit.text.terms import index_terms

SECRET = "member:7"
EVERYTHING = Filters(audience=frozenset({PUBLIC, SECRET}))
VOCABULARY = (
    "sensor",
    "wound",
    "nursing",
    "quantum",
    "laser",
    "enzyme",
    "catheter",
    "robot",
    "vaccine",
    "gel",
)

slow_setup = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)


class HashingEmbedder:
    """Vectors by feature hashing of words (Weinberger et al. 2009): no model, yet near for texts alike."""

    name = "hashing/1"
    dimensions = 96
    languages = frozenset({"da", "en", "de", ""})

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors (len(texts), 96), each of length 1."""
        return np.array([self._one(text) for text in texts], np.float32).reshape(-1, self.dimensions)

    def _one(self, text: str) -> npt.NDArray[np.float32]:
        total = np.full(self.dimensions, 1e-3)
        for word in re.findall(r"\w+", text.lower()):
            seed = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
            total += np.random.default_rng(int.from_bytes(seed, "big")).standard_normal(self.dimensions)
        return np.asarray(total / np.linalg.norm(total), np.float32)


def document(number: int, text: str = "sensor wound", **changes: Any) -> Document:
    """A publication in English about `text`."""
    plain = Document(kind="publication", id=str(number), language="en", title=text, body=f"{text} study")
    return replace(plain, **changes)


def query(text: str, *, dense: bool = True) -> IndexQuery:
    """Look up the words of an English text, and its vector."""
    words = dict.fromkeys(index_terms(text, "en"))
    terms = tuple(QueryTerm(word, ((word, 1.0),)) for word in words)
    return IndexQuery(terms, HashingEmbedder().embed([text])[0] if dense else None)


def bits(found: Candidates) -> tuple[object, ...]:
    """All of the candidates, comparable to the last bit."""
    arrays = (found.title, found.body, found.length, found.cosine)
    return (found.keys, found.terms, *((array.shape, array.dtype, array.tobytes()) for array in arrays))


def seen(snapshot: Snapshot, filters: Filters) -> tuple[object, ...]:
    """Everything that an actor can learn from a snapshot, comparable to the last bit."""
    figures = snapshot.statistics()
    terms = [f"en:{word}" for word in VOCABULARY]
    answers = [
        bits(snapshot.search(query(text, dense=dense), filters, per_kind))
        for text in ("sensor", "wound nursing laser", " ".join(VOCABULARY))
        for dense in (True, False)
        for per_kind in (3, 200)
    ]
    return (
        figures.public_documents,
        figures.average_length,
        snapshot.document_frequency(terms).tolist(),
        snapshot.facets(filters),
        answers,
    )


texts = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=6).map(" ".join)
documents = st.builds(
    document,
    st.integers(0, 30),
    texts,
    kind=st.sampled_from(("publication", "person", "premises")),
    language=st.sampled_from(("en", "da")),
    fields=st.lists(st.sampled_from(("medtech", "biotech")), unique=True).map(tuple),
)
