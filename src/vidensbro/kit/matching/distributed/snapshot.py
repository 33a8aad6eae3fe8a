"""An unchanging view of the distributed index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.distributed import features as packing
from vidensbro.kit.matching.distributed import schema, terms
from vidensbro.kit.matching.distributed.batches import in_batches
from vidensbro.kit.matching.distributed.candidates import Pool
from vidensbro.kit.matching.distributed.filtering import passing
from vidensbro.kit.matching.distributed.store import Condition, Payload, Question, Store, Where, pages
from vidensbro.kit.matching.distributed.weights import query_words
from vidensbro.kit.matching.embedded import codec, lexical
from vidensbro.kit.matching.embedded.dense import Floats, unpack
from vidensbro.kit.matching.errors import IndexDamaged, IndexMismatch
from vidensbro.kit.matching.model import Document, Filters
from vidensbro.kit.matching.protocols import Candidates, IndexQuery, Statistics

if TYPE_CHECKING:
    from vidensbro.kit.matching.distributed.state import Head

REMEMBERED_FREQUENCIES = 200_000

MORE, AT_LEAST_MORE = 0.5, 64
"""Candidates asked of the engine beyond those wanted, as a share and at least: it adds up what the embedded index
takes the best of, and cuts ties as it likes."""

ASKED_KEYS = 500
"""Documents looked up in one request."""


class DistributedSnapshot:
    """What one head says. Safe to use from several threads where its store is."""

    def __init__(self, store: Store, index: str, head: Head) -> None:
        self.head = head
        self._store = store
        self._documents = schema.documents_in(index, head.generation)
        self._terms = schema.terms_in(index, head.generation)
        self._frequencies: dict[str, int] = {}

    @property
    def version(self) -> str:
        """Name of the commit: its number and a digest of the content."""
        return self.head.version

    def statistics(self) -> Statistics:
        """Figures of this view. `bytes_on_disk` is what was given to the engine, once: copies, the engine's own
        indexes and what is not swept yet come on top."""
        head = self.head
        return Statistics(
            documents=head.documents,
            kinds=dict(head.kinds),
            public_documents=head.public_documents,
            average_length=head.average_length,
            embedder=head.embedder,
            dimensions=head.dimensions,
            bytes_on_disk=head.size,
        )

    def document_frequency(self, terms_asked: Sequence[str]) -> npt.NDArray[np.int64]:
        """In how many public documents each index term occurs, in title or body."""
        # Another thread may begin anew meanwhile; what is asked for here stays in this one.
        known = self._frequencies
        missing = [term for term in dict.fromkeys(terms_asked) if term not in known]
        if len(known) + len(missing) > REMEMBERED_FREQUENCIES:
            known = self._frequencies = {}
            missing = list(dict.fromkeys(terms_asked))
        if missing and self.head.commit:
            names = [packing.term_name(term) for term in missing]
            found = terms.counts(self._store, self._terms, names, self.head.commit)
            known.update((term, found.get(name, 0)) for term, name in zip(missing, names, strict=True))
        return np.array([known.get(term, 0) for term in terms_asked], np.int64)

    def search(self, query: IndexQuery, filters: Filters, per_kind: int = 200) -> Candidates:
        """The best `per_kind` by terms and by vector for each kind that passes the filters, features attached. One
        request to the engine, which fuses both halves for each kind. Raises IndexMismatch, IndexStorageError."""
        names = list(dict.fromkeys(name for term in query.terms for name, _ in term.alternatives))
        vector = self._checked_vector(query.vector)
        frequency = dict(zip(names, self.document_frequency(names).tolist(), strict=True))
        lookup = lexical.Lookup({}, frequency, self.head.public_documents)
        chosen = lexical.choose_terms(query.terms, lookup)
        hashes = {name: packing.term_name(name) for name in names}
        words = query_words(chosen, lookup, hashes)
        payloads: list[Payload] = []
        if words is not None or vector is not None:
            meaning = None if vector is None else tuple(vector.tolist())
            most = per_kind + max(AT_LEAST_MORE, int(MORE * per_kind))
            questions = [
                Question(passing(filters, self.head.commit, kind), words, meaning, most, most)
                for kind in self.head.kinds
                if not filters.kinds or kind in filters.kinds
            ]
            for answer in self._store.search(self._documents, questions, (schema.KEY_TEXT, schema.FEATURES)):
                payloads += answer
        pool = Pool(payloads, names, [hashes[name] for name in names], self.head.average_length)
        return pool.candidates(chosen, lookup, vector, per_kind)

    def documents(self, keys: Sequence[str]) -> list[Document | None]:
        """The stored documents, in the order asked; None for a key that is not there. Raises IndexDamaged."""
        found = self._by_key(keys, schema.DOCUMENT)
        try:
            known = {key: codec.decode(text.encode()) for key, text in found.items()}
        except (ValueError, TypeError) as error:
            raise IndexDamaged(
                f"A stored document cannot be read: {error}. Rebuild the index.", row="0"
            ) from error
        return [known.get(codec.clean(key)) for key in keys]

    def keys(self, kind: str = "") -> Iterable[str]:
        """Every live key, sorted; of one kind if given."""
        if not self.head.commit:
            return []
        where = Where(
            (*schema.live_at(self.head.commit), *([Condition(schema.KIND, (kind,))] if kind else ()))
        )
        found = pages(self._store, self._documents, where, (schema.KEY_TEXT,))
        return sorted(payload[schema.KEY_TEXT] for _, payload in found)

    def facets(self, filters: Filters) -> dict[str, dict[str, int]]:
        """How many visible documents there are for each "kind", "field", "language" and "country"."""
        if not self.head.commit:
            return {name: {} for name in schema.COUNTED}
        where = passing(filters, self.head.commit)
        counted = {
            name: self._store.tally(self._documents, key, where) for name, key in schema.COUNTED.items()
        }
        return {
            name: {value: number for value, number in sorted(values.items()) if value and number}
            for name, values in counted.items()
        }

    def vectors(self, keys: Sequence[str]) -> npt.NDArray[np.float32]:
        """Stored vectors (len(keys), dimensions); rows of NaN where there is none."""
        result = np.full((len(keys), self.head.dimensions), np.nan, np.float32)
        found = self._by_key(keys, schema.FEATURES)
        for row, key in enumerate(keys):
            stored = found.get(codec.clean(key))
            if stored and len(vector := packing.unpack(stored).vector):
                result[row] = unpack(vector)
        return result

    def _by_key(self, keys: Sequence[str], wanted: str) -> dict[str, str]:
        found: dict[str, str] = {}
        if not self.head.commit:
            return found
        for part in in_batches(dict.fromkeys(codec.clean(key) for key in keys), ASKED_KEYS):
            names = Condition(schema.NAME, tuple(schema.key_name(key) for key in part))
            where = Where((names, *schema.live_at(self.head.commit)))
            for _, payload in pages(self._store, self._documents, where, (schema.KEY_TEXT, wanted)):
                found[payload[schema.KEY_TEXT]] = payload[wanted]
        return found

    def _checked_vector(self, vector: npt.NDArray[np.float32] | None) -> Floats | None:
        if vector is None or not self.head.dimensions:
            return None
        if vector.shape != (self.head.dimensions,):
            raise IndexMismatch(
                f"The index has vectors of length {self.head.dimensions} ({self.head.embedder}), the query's has "
                f"the shape {vector.shape}. Use the same embedder, or rebuild the index.",
                embedder=self.head.embedder,
            )
        return np.ascontiguousarray(vector, np.float32)
