"""One score for every kind of document: the share of the need that a document answers.

Terms: BM25F over ideas. The wordings of an idea (the word itself, translations, parts of a compound) are rivals of
which the best counts; the words of a phrase count together, the rarer the more. Divided by what a document could reach
at most. Vectors: the cosine above what unrelated texts reach. Both lie in 0..1 whatever the need and the kind, so that
scores can be compared.

Every sum is made row by row and in the order of the ideas, never by a matrix product: the result for one document
must not depend, to the bit, on which others are scored beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.analysis import Idea, Slot, Wording
from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.protocols import Candidates

Floats = npt.NDArray[np.float64]

TALK = 0.3
"""What words are worth that say only that something is sought, beside words that say what."""

TRUSTED = 0.5
"""Wordings of at least this weight mean the idea itself and tell how rare it is; parts of compounds do not."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the ideas of a need are worth, (G,); `most` counts as a full answer; `rarity` is by index term."""

    ideas: Floats
    most: float
    rarity: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of n candidates: `ideas` (n, G) and `dense` (n,) are the parts that add up to `total` (n,)."""

    ideas: Floats
    dense: Floats
    total: Floats


def weigh(ideas: Sequence[Idea], frequencies: Mapping[str, int], documents: int, full_answer: int) -> Weights:
    """Worth of each idea by how rare it is (inverse document frequency, Robertson & Spärck Jones 1976).

    An idea is as rare as its most frequent trusted wording: a Danish word is not worth more for standing in an index
    of mostly English texts. One that no document uses cannot be answered by any, weighs nothing, and is reported as
    advice. `frequencies` are those of index terms among `documents` public documents.
    """
    rarity = {
        term: float(np.log(1 + (documents - seen + 0.5) / (seen + 0.5))) if seen else 0.0
        for term, seen in frequencies.items()
    }
    worth = np.array(
        [_worth(idea, rarity) * idea.count * (TALK if idea.talk else 1.0) for idea in ideas], dtype=np.float64
    )
    weightiest = sorted(worth.tolist(), reverse=True)[:full_answer]
    return Weights(worth, float(sum(weightiest)), rarity)


def _worth(idea: Idea, rarity: Mapping[str, float]) -> float:
    used = [(wording, _rarity_of(wording, rarity)) for wording in idea.wordings]
    trusted = [value for wording, value in used if value > 0 and _means_it(wording)]
    others = [value * wording.weight for wording, value in used if value > 0]
    return min(trusted or others, default=0.0)


def _means_it(wording: Wording) -> bool:
    return wording.weight >= TRUSTED and wording.method != "taxonomy"


def _rarity_of(wording: Wording, rarity: Mapping[str, float]) -> float:
    """Sum over the words of a wording; nothing if one of them is never used."""
    values = [slot_rarity(slot, rarity) for slot in wording.slots]
    return sum(values) if all(values) else 0.0


def slot_rarity(slot: Slot, rarity: Mapping[str, float]) -> float:
    """Rarity of a word of a wording: that of its most frequent index term, its main one first."""
    used = [(rarity[term], weight) for term, weight in slot if rarity[term] > 0]
    main = [value for value, weight in used if weight == 1.0]
    return min(main or [value for value, _ in used], default=0.0)


class _Counts:
    """Saturated frequencies of slots in candidates, each worked out once. Arrays are (n,)."""

    def __init__(self, candidates: Candidates, average_length: float, config: EngineConfig) -> None:
        self._column = {term: number for number, term in enumerate(candidates.terms)}
        self._frequency = config.title_weight * candidates.title.astype(np.float64) + candidates.body
        length = candidates.length.astype(np.float64) / max(average_length, 1.0)
        self._pivot = config.k1 * (1 - config.b + config.b * length)
        self._known: dict[Slot, Floats] = {}

    def saturated(self, slot: Slot) -> Floats:
        """tf / (tf + pivot), all index terms of the slot counted together."""
        if slot not in self._known:
            together = np.zeros(len(self._pivot))
            for term, weight in slot:
                together += weight * self._frequency[:, self._column[term]]
            self._known[slot] = together / (together + self._pivot)
        return self._known[slot]


def score(
    candidates: Candidates,
    ideas: Sequence[Idea],
    weights: Weights,
    average_length: float,
    config: EngineConfig,
    carried: bool = False,
) -> Scores:
    """Score candidates; without any vector the terms carry the whole score. `carried`: see `AnalysedNeed`."""
    counts = _Counts(candidates, average_length, config)
    share = config.carried_lexical_weight if carried else config.lexical_weight
    share = 1.0 if bool(np.all(np.isnan(candidates.cosine))) else share
    parts = np.zeros((len(candidates.keys), len(ideas)))
    for number, idea in enumerate(ideas):
        if weights.ideas[number] > 0:
            said = _how_well_said(idea, counts, weights.rarity, len(candidates.keys))
            parts[:, number] = share * weights.ideas[number] / weights.most * said
    said_in_all = row_sums(parts)
    over = said_in_all > share
    parts[over] *= (share / said_in_all[over])[:, None]
    cosine = np.nan_to_num(candidates.cosine.astype(np.float64), nan=0.0)
    dense = (1 - share) * np.clip((cosine - config.cosine_floor) / (1 - config.cosine_floor), 0, 1)
    return Scores(parts, dense, row_sums(parts) + dense)


def _how_well_said(idea: Idea, counts: _Counts, rarity: Mapping[str, float], size: int) -> Floats:
    """(n,) in 0..1: the best wording in each candidate, by trust and by how much of the phrase is there."""
    best = np.zeros(size)
    for wording in idea.wordings:
        shares = [slot_rarity(slot, rarity) for slot in wording.slots]
        whole = sum(shares)
        if whole > 0:
            said = np.zeros(size)
            for slot, part in zip(wording.slots, shares, strict=True):
                if part > 0:
                    said += part / whole * counts.saturated(slot)
            best = np.maximum(best, wording.weight * said)
    return best


def row_sums(values: Floats) -> Floats:
    """Sum of each row, added from left to right."""
    total = np.zeros(values.shape[0])
    for column in range(values.shape[1]):
        total += values[:, column]
    return total
