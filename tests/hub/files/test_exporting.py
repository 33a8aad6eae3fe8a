"""Tables for spreadsheets: no cell is ever a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from vidensbro.hub.ui.exporting import LONGEST_CELL, as_csv, as_excel, export, harmless

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1",
    "  =1+1",
    "\u00a0=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|' /C calc'!A0",
    "|calc",
    "%0A",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_a_program_would_run_is_made_harmless(text: str) -> None:
    assert str(harmless(text)).startswith("'")
    (row,) = list(csv.reader(io.StringIO(as_csv([text], []).decode("utf-8-sig")), delimiter=";"))
    assert row[0].startswith("'")
    sheet = load_workbook(io.BytesIO(as_excel(["A"], [[text]]))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).startswith("'")


@pytest.mark.parametrize("text", ["Åse", "a=b", "1+1", "5 - 3", "me@example.org", "", "'already"])
def test_other_texts_stay(text: str) -> None:
    assert harmless(text) == text


def test_numbers_and_dates_stay_what_they_are() -> None:
    assert [harmless(one) for one in (-5, 1.5, Decimal("-2.50"), date(2026, 1, 2), None)] == [
        -5,
        1.5,
        Decimal("-2.50"),
        date(2026, 1, 2),
        None,
    ]
    moment = harmless(datetime(2026, 1, 2, 12, tzinfo=UTC))
    assert moment == datetime(2026, 1, 2, 13)
    assert harmless(True) == "True"


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_every_text_comes_through_both_forms(cells: list[str]) -> None:
    excel = load_workbook(io.BytesIO(as_excel(["x"] * len(cells), [cells]))).active
    assert excel is not None
    assert all(cell.data_type in {"s", "n", "inlineStr"} for cell in excel[1])
    rows = list(csv.reader(io.StringIO(as_csv(cells, []).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_control_characters_and_long_texts_do_not_stop_an_export() -> None:
    sheet = load_workbook(io.BytesIO(as_excel(["A"], [["a\x0bb\x1f"], ["x" * 100_000]]))).active
    assert sheet is not None
    assert sheet["A2"].value == "ab"
    assert len(str(sheet["A3"].value)) == LONGEST_CELL - 1


def test_columns_are_parted_as_the_language_does() -> None:
    with translation.override("en"):
        assert as_csv(["a", "b"], [[1, date(2026, 1, 2)]]) == b"\xef\xbb\xbfa,b\r\n1,2026-01-02\r\n"
    with translation.override("da"):
        assert as_csv(["a", "b;c"], []) == b'\xef\xbb\xbfa;"b;c"\r\n'


def test_there_are_two_forms_and_no_more() -> None:
    assert export("x", "csv", ["a"], [])["Content-Disposition"] == 'attachment; filename="x.csv"'
    with pytest.raises(LookupError):
        export("x", "html", ["a"], [])
