"""One score for every kind of document: the share of the need that a document answers.

Terms: BM25F over ideas, where the words that may stand for an idea (synonyms, translations, parts of a compound)
count as one word (Pirkola 1998), divided by what a document could reach at most. Vectors: the cosine above what
unrelated texts reach. Both lie in 0..1 whatever the need and the kind, so that scores can be compared.

Every sum is made row by row and in the order of the ideas, never by a matrix product: the result for one document
must not depend, to the bit, on which others are scored beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.protocols import Candidates, QueryTerm

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each idea of the need is worth: `idf` (G,) by rarity; `most` is the sum that counts as a full answer."""

    idf: Floats
    most: float


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of n candidates: `ideas` (n, G) and `dense` (n,) are the parts that add up to `total` (n,)."""

    ideas: Floats
    dense: Floats
    total: Floats


def term_frequencies(candidates: Candidates, ideas: Sequence[QueryTerm], title_weight: float) -> Floats:
    """(n, G): how often each idea occurs in each candidate, all its words together, the title counting more."""
    column = {term: number for number, term in enumerate(candidates.terms)}
    counts = title_weight * candidates.title.astype(np.float64) + candidates.body
    together = np.zeros((len(candidates.keys), len(ideas)))
    for group, idea in enumerate(ideas):
        for term, weight in idea.alternatives:
            together[:, group] += weight * counts[:, column[term]]
    return together


def idea_weights(
    ideas: Sequence[QueryTerm], frequencies: dict[str, int], documents: int
) -> Weights:
    """Inverse document frequency of each idea by its most frequent word (Robertson & Spärck Jones 1976).

    An idea that no document uses cannot be answered by any: it weighs nothing, and is reported as advice.
    """
    idf = np.zeros(len(ideas))
    for group, idea in enumerate(ideas):
        seen = max((weight * frequencies[term] for term, weight in idea.alternatives), default=0.0)
        if seen > 0:
            idf[group] = np.log(1 + (documents - seen + 0.5) / (seen + 0.5))
    return Weights(idf, float(sum(idf.tolist())))


def score(
    candidates: Candidates,
    ideas: Sequence[QueryTerm],
    weights: Weights,
    average_length: float,
    config: EngineConfig,
) -> Scores:
    """Score candidates; without any vector the terms carry the whole score."""
    frequency = term_frequencies(candidates, ideas, config.title_weight)
    length = candidates.length.astype(np.float64) / max(average_length, 1.0)
    pivot = config.k1 * (1 - config.b + config.b * length)
    saturated = frequency / (frequency + pivot[:, None])
    has_vectors = not bool(np.all(np.isnan(candidates.cosine)))
    share = config.lexical_weight if has_vectors else 1.0
    ideas_part = share * saturated * (weights.idf / weights.most if weights.most else weights.idf)
    cosine = np.nan_to_num(candidates.cosine.astype(np.float64), nan=0.0)
    dense = (1 - share) * np.clip((cosine - config.cosine_floor) / (1 - config.cosine_floor), 0, 1)
    return Scores(ideas_part, dense, row_sums(ideas_part) + dense)


def row_sums(values: Floats) -> Floats:
    """Sum of each row, added from left to right."""
    total = np.zeros(values.shape[0])
    for column in range(values.shape[1]):
        total += values[:, column]
    return total
