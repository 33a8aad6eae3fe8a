"""BM25 as sparse vectors: what depends on the document is in its vector, what depends on the index in the query's.

The document's weight of a term is its saturated frequency (title counting double, divided by length against a fixed
pivot), the query's the idea's weight times inverse document frequency among public documents. Their inner product is
BM25 as the embedded index has it, but for two things: it adds up the alternatives of an idea where the embedded index
takes the best, and the pivot stays what it was when the generation was made. So the engine is asked for more than is
wanted, and `ranked` orders what comes back by the very sums of the embedded index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.distributed.features import Features
from vidensbro.kit.matching.distributed.store import Sparse
from vidensbro.kit.matching.embedded.lexical import AMOUNT, TITLE, Lookup, Scores, length_norm
from vidensbro.kit.matching.protocols import QueryTerm

INDEX_MASK = 0xFFFFFFFF
"""The engine's sparse vectors have 32-bit indices: of a name its lower bits. Two terms that share them are told apart
when candidates are scored."""


def document_words(features: Features, pivot: float) -> Sparse | None:
    """A document's sparse vector; None for one without words. `pivot` is the length in terms that counts as usual."""
    if not len(features.names):
        return None
    norm = length_norm(np.array([features.length], np.float32), pivot)[0]
    frequency = features.frequency
    amount = frequency[:, 0] * np.float32(TITLE) + frequency[:, 1]
    return _sparse(features.names & np.uint64(INDEX_MASK), amount / (amount + norm))


def query_words(terms: Sequence[QueryTerm], lookup: Lookup, names: Mapping[str, int]) -> Sparse | None:
    """A query's sparse vector; None where there is nothing to look up."""
    pairs = [
        (names[name] & INDEX_MASK, lookup.informativeness(name, weight))
        for term in terms
        for name, weight in term.alternatives
        if weight > 0
    ]
    if not pairs:
        return None
    indices, values = zip(*pairs, strict=True)
    return _sparse(np.array(indices, np.uint64), np.array(values, np.float32))


def ranked(
    terms: Sequence[QueryTerm],
    lookup: Lookup,
    columns: Mapping[str, npt.NDArray[np.uint8]],
    norm: Scores,
) -> Scores:
    """(n,) BM25 of candidates, the sums made as the embedded index makes them. `columns` are each term's (n, 2)
    frequencies, `norm` (n,) the part of the denominator that depends on length."""
    total = np.zeros(len(norm), np.float32)
    for term in terms:
        best = np.zeros(len(norm), np.float32)
        for name, weight in term.alternatives:
            amount = np.take(AMOUNT, columns[name].view("<u2").ravel())
            amount /= norm + amount
            amount *= np.float32(lookup.informativeness(name, weight))
            np.maximum(best, amount, out=best)
        total += best
    return total


def _sparse(indices: npt.NDArray[np.uint64], values: npt.NDArray[np.float32]) -> Sparse:
    """Sorted, each index once."""
    unique, place = np.unique(indices, return_inverse=True)
    summed = np.zeros(len(unique), np.float64)
    np.add.at(summed, place, values)
    return Sparse(tuple(unique.tolist()), tuple(summed.tolist()))
