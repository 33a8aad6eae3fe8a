"""Tables as files for a spreadsheet: CSV and Excel, in which no cell is ever a formula.

A cell that begins with = + - @ is run by spreadsheet programs when the file is opened (OWASP, "CSV injection"), and so
is one where such a sign follows a tab, a line end or a full-width form of it. Texts that do get an apostrophe before
them; numbers and dates stay what they are.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

Cell = str | int | float | Decimal | date | datetime | None
CSV: Final = "csv"
EXCEL: Final = "xlsx"
FORMATS: Final = (CSV, EXCEL)
LONGEST_CELL: Final = 32_767
"""What a cell of Excel holds."""
_DANGEROUS: Final = ("=", "+", "-", "@", "|", "%")


def export(name: str, form: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The table as a download called `name` with its date-free ending; `form` is one of `FORMATS`.

    Raises:
        LookupError: there is no such form.
    """
    if form == CSV:
        content, kind = as_csv(headers, rows), "text/csv; charset=utf-8"
    elif form == EXCEL:
        content = as_excel(headers, rows)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        raise LookupError(form)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with a mark, by which Excel knows the letters.

    Danish Excel parts columns at semicolons, so a Danish page gives those.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if get_language() == "da" else ",", lineterminator="\r\n")
    writer.writerow([harmless(one) for one in headers])
    for row in rows:
        writer.writerow([_written(harmless(one)) for one in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def as_excel(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """An Excel workbook with one sheet, whose first row stays in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    bold = []
    for one in headers:
        cell = WriteOnlyCell(sheet, value=harmless(one))
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        sheet.append([harmless(one) for one in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def harmless(value: object) -> Cell:
    """The value as a cell may have it: a text that a program would run gets an apostrophe before it."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, int | float | Decimal | date):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[: LONGEST_CELL - 1]
    # NFKC turns the full-width ＝ into =, as some programs do when they read a cell.
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])
    dangerous = first.startswith(_DANGEROUS) or text[:1] in {"\t", "\r", "\n"}
    return f"'{text}" if dangerous else text


def _written(value: Cell) -> object:
    return value.isoformat() if isinstance(value, date) else value
