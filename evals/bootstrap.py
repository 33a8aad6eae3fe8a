"""How sure a mean is: percentile intervals by drawing needs again with replacement (Efron 1979; Sakai 2006).

Seeded, so that the same figures always give the same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SEED = 20261122
DRAWS = 2000
CONFIDENCE = 0.95
BLOCK = 4_000_000
"""Numbers drawn at a time, so that many needs take no more memory than few."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over needs, and the interval in which 95 % of the means of redrawn needs lie."""

    value: float
    low: float
    high: float


def figure(values: Sequence[float]) -> Figure:
    """The mean of one value a need, with its interval; three zeros of nothing."""
    if not values:
        return Figure(0.0, 0.0, 0.0)
    given = np.asarray(values, np.float64)
    chance = np.random.default_rng(SEED)
    at_once = max(1, BLOCK // len(given))
    means = []
    for start in range(0, DRAWS, at_once):
        drawn = chance.integers(0, len(given), (min(at_once, DRAWS - start), len(given)))
        means.append(given[drawn].mean(axis=1))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(np.concatenate(means), [tail, 1 - tail])
    return Figure(float(given.mean()), float(low), float(high))


def difference(values: Sequence[float], others: Sequence[float]) -> Figure:
    """The mean of what each need gains over the same need answered otherwise: paired, so that hard needs cancel out."""
    return figure([value - other for value, other in zip(values, others, strict=True)])
