"""Measures of a ranked list, as trec_eval and BEIR define them: linear gain, log2(rank + 1)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain at `depth` (Järvelin & Kekäläinen 2002)."""
    gain = sum(grades.get(item, 0) / math.log2(rank + 2) for rank, item in enumerate(ranked[:depth]))
    best = sorted(grades.values(), reverse=True)[:depth]
    ideal = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(best))
    return gain / ideal if ideal else 0.0


def average_precision(ranked: Sequence[str], relevant: Mapping[str, int] | frozenset[str]) -> float:
    """Precision at each relevant item, averaged over all relevant ones, found or not."""
    hits, total = 0, 0.0
    for rank, item in enumerate(ranked, 1):
        if item in relevant:
            hits += 1
            total += hits / rank
    return total / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: Mapping[str, int] | frozenset[str]) -> float:
    """One over the rank of the first relevant item, 0 if there is none."""
    return next((1 / rank for rank, item in enumerate(ranked, 1) if item in relevant), 0.0)


def recall(ranked: Sequence[str], relevant: Mapping[str, int] | frozenset[str], depth: int) -> float:
    """Share of the relevant items among the first `depth`."""
    return len(set(ranked[:depth]) & set(relevant)) / len(relevant) if relevant else 0.0


def precision(ranked: Sequence[str], relevant: Mapping[str, int] | frozenset[str], depth: int) -> float:
    """Share of the first `depth` that is relevant."""
    return sum(item in relevant for item in ranked[:depth]) / depth


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def pairwise_loss(ranked: Sequence[str], relevant: frozenset[str], judged: Sequence[str]) -> float:
    """Share of the pairs of a relevant and an irrelevant one of `judged` that stand in the wrong order.

    Those that are not in `ranked` share the last place; a pair of equal places is half wrong. 0.5 is chance.
    """
    place = {item: rank for rank, item in enumerate(ranked)}
    last = len(ranked)
    good = [place.get(item, last) for item in judged if item in relevant]
    bad = [place.get(item, last) for item in judged if item not in relevant]
    if not good or not bad:
        return 0.0
    wrong = sum((one > other) + 0.5 * (one == other) for one in good for other in bad)
    return wrong / (len(good) * len(bad))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed (nearest rank); 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
