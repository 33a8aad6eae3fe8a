"""Whether a score can be read as the probability that an answer is relevant.

Every answer among the first of each need is a forecast: its score beside whether it was judged relevant. What nobody
judged counts as not relevant, so a collection with one known answer a need makes scores look too high.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Forecast = tuple[float, bool]
"""A score in 0..1, and whether the answer was relevant."""

BINS = 10
STEPS = 50
RIDGE = 1e-6
"""Keeps the fit from running away where scores part the answers without a mistake."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a score from `low` up to `high`: how many, their mean score, the share that is relevant."""

    low: float
    high: float
    answers: int
    score: float
    relevant: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Brier score and expected calibration error of the score as it is, and of the score on a logistic curve.

    The curve (Platt 1999) has two figures, fitted on half of the needs and tried on the other half, both ways.
    """

    answers: int
    brier: float
    error: float
    curve_brier: float
    curve_error: float
    bins: tuple[Bin, ...]


def calibration(needs: Sequence[Sequence[Forecast]]) -> Calibration:
    """From the forecasts of each need, in the needs' order."""
    forecasts = [one for need in needs for one in need]
    halves = [[one for need in needs[start::2] for one in need] for start in (0, 1)]
    fitted = [
        (curve(score), relevant)
        for ours, others in ((0, 1), (1, 0))
        for curve in (logistic(halves[others]),)
        for score, relevant in halves[ours]
    ]
    return Calibration(
        len(forecasts),
        brier(forecasts),
        calibration_error(forecasts),
        brier(fitted),
        calibration_error(fitted),
        reliability(forecasts),
    )


def brier(forecasts: Sequence[Forecast]) -> float:
    """Mean squared distance of a forecast to what happened (Brier 1950): 0 is perfect."""
    return sum((score - relevant) ** 2 for score, relevant in forecasts) / max(len(forecasts), 1)


def reliability(forecasts: Sequence[Forecast]) -> tuple[Bin, ...]:
    """Ten bins of equal width; those without an answer are left out."""
    grouped: dict[int, list[Forecast]] = {}
    for score, relevant in forecasts:
        grouped.setdefault(min(int(score * BINS), BINS - 1), []).append((score, relevant))
    return tuple(
        Bin(
            number / BINS,
            (number + 1) / BINS,
            len(group),
            sum(score for score, _ in group) / len(group),
            sum(relevant for _, relevant in group) / len(group),
        )
        for number, group in sorted(grouped.items())
    )


def calibration_error(forecasts: Sequence[Forecast]) -> float:
    """Distance of score and share of relevant answers, bin by bin, each bin by its size (Naeini et al. 2015)."""
    parts = [one.answers * abs(one.score - one.relevant) for one in reliability(forecasts)]
    return sum(parts) / max(len(forecasts), 1)


def logistic(forecasts: Sequence[Forecast]) -> Callable[[float], float]:
    """The curve 1 / (1 + exp(-(a + b·score))) of greatest likelihood, by Newton's method."""
    a = b = 0.0
    for _ in range(STEPS):
        chances = [_sigmoid(a + b * score) for score, _ in forecasts]
        missed = [relevant - p for p, (_, relevant) in zip(chances, forecasts, strict=True)]
        spread = [p * (1 - p) for p in chances]
        slope_a = sum(missed) - RIDGE * a
        slope_b = sum(miss * score for miss, (score, _) in zip(missed, forecasts, strict=True)) - RIDGE * b
        aa = sum(spread) + RIDGE
        ab = sum(w * score for w, (score, _) in zip(spread, forecasts, strict=True))
        bb = sum(w * score * score for w, (score, _) in zip(spread, forecasts, strict=True)) + RIDGE
        room = aa * bb - ab * ab
        step_a, step_b = (bb * slope_a - ab * slope_b) / room, (aa * slope_b - ab * slope_a) / room
        a, b = a + step_a, b + step_b
        if abs(step_a) + abs(step_b) < 1e-9:
            break
    return lambda score: _sigmoid(a + b * score)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
