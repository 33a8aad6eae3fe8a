"""The head of the lexical list: BM25 over the postings, exact, for every kind at once.

Only for choosing candidates; the engine scores them again. Scores are sums in the order of the query over
each row's own figures, so they do not depend on where a row lies, nor on how segments are cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded.postings import Postings
from vidensbro.kit.matching.embedded.table import Bits
from vidensbro.kit.matching.protocols import QueryTerm

K1 = 0.9
B = 0.4
"""BM25 parameters for retrieval, as in Anserini (Yang, Fang & Lin 2017)."""

TITLE = 2.0
"""A word in the title counts as this many in the body."""

_PAIRS = np.arange(1 << 16)
AMOUNT = ((_PAIRS & 255) * TITLE + (_PAIRS >> 8)).astype(np.float32)
"""How much a pair of frequencies counts, title in the low and body in the high byte: a table is faster."""

MOST_TERMS = 24
"""Ideas of a need that are looked up, the rarest first; the others hardly change the head, and cost most."""

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lookup:
    """The postings and public document frequency of every index term of a query."""

    postings: Mapping[str, Postings]
    frequency: Mapping[str, int]
    public_documents: int

    def informativeness(self, term: str, weight: float) -> float:
        """Weight times inverse document frequency (Robertson & Zaragoza 2009, with 1 added to stay
        positive)."""
        count = self.frequency[term]
        return weight * float(np.log1p((self.public_documents - count + 0.5) / (count + 0.5)))


def length_norm(length: npt.NDArray[np.float32], average: float) -> Scores:
    """(rows,) the part of BM25's denominator that depends on a row's length."""
    return (K1 * (1 - B) + (K1 * B / max(average, 1.0)) * length.astype(np.float64)).astype(np.float32)


def choose_terms(terms: Sequence[QueryTerm], lookup: Lookup) -> list[QueryTerm]:
    """The ideas worth looking up. Those that no public document has cost nothing and are always kept: which
    of the others are taken must not depend on what only some may see."""
    known, free = [], []
    for place, term in enumerate(terms):
        weights = [
            lookup.informativeness(name, weight)
            for name, weight in term.alternatives
            if lookup.frequency[name]
        ]
        if weights:
            known.append((-max(weights), place))
        else:
            free.append(place)
    taken = sorted([place for _, place in sorted(known)[:MOST_TERMS]] + free)
    return [terms[place] for place in taken]


def score_rows(terms: Sequence[QueryTerm], lookup: Lookup, norm: Scores, allowed: Bits) -> Scores:
    """(rows,) the score of each allowed row, 0 elsewhere. Of the alternatives of an idea the best one counts."""
    total = np.zeros(len(norm), np.float32)
    best = np.zeros(len(norm), np.float32)
    sparse = int(np.count_nonzero(allowed)) * 2 < len(allowed)
    for term in terms:
        touched = []
        for name, weight in term.alternatives:
            rows, values = _contribution(name, weight, lookup, norm, allowed if sparse else None)
            np.maximum(values, np.take(best, rows, mode="clip"), out=values)
            best[rows] = values
            touched.append(rows)
        for rows in touched:
            total[rows] += best[rows]
            best[rows] = 0
    total *= allowed
    return total


def _contribution(
    name: str, weight: float, lookup: Lookup, norm: Scores, allowed: Bits | None
) -> tuple[npt.NDArray[np.intp], Scores]:
    postings = lookup.postings[name]
    # numpy would turn the numbers into its own kind at every use.
    rows, frequency = postings.rows.astype(np.intp), postings.frequency
    if allowed is not None:
        keep = allowed[rows]
        rows, frequency = rows[keep], frequency[keep]
    amount = np.take(AMOUNT, frequency.view("<u2").ravel())
    below = np.take(norm, rows, mode="clip")
    below += amount
    amount /= below
    amount *= np.float32(lookup.informativeness(name, weight))
    return rows, amount
