"""Scores as probabilities: worked by hand, and a curve that mends what a curve can mend."""

import math
import random

import pytest

from evals.calibration import brier, calibration, calibration_error, logistic, reliability


def test_brier_and_calibration_error_by_hand() -> None:
    forecasts = [(0.8, True), (0.8, False), (0.1, False)]
    assert brier(forecasts) == pytest.approx((0.04 + 0.64 + 0.01) / 3)
    # Two answers at .8 of which half are relevant, one at .1 of which none is.
    assert calibration_error(forecasts) == pytest.approx((2 * 0.3 + 1 * 0.1) / 3)
    assert [(one.low, one.answers, one.relevant) for one in reliability(forecasts)] == [
        (0.1, 1, 0),
        (0.8, 2, 0.5),
    ]


def test_a_score_of_one_belongs_to_the_last_bin() -> None:
    (last,) = reliability([(1.0, True)])
    assert (last.low, last.high) == (0.9, 1.0)


def test_the_curve_is_the_one_that_made_the_answers() -> None:
    chance = random.Random(3)
    scores = [chance.random() for _ in range(20_000)]
    answers = [(s, chance.random() < 1 / (1 + math.exp(3 - 5 * s))) for s in scores]
    curve = logistic(answers)
    assert curve(0.2) == pytest.approx(1 / (1 + math.exp(2)), abs=0.02)
    assert curve(0.9) == pytest.approx(1 / (1 + math.exp(-1.5)), abs=0.02)


def test_scores_that_are_twice_too_high_are_mended_on_the_other_half() -> None:
    chance = random.Random(5)
    needs = [[(s, chance.random() < s / 2) for s in (chance.random() for _ in range(10))] for _ in range(400)]
    found = calibration(needs)
    assert found.answers == 4000
    assert found.error == pytest.approx(0.25, abs=0.02)
    assert found.curve_error < 0.05
    assert found.curve_brier < found.brier


def test_answers_that_a_score_parts_without_mistake_and_no_answers_at_all() -> None:
    curve = logistic([(0.1, False), (0.2, False), (0.8, True), (0.9, True)])
    assert curve(0.1) < 0.01 < 0.99 < curve(0.9)
    assert calibration([]).answers == 0
    assert calibration([[(0.5, True)]]).brier == 0.25
