"""What the engine brought, ordered and cut as the embedded index would, with the features that scoring needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.distributed import features as packing
from vidensbro.kit.matching.distributed import schema
from vidensbro.kit.matching.distributed.store import Payload
from vidensbro.kit.matching.distributed.weights import ranked
from vidensbro.kit.matching.embedded.choosing import best_of_each
from vidensbro.kit.matching.embedded.dense import Floats, cosines
from vidensbro.kit.matching.embedded.hashing import KEY, short_hash
from vidensbro.kit.matching.embedded.lexical import Lookup, length_norm
from vidensbro.kit.matching.errors import IndexDamaged
from vidensbro.kit.matching.protocols import Candidates, QueryTerm


class Pool:
    """Candidates of all kinds together. Arrays have a row for each, in the order of their keys, so that nothing
    depends on the order in which the engine brought them."""

    def __init__(
        self, payloads: Sequence[Payload], terms: Sequence[str], names: Sequence[int], average_length: float
    ) -> None:
        """`names` are those of the index terms `terms`. Raises IndexDamaged."""
        stored = {payload[schema.KEY_TEXT]: payload[schema.FEATURES] for payload in payloads}
        self._keys = sorted(stored)
        self._terms = tuple(terms)
        try:
            self._features = [packing.unpack(stored[key]) for key in self._keys]
        except ValueError as error:
            raise IndexDamaged(
                f"A stored document cannot be read: {error}. Rebuild the index.", row="0"
            ) from error
        self._frequency = packing.columns(self._features, names)
        self._length = np.array([one.length for one in self._features], np.float32)
        self._norm = length_norm(self._length, average_length)
        kinds = [key.partition(":")[0] for key in self._keys]
        numbers = {kind: number for number, kind in enumerate(sorted(set(kinds)))}
        self._kinds = np.array([numbers[kind] for kind in kinds], np.intp)
        self._ties = np.array([short_hash(KEY, key) for key in self._keys], np.uint64)

    def candidates(
        self, chosen: Sequence[QueryTerm], lookup: Lookup, vector: Floats | None, per_kind: int
    ) -> Candidates:
        """The `per_kind` best of each kind by words (those of `chosen`) and by `vector`, in the order of their keys."""
        cosine = self._cosines(vector)
        place = {term: column for column, term in enumerate(self._terms)}
        columns = {
            name: np.ascontiguousarray(self._frequency[:, place[name]])
            for term in chosen
            for name, _ in term.alternatives
        }
        score = ranked(chosen, lookup, columns, self._norm)
        rows = np.union1d(
            self._best(np.flatnonzero(score > 0), score, per_kind),
            self._best(np.flatnonzero(~np.isnan(cosine)), cosine, per_kind),
        )
        return Candidates(
            keys=tuple(self._keys[row] for row in rows.tolist()),
            terms=self._terms,
            title=np.ascontiguousarray(self._frequency[rows, :, 0]),
            body=np.ascontiguousarray(self._frequency[rows, :, 1]),
            length=self._length[rows],
            cosine=cosine[rows],
        )

    def _best(
        self, rows: npt.NDArray[np.intp], score: npt.NDArray[np.float32], per_kind: int
    ) -> npt.NDArray[np.uint32]:
        chosen = rows.astype(np.uint32)
        return best_of_each(chosen, score[chosen], self._kinds, self._ties, per_kind)

    def _cosines(self, vector: Floats | None) -> npt.NDArray[np.float32]:
        """(n,) NaN where there is no vector."""
        result = np.full(len(self._keys), np.nan, np.float32)
        known = [row for row, one in enumerate(self._features) if len(one.vector)]
        if vector is not None and known:
            stored = np.stack([self._features[row].vector for row in known])
            result[known] = cosines(stored, np.arange(len(known), dtype=np.uint32), vector)
        return result
