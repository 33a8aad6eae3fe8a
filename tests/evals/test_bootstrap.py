"""Intervals: the same each time, around the mean, narrower with more needs, and paired where two are compared."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.bootstrap import difference, figure

VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


@settings(max_examples=30, deadline=None)
@given(VALUES)
def test_the_mean_lies_in_its_interval_and_the_same_values_give_the_same(values: list[float]) -> None:
    one = figure(values)
    assert one == figure(values)
    assert one.value == pytest.approx(math.fsum(values) / len(values))
    assert min(values) - 1e-9 <= one.low <= one.high <= max(values) + 1e-9


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    # 400 needs of which half succeed: standard error sqrt(.25 / 400) = .025, so 95 % lie within .049 of .5.
    found = figure([0.0, 1.0] * 200)
    assert found.value == 0.5
    assert found.low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.006)
    assert found.high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.006)


def test_equal_values_leave_no_doubt_and_nothing_is_nought() -> None:
    assert (figure([0.3] * 9).low, figure([0.3] * 9).high) == pytest.approx((0.3, 0.3))
    assert figure([]).value == 0


def test_a_difference_is_paired() -> None:
    # Every need gains exactly a tenth, however hard it is.
    found = difference([0.1, 0.6, 1.0], [0.0, 0.5, 0.9])
    assert (found.low, found.value, found.high) == pytest.approx((0.1, 0.1, 0.1))
