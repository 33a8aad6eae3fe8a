"""Garbage is looked for more seldom within the block, and as before after it."""

from __future__ import annotations

import gc

import pytest

from vidensbro.hub.common.collecting import YOUNG, rarely_collected


def failing() -> None:
    with rarely_collected():
        assert gc.get_threshold()[0] == YOUNG
        raise ZeroDivisionError


def test_thresholds_are_put_back_even_after_an_error():
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError):
        failing()
    assert gc.get_threshold() == before
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_cycles_are_still_collected():
    class Ring:
        def __init__(self) -> None:
            self.itself = self

    with rarely_collected():
        for _ in range(3 * YOUNG):
            Ring()
        assert sum(isinstance(one, Ring) for one in gc.get_objects()) < 2 * YOUNG
