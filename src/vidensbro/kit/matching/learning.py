"""A small ranker learned from what came of introductions: one weight for each kind of contribution, and no more.

A match's score is the sum of its contributions; the ranker multiplies each by the weight of its code, so that the
score is still their sum and the explanation still true. The weights are those under which, need by need, what led to
something stands before what did not (pairwise logistic loss, Burges et al. 2005, without a network), drawn towards 1:
with little feedback the ranker is the engine as it is. It is judged on needs that it has not learned from, and used
only if it does better there than chance would explain (sign test); `choose` can always be told not to use it.

Answers are compared with answers of their own kind only: that people say yes more often than test sites must not make
people better answers. And weights stay on the scale of the engine's scores: what was judged has the same mean before
and after, documents and experts (`FAMILIES`) each by themselves, so that a "weak match" means what it did.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.engine import CONTRIBUTION_CODES
from vidensbro.kit.matching.model import Contribution, Match
from vidensbro.kit.matching.sheet import rank, total

SHARPNESS = 10.0
"""A pair of answers is as good as decided when their scores are some tenths apart."""

PULL = 1.0
"""How strongly weights are drawn to 1, as against one need's pairs."""

LEAST, MOST = 0.25, 4.0
"""No kind of contribution is silenced, and none drowns the others."""

STEPS, RATE = 400, 0.05

HELD_OUT = 3
"""One need of so many is kept from learning."""

LEAST_NEEDS = 20
"""Held-out needs without a tie below which nothing is concluded."""

LIKELY_CHANCE = 0.05
"""The ranker is used if chance alone would do as well less often than this."""

FAMILIES = (("term", "meaning", "passage", "field", "place"), ("document", "further_documents"))
"""Codes that one match's score is made of: a document's own, and the votes that people and organisations get."""

DECIMALS = 3
"""Weights are numbers that somebody can read, and use to add up a score again."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer of a need, and whether it led to something. `need` is any name of the need; `features` come from
    `features`; only answers of one `kind` are compared."""

    need: str
    features: tuple[float, ...]
    good: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """On needs that were held out: the share of pairs in the right order by default and as learned, how many needs
    got better and worse, and how likely at least so many better ones are by chance."""

    needs: int
    default: float
    learned: float
    better: int
    worse: int
    chance: float

    @property
    def convincing(self) -> bool:
        """Whether what was learned may be used."""
        return (
            self.better + self.worse >= LEAST_NEEDS
            and self.learned > self.default
            and self.chance < LIKELY_CHANCE
        )


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights by contribution code; what is not named weighs 1. `Ranker()` leaves everything as it is."""

    weights: Mapping[str, float] = field(default_factory=dict)

    def apply(self, matches: Iterable[Match]) -> tuple[Match, ...]:
        """The matches with their contributions weighed, best first, ties by key. What comes to more than 1 is cut to
        1, and keeps its place."""
        weighed = sorted((self._weighed(match) for match in matches), key=rank)
        return tuple(_cut(match) for match in weighed)

    def _weighed(self, match: Match) -> Match:
        parts = tuple(
            replace(part, value=part.value * self.weights.get(part.code, 1.0))
            for part in match.evidence.contributions
        )
        return replace(match, score=total(parts), evidence=replace(match.evidence, contributions=parts))


@dataclass(frozen=True, slots=True)
class Learned:
    """A ranker, how it did on held-out needs, and how many others it was learned from."""

    ranker: Ranker
    comparison: Comparison
    needs: int = 0


def features(match: Match) -> tuple[float, ...]:
    """What each kind of contribution adds to a match's score, in the order of `CONTRIBUTION_CODES`."""
    return features_of(match.evidence.contributions)


def features_of(parts: Iterable[Contribution]) -> tuple[float, ...]:
    """What each kind of contribution comes to, in the order of `CONTRIBUTION_CODES`."""
    sums = dict.fromkeys(CONTRIBUTION_CODES, 0.0)
    for part in parts:
        sums[part.code] += part.value
    return tuple(sums.values())


def learn(judgements: Iterable[Judgement]) -> Learned:
    """Weights from two needs of three, tried on the third. Needs with only good or only bad answers of each kind
    teach nothing.

    The same judgements give the same ranker, in whatever order they come.
    """
    told = list(judgements)
    pairs = _pairs(told)
    kept = {need: rows for need, rows in pairs.items() if not _held_out(need)}
    weights = _on_scale(_fitted(kept), _means(one for one in told if one.need in kept))
    held_out = [rows for need, rows in pairs.items() if _held_out(need)]
    ranker = Ranker(dict(zip(CONTRIBUTION_CODES, weights.tolist(), strict=True)))
    return Learned(ranker, _compared(held_out, weights), len(kept))


def choose(learned: Learned | None, *, enabled: bool = True) -> Ranker:
    """The ranker to use: the learned one only where it is convincing and nobody has switched it off."""
    if learned is None or not enabled or not learned.comparison.convincing:
        return Ranker()
    return learned.ranker


def _held_out(need: str) -> bool:
    """By a digest of its name: a need stays on its side when feedback is added."""
    return hashlib.sha256(need.encode()).digest()[0] % HELD_OUT == 0


def _pairs(judgements: Iterable[Judgement]) -> dict[str, Floats]:
    """By need, a row (number of codes,) for each good answer beside each bad one: the difference of their features."""
    answers: dict[tuple[str, str], tuple[list[tuple[float, ...]], list[tuple[float, ...]]]] = defaultdict(
        lambda: ([], [])
    )
    for one in judgements:
        answers[one.need, one.kind][0 if one.good else 1].append(one.features)
    rows: dict[str, list[Floats]] = defaultdict(list)
    for (need, _kind), (good, bad) in sorted(answers.items()):
        rows[need] += [np.subtract(one, other) for one in sorted(good) for other in sorted(bad)]
    return {need: np.array(found, np.float64) for need, found in rows.items() if found}


def _cut(match: Match) -> Match:
    """A match whose score is 1 at most; but for rounding it is still the sum of its contributions."""
    if match.score <= 1:
        return match
    parts = tuple(replace(one, value=one.value / match.score) for one in match.evidence.contributions)
    return replace(match, score=1.0, evidence=replace(match.evidence, contributions=parts))


def _means(judgements: Iterable[Judgement]) -> Floats:
    """(codes,): what each kind of contribution comes to on the whole in what was judged."""
    rows = sorted(one.features for one in judgements)
    if not rows:
        return np.zeros(len(CONTRIBUTION_CODES))
    found: Floats = np.array(rows, np.float64).sum(axis=0) / len(rows)
    return found


def _on_scale(weights: Floats, means: Floats) -> Floats:
    """The weights times one number for each family, under which scores are what they were on the whole. The order
    within a kind is the same; of what never occurred nothing was learned, and it keeps its 1."""
    scaled = weights.copy()
    for family in FAMILIES:
        there = [number for code in family if means[number := CONTRIBUTION_CODES.index(code)] > 0]
        if there:
            scaled[there] *= means[there].sum() / np.einsum("i,i->", means[there], weights[there])
    kept: Floats = np.clip(scaled, LEAST, MOST)
    return kept.round(DECIMALS)


def _fitted(pairs: Mapping[str, Floats]) -> Floats:
    """(codes,) by projected gradient descent; each need counts once, however many pairs it has."""
    weights = np.ones(len(CONTRIBUTION_CODES))
    for _ in range(STEPS):
        slope = 2 * PULL * (weights - 1)
        for rows in pairs.values():
            margin = np.clip(SHARPNESS * np.einsum("ij,j->i", rows, weights), -50, 50)
            pull = SHARPNESS / (1 + np.exp(margin))
            slope -= np.einsum("ij,i->j", rows, pull) / len(rows)
        weights = np.clip(weights - RATE * slope / max(len(pairs), 1), LEAST, MOST)
    return weights


def _compared(held_out: Sequence[Floats], weights: Floats) -> Comparison:
    ones = np.ones_like(weights)
    before = [_right(rows, ones) for rows in held_out]
    after = [_right(rows, weights) for rows in held_out]
    better = sum(new > old for new, old in zip(after, before, strict=True))
    worse = sum(new < old for new, old in zip(after, before, strict=True))
    count = max(len(held_out), 1)
    return Comparison(
        len(held_out), sum(before) / count, sum(after) / count, better, worse, _by_chance(better, worse)
    )


def _right(rows: Floats, weights: Floats) -> float:
    """Share of pairs in the right order, ties half."""
    margin = np.einsum("ij,j->i", rows, weights)
    return float(np.mean((margin > 0) + 0.5 * (margin == 0)))


def _by_chance(better: int, worse: int) -> float:
    """Probability of at least `better` heads in as many throws of a coin (sign test, one-sided)."""
    throws = better + worse
    return float(sum(math.comb(throws, heads) for heads in range(better, throws + 1)) / 2**throws)
