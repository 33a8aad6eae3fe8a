"""CSV and Excel files as numbered rows, cells by column name.

CSV comes as programs really write it: UTF-8 with or without a mark, or Windows-1252; separated by comma,
semicolon or tab; with line breaks inside quoted cells.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from vidensbro.kit.sources.jsonrows import Row
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.streams import ByteStream, Position

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_CELL: Final = 1 << 20
"""The longest cell, in characters. A quote that is never closed ends here instead of swallowing the file."""

MAX_WORKBOOK: Final = 1 << 31
"""The largest workbook, in bytes after decompression."""

_DELIMITERS: Final = ",;\t"
_SPREADSHEET_EMPTY: Final = ("", None)


class CsvRows:
    """The rows of a CSV file below its header. A stream that is not UTF-8 is read as Windows-1252.

    `mend` puts lines right that the source is known to write wrongly.
    """

    def __init__(
        self,
        stream: ByteStream,
        start: Position,
        columns: Sequence[str] = (),
        mend: Callable[[str], str] = str,
    ) -> None:
        self._mend = mend
        self._stream = stream
        self._start = start
        self._columns = frozenset(columns)
        self._line = 0

    def __iter__(self) -> Iterator[Row | Problem]:
        encoding = encoding_of(self._stream)
        if encoding != "utf-8" and not self._start.line:
            yield problem(self._stream.file, 0, "encoding_guessed")
        raw = io.BufferedReader(_ChunkReader(self._stream.chunks()))
        text = io.TextIOWrapper(raw, encoding, errors="replace", newline="")
        yield from self._rows(text)
        if self._stream.problem is not None:
            found = self._stream.problem
            yield Problem(self._stream.file, self._line + 1, "", found.code, found.value)

    def _rows(self, text: io.TextIOWrapper) -> Iterator[Row | Problem]:
        csv.field_size_limit(MAX_CELL)
        first = text.readline()
        header_line = 1
        while first and not first.strip():
            first, header_line = text.readline(), header_line + 1
        delimiter = delimiter_of(first, self._columns)
        header = next(csv.reader(chain([first], text), delimiter=delimiter), [])
        header_line += first.count("\n", 0, -1)
        lines = _Watched(map(self._mend, text))
        rows = csv.reader(lines, delimiter=delimiter)
        while True:
            line = header_line + rows.line_num + 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                self._line = line
                if line > self._start.line:
                    yield problem(self._stream.file, line, "csv", value=str(error))
                continue
            self._line = line
            if line <= self._start.line or not any(cell.strip() for cell in cells):
                continue
            if lines.ended or (lines.unfinished and len(cells) < len(header)):
                # What is left of a row at the end of a file that was cut short must not pass for the whole of it.
                yield problem(self._stream.file, line, "truncated")
            else:
                yield row_of(self._stream.file, line, header, cells)

    def position(self) -> Position:
        """How far the file has been read."""
        return Position(self._line, 0, self._stream.read, self._stream.total)


class _Watched:
    """Lines of a table: `unfinished` after one without an end, `ended` once one was asked for beyond the last, as is
    done in search of the end of a cell."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.unfinished = False
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.unfinished = not line.endswith(("\n", "\r"))
        return line


class _ChunkReader(io.RawIOBase):
    """Chunks of bytes as a file that `io.TextIOWrapper` can read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: WriteableBuffer) -> int:
        view = memoryview(target).cast("B")
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def encoding_of(stream: ByteStream) -> str:
    """ "utf-8" if every byte of the file is, otherwise "cp1252". Reads the file through once."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in stream.chunks():
            decoder.decode(chunk)
        decoder.decode(b"", final=stream.problem is None)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        stream.problem = None
    return "utf-8"


def delimiter_of(header: str, columns: frozenset[str]) -> str:
    """The separator under which a header has the most known columns, or else the most columns."""

    def fit(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([header], delimiter=delimiter), [])
        return sum(name.strip().lower() in columns for name in names), len(names)

    return max(_DELIMITERS, key=fit)


def row_of(file: str, line: int, header: Sequence[str], cells: Sequence[str]) -> Row | Problem:
    """Cells under the names of their columns; empty cells are left out. Names are compared in lower case."""
    if any(cell.strip() for cell in cells[len(header) :]):
        return problem(file, line, "columns", value=str(len(cells)))
    if any("\x00" in cell for cell in cells):
        return problem(file, line, "nul_bytes")
    named = zip(header, cells, strict=False)
    return Row(line, {name.strip().lower(): cell for name, cell in named if name.strip() and cell.strip()})


class WorkbookRows:
    """The rows of an Excel workbook, sheet by sheet; `kind_of` says what a sheet holds, by its name.

    Formulas give the value that the spreadsheet program last calculated; nothing is ever calculated here.
    Rows are numbered through all sheets in `Row.line`, counting as the program shows them within a sheet.
    """

    def __init__(self, path: Path, start: Position, sheet: str = "") -> None:
        self._path = path
        self._start = start
        self._sheet = sheet
        self._line = 0
        self._total = path.stat().st_size
        self._read = 0

    def __iter__(self) -> Iterator[Row | Problem]:
        try:
            with zipfile.ZipFile(self._path) as archive:
                if sum(info.file_size for info in archive.infolist()) > MAX_WORKBOOK:
                    yield problem(self._path.name, 0, "oversize")
                    return
            book = openpyxl.load_workbook(self._path, read_only=True, data_only=True)
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, ParseError, OSError) as error:
            yield problem(self._path.name, 0, "corrupt", value=str(error))
            return
        try:
            yield from self._rows(book)
        finally:
            book.close()

    def _rows(self, book: openpyxl.Workbook) -> Iterator[Row | Problem]:
        sheet = book[self._sheet] if self._sheet else book.worksheets[0]
        header: list[str] = []
        height = sheet.max_row or 0
        for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            self._line = line
            self._read = min(self._total, self._total * line // max(height, line))
            cells = [cell_text(value) for value in values]
            if not header:
                header = cells if any(cells) else []
            elif line > self._start.line and any(cells):
                yield row_of(self._path.name, line, header, cells)

    def position(self) -> Position:
        """How far the sheet has been read."""
        return Position(self._line, 0, self._read, self._total)


def sheet_names(path: Path) -> list[str]:
    """The names of a workbook's sheets; none when it is no workbook."""
    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, ParseError, OSError):
        return []
    try:
        return list(book.sheetnames)
    finally:
        book.close()


def cell_text(value: object) -> str:
    """What a spreadsheet cell shows, as text: dates as year-month-day, whole numbers without a fraction."""
    if value in _SPREADSHEET_EMPTY:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
