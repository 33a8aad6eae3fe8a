"""An unchanging view of the embedded index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded import codec, dense, lexical
from vidensbro.kit.matching.embedded.choosing import best_of_each, promising
from vidensbro.kit.matching.embedded.files import ReadAt, map_array
from vidensbro.kit.matching.embedded.filtering import allowed_rows
from vidensbro.kit.matching.embedded.hashing import FIELD, KEY, TERM, short_hash
from vidensbro.kit.matching.embedded.manifest import Manifest
from vidensbro.kit.matching.embedded.postings import Dictionary, Postings, Segment, layout
from vidensbro.kit.matching.embedded.table import ROW, Bits, RowNumbers, Rows
from vidensbro.kit.matching.errors import IndexDamaged, IndexMismatch
from vidensbro.kit.matching.model import Document, Filters
from vidensbro.kit.matching.protocols import Candidates, IndexQuery, Statistics

REMEMBERED_FREQUENCIES = 200_000

WORTH_A_THREAD = 50_000
"""From this many rows on the dense and the lexical head are found side by side."""


class EmbeddedSnapshot:
    """What one manifest says, mapped into memory. Safe to use from several threads."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Map the files of a commit. Raises FileNotFoundError when a newer commit has removed some of them,
        and IndexDamaged when they are too short."""
        self.manifest = manifest
        place = folder / manifest.generation
        count = manifest.rows
        live = np.unpackbits(self._bytes(place, manifest.live, (count + 7) // 8), count=count).astype(
            np.bool_
        )
        self.rows = Rows(map_array(place / "rows", ROW, count), live)
        self.dictionary = Dictionary([Segment(place, record) for record in manifest.segments], live)
        self._key_bytes = self._bytes(place, "keys", manifest.sizes.get("keys", 0)).data
        self._documents = ReadAt(place / "documents", manifest.sizes.get("documents", 0))
        vectors = map_array(place / "vectors", "<i2", count * manifest.dimensions)
        self.stored_vectors: dense.Stored = vectors.reshape(count, manifest.dimensions)
        words = dense.words_per_sketch(manifest.dimensions)
        self.sketches = map_array(place / "sketches", "<u8", count * words).reshape(count, words)
        self._frequencies: dict[str, int] = {}

    @property
    def version(self) -> str:
        """Name of the commit: its number and a digest of the content."""
        return self.manifest.version

    def statistics(self) -> Statistics:
        """Figures of this view."""
        return self._statistics

    @cached_property
    def _statistics(self) -> Statistics:
        counts = np.bincount(self.rows.kind[self.rows.live])
        sizes = sum(self.manifest.sizes.values()) + sum(
            layout(s.postings, s.terms)["end"] for s in self.manifest.segments
        )
        return Statistics(
            documents=self.manifest.live_rows,
            kinds=self._named("kind", counts),
            public_documents=self.public_documents,
            average_length=self.rows.average_length,
            embedder=self.manifest.embedder,
            dimensions=self.manifest.dimensions,
            bytes_on_disk=sizes,
        )

    def document_frequency(self, terms: Sequence[str]) -> npt.NDArray[np.int64]:
        """In how many public documents each index term occurs, in title or body."""
        # Another thread may begin anew meanwhile; what is asked for here stays in this one.
        known = self._frequencies
        missing = [term for term in dict.fromkeys(terms) if term not in known]
        if len(known) + len(missing) > REMEMBERED_FREQUENCIES:
            known = self._frequencies = {}
            missing = list(dict.fromkeys(terms))
        hashes = [short_hash(TERM, term) for term in missing]
        counts = self.dictionary.count_public(hashes, self.rows.visible)
        known.update(zip(missing, counts.tolist(), strict=True))
        return np.array([known[term] for term in terms], np.int64)

    def search(self, query: IndexQuery, filters: Filters, per_kind: int = 200) -> Candidates:
        """The best `per_kind` by terms and by vector for each kind that passes the filters, features
        attached."""
        terms = list(dict.fromkeys(name for term in query.terms for name, _ in term.alternatives))
        postings = dict(zip(terms, self.dictionary.find([short_hash(TERM, t) for t in terms]), strict=True))
        allowed = allowed_rows(filters, self.rows, self.dictionary, self.manifest.names)
        vector = self._checked_vector(query.vector)
        rows = self._heads(query, vector, postings, allowed, per_kind)
        return self._candidates(rows, terms, postings, vector)

    def documents(self, keys: Sequence[str]) -> list[Document | None]:
        """The stored documents, in the order asked; None for a key that is not there."""
        return [self.document_at(row) if row >= 0 else None for row in self.find_rows(keys)]

    def keys(self, kind: str = "") -> Iterable[str]:
        """Every live key, sorted; of one kind if given."""
        mask = self.rows.live
        if kind:
            names = self.manifest.names.get("kind", [])
            mask = mask & (self.rows.kind == names.index(kind)) if kind in names else np.zeros_like(mask)
        return sorted(self.key_texts(np.flatnonzero(mask)))

    def facets(self, filters: Filters) -> dict[str, dict[str, int]]:
        """How many visible documents there are for each "kind", "field", "language" and "country"."""
        allowed = allowed_rows(filters, self.rows, self.dictionary, self.manifest.names)
        columns: dict[str, npt.NDArray[Any]] = {
            "kind": self.rows.kind,
            "language": self.rows.language,
            "country": self.rows.country,
        }
        counted = {name: self._named(name, np.bincount(column[allowed])) for name, column in columns.items()}
        fields = self.manifest.names.get("field", [])
        found = self.dictionary.find([short_hash(FIELD, name) for name in fields])
        per_field = np.array([np.count_nonzero(allowed[postings.rows]) for postings in found], np.int64)
        return {**counted, "field": self._named("field", per_field)}

    def vectors(self, keys: Sequence[str]) -> npt.NDArray[np.float32]:
        """Stored vectors (len(keys), dimensions); rows of NaN where there is none."""
        rows = np.array(self.find_rows(keys), np.int64)
        result = np.full((len(keys), self.manifest.dimensions), np.nan, np.float32)
        known = rows >= 0
        known[known] = self.rows.has_vector[rows[known]]
        result[known] = dense.unpack(self.stored_vectors[rows[known]])
        return result

    def find_rows(self, keys: Sequence[str]) -> list[int]:
        """The live row of each key, -1 where there is none."""
        stored = [codec.clean(key) for key in keys]
        found = []
        for key, postings in zip(
            stored, self.dictionary.find([short_hash(KEY, k) for k in stored]), strict=True
        ):
            live = postings.rows[self.rows.live[postings.rows]]
            found.append(int(live[-1]) if len(live) and self.key_texts(live[-1:]) == [key] else -1)
        return found

    @cached_property
    def public_documents(self) -> int:
        """Number of live public documents."""
        return int(np.count_nonzero(self.rows.visible))

    @cached_property
    def _tie(self) -> npt.NDArray[np.uint64]:
        return np.ascontiguousarray(self.rows.table["key_hash"])

    @cached_property
    def _norm(self) -> lexical.Scores:
        return lexical.length_norm(self.rows.length, self.rows.average_length)

    def _heads(
        self,
        query: IndexQuery,
        vector: dense.Floats | None,
        postings: dict[str, Postings],
        allowed: Bits,
        per_kind: int,
    ) -> RowNumbers:
        """The rows of both heads, in order, each once."""
        if vector is None:
            return np.sort(self._lexical_head(query, postings, allowed, per_kind))
        if len(self.rows) < WORTH_A_THREAD:
            near = self._dense_head(vector, allowed, per_kind)
            return np.union1d(self._lexical_head(query, postings, allowed, per_kind), near)
        # The work is numpy's, which lets other threads run: two cores halve the wait.
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self._dense_head, vector, allowed, per_kind)
            return np.union1d(self._lexical_head(query, postings, allowed, per_kind), running.result())

    def _lexical_head(
        self, query: IndexQuery, postings: dict[str, Postings], allowed: Bits, per_kind: int
    ) -> RowNumbers:
        names = list(postings)
        frequency = dict(zip(names, self.document_frequency(names).tolist(), strict=True))
        lookup = lexical.Lookup(postings, frequency, self.public_documents)
        chosen = lexical.choose_terms(query.terms, lookup)
        score = lexical.score_rows(chosen, lookup, self._norm, allowed)
        rows = promising(score, self.rows.kind, per_kind)
        return best_of_each(rows, score[rows], self.rows.kind, self._tie, per_kind)

    def _dense_head(self, vector: dense.Floats, allowed: Bits, per_kind: int) -> RowNumbers:
        reachable = allowed & self.rows.has_vector
        return dense.dense_head(
            self.stored_vectors, self.sketches, vector, reachable, self.rows.kind, self._tie, per_kind
        )

    def _checked_vector(self, vector: npt.NDArray[np.float32] | None) -> npt.NDArray[np.float32] | None:
        if vector is None or not self.manifest.dimensions:
            return None
        if vector.shape != (self.manifest.dimensions,):
            raise IndexMismatch(
                f"The index has vectors of length {self.manifest.dimensions} ({self.manifest.embedder}), the "
                f"query's has the shape {vector.shape}. Use the same embedder, or rebuild the index.",
                embedder=self.manifest.embedder,
            )
        return np.ascontiguousarray(vector, np.float32)

    def _candidates(
        self,
        rows: RowNumbers,
        terms: list[str],
        postings: dict[str, Postings],
        vector: npt.NDArray[np.float32] | None,
    ) -> Candidates:
        keys = self.key_texts(rows)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        frequency = np.zeros((len(rows), len(terms), 2), np.uint8)
        for column, term in enumerate(terms):
            _fill(frequency[:, column], rows, postings[term])
        cosine = np.full(len(rows), np.nan, np.float32)
        if vector is not None:
            known = self.rows.has_vector[rows]
            cosine[known] = dense.cosines(self.stored_vectors, rows[known], vector)
        return Candidates(
            keys=tuple(keys[index] for index in order),
            terms=tuple(terms),
            title=np.ascontiguousarray(frequency[order, :, 0]),
            body=np.ascontiguousarray(frequency[order, :, 1]),
            length=self.rows.length[rows][order],
            cosine=cosine[order],
        )

    def key_texts(self, rows: npt.NDArray[Any]) -> list[str]:
        """The keys of rows."""
        records = self.rows.table[rows]
        text, starts = self._key_bytes, records["key_at"]
        ends = starts + records["key_size"]
        return [str(text[a:b], "utf-8") for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]

    def document_at(self, row: int) -> Document:
        """The document stored in a row. Raises IndexDamaged."""
        record = self.rows.table[row]
        start = int(record["document_at"])
        try:
            return codec.decode(self._documents.read(start, int(record["document_size"])))
        except (ValueError, TypeError) as error:
            raise IndexDamaged(
                f"The stored document in row {row} cannot be read: {error}. Rebuild the index.", row=str(row)
            ) from error

    def _named(self, kind: str, counts: npt.NDArray[np.int64]) -> dict[str, int]:
        names = self.manifest.names.get(kind, [])
        found = {names[number]: int(counts[number]) for number in np.flatnonzero(counts) if names[number]}
        return dict(sorted(found.items()))

    @staticmethod
    def _bytes(place: Path, name: str, size: int) -> npt.NDArray[np.uint8]:
        return map_array(place / name, "u1", size)


def _fill(target: npt.NDArray[np.uint8], rows: RowNumbers, postings: Postings) -> None:
    """Write (n, 2) frequencies of one term for sorted `rows` into `target`, searching the longer in the
    shorter."""
    if not len(rows) or not len(postings.rows):
        return
    if len(postings.rows) < len(rows):
        place = np.minimum(np.searchsorted(rows, postings.rows), len(rows) - 1)
        hit = rows[place] == postings.rows
        target[place[hit]] = postings.frequency[hit]
        return
    place = np.minimum(np.searchsorted(postings.rows, rows), len(postings.rows) - 1)
    hit = postings.rows[place] == rows
    target[hit] = postings.frequency[place[hit]]
