"""Amounts: read as they are written, and summed to the øre. Expected values are worked out by hand."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.hub.collaborations.fact_forms import written
from vidensbro.hub.collaborations.models import Funding
from vidensbro.hub.collaborations.money import LARGEST, hours, hundredths, kroner


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("5", 500),
        ("1250", 125_000),
        ("1.250", 125_000),
        ("1,250", 125_000),
        ("1,25", 125),
        ("1.25", 125),
        ("1,5", 150),
        ("1.250.000", 125_000_000),
        ("1.250.000,50", 125_000_050),
        ("1,250,000.50", 125_000_050),
        ("1 250 000,50", 125_000_050),
        ("1\u00a0250\u00a0000", 125_000_000),
        ("kr. 1.250,00", 125_000),
        ("DKK 99", 9_900),
        ("99 kr", 9_900),
        ("99,-", 9_900),
        ("0,07", 7),
        ("007", 700),
        ("12.345.678.901,23", 1_234_567_890_123),
    ],
)
def test_however_it_is_written(text: str, value: int) -> None:
    assert hundredths(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "kr.", "-5", "5-", "1e6", "1,2,3", "1.25.0", "1.2.3,4", ",5", "5,", "1,234,56", "1.000,000,5", "1..5", "½",
     "٣", "=5", "5 USD", "NaN", "inf", "1'000", "99999999999999", "0x10", "1,23456"],
)  # fmt: skip
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        hundredths(text)


@given(st.integers(0, LARGEST))
def test_what_a_page_shows_is_read_back(value: int) -> None:
    assert hundredths(written(value) or "0") == value
    for language in ("da", "en"):
        with translation.override(language):
            assert hundredths(kroner(value)) == value


def test_as_each_language_writes_it() -> None:
    with translation.override("da"):
        assert (kroner(125_000_050), hours(2250)) == ("1.250.000,50\u00a0kr.", "37,5")
    with translation.override("en"):
        assert (kroner(125_000_050), kroner(7), hours(2250)) == (
            "DKK\u00a01,250,000.50",
            "DKK\u00a00.07",
            "37.5",
        )


@pytest.mark.parametrize(
    ("minutes", "rate", "value"),
    [
        (2250, 65_000, 2_437_500),  # 37.5 h at 650.00 = 24,375.00
        (60, 1, 1),
        (30, 1, 1),  # half an øre is rounded up
        (29, 1, 0),
        (20, 100, 33),  # a third of 1.00
        (40, 100, 67),
        (0, 0, 0),
        (1, 50_000, 833),  # a sixtieth of 500.00 = 8.333
    ],
)
def test_hours_are_worth_their_rate(minutes: int, rate: int, value: int) -> None:
    assert Funding(minutes=minutes, rate=rate).in_kind == value


def test_everything_together() -> None:
    # 1,250,000.50 + 250,000.00 + 37.5 h at 650.00 (24,375.00) = 1,524,375.50
    row = Funding(source="X", amount=125_000_050, own=25_000_000, minutes=2250, rate=65_000)
    assert row.total == 152_437_550
