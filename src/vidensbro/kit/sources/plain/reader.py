"""A file of the plain format as records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from vidensbro.kit.sources.jsonrows import JsonLines, JsonValues, Row
from vidensbro.kit.sources.model import KINDS, Record
from vidensbro.kit.sources.plain.records import RowReader
from vidensbro.kit.sources.plain.spec import FIELDS
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.streams import ByteStream, Position
from vidensbro.kit.sources.tables import CsvRows, WorkbookRows, sheet_names
from vidensbro.kit.sources.yamlrows import YamlItems

_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".yaml", ".yml", ".json", ".jsonl", ".ndjson")


def kinds_in(path: Path) -> tuple[str, ...]:
    """The kinds of record that a file may hold: workbooks and YAML files any, others the one of their name.

    A file whose name does not tell is given with the first kind, with which its problems are told.
    """
    suffixes = {suffix.lower() for suffix in path.suffixes}
    if suffixes & {".yaml", ".yml", ".xlsx", ".xlsm"}:
        return KINDS
    return (kind_of_name(path.name) or KINDS[0],)


def kind_of_name(name: str) -> str:
    """The kind of record that a file or sheet holds by its name, "" when the name does not say."""
    words = re.split(r"[^a-z]+", name.lower())
    return next((kind for kind in KINDS if kind in words), "")


class PlainReader:
    """Reads organisations, people, works, offers, needs and releases from CSV, Excel, YAML or JSON.

    What the file holds is told by its name, by the sheet's name, or in YAML by the key above the list. `only`
    narrows the reading to one kind; what is wrong with the file as a whole is told with the first kind.
    """

    def __init__(self, path: Path, start: Position, retrieved: date | None, only: str = "") -> None:
        self._path = path
        self._only = only
        self._start = start
        self._retrieved = retrieved
        self._readers: dict[str, RowReader] = {}
        self._rows: YamlItems | CsvRows | WorkbookRows | JsonLines | JsonValues | None = None
        self._base = 0

    def __iter__(self) -> Iterator[Record | Problem]:
        suffix = self.suffix
        if suffix not in _SUFFIXES:
            if self._only in {"", KINDS[0]}:
                yield problem(self._path.name, 0, "unknown_format", value=self._path.suffix)
            return
        if suffix in {".xlsx", ".xlsm"}:
            yield from self._workbook()
            return
        rows = self._text_rows(ByteStream(self._path), suffix)
        self._rows = rows
        kind = kind_of_name(self._path.name)
        for item in rows:
            below, row = item if isinstance(item, tuple) else ("", item)
            yield from self._records(below or kind, row)

    @property
    def suffix(self) -> str:
        """The ending that tells the format, that of compression left aside."""
        suffixes = [suffix.lower() for suffix in self._path.suffixes if suffix.lower() != ".gz"]
        return suffixes[-1] if suffixes else ""

    def position(self) -> Position:
        """How far the file has been read; lines of all sheets count on."""
        if self._rows is None:
            return self._start
        at = self._rows.position()
        return Position(self._base + at.line, at.offset, at.read, at.total)

    def _text_rows(self, stream: ByteStream, suffix: str) -> YamlItems | CsvRows | JsonLines | JsonValues:
        if suffix in {".yaml", ".yml"}:
            return YamlItems(stream, self._start)
        if suffix in {".jsonl", ".ndjson"}:
            return JsonLines(stream, self._start)
        if suffix == ".json":
            return JsonValues(stream, self._start)
        known = FIELDS.get(kind_of_name(self._path.name), ())
        return CsvRows(stream, self._start, [field.name for field in known])

    def _workbook(self) -> Iterator[Record | Problem]:
        names = sheet_names(self._path)
        if not names:
            yield from self._records("", problem(self._path.name, 0, "corrupt"))
        for name in names:
            kind = kind_of_name(name) or (kind_of_name(self._path.name) if len(names) == 1 else "")
            if not kind:
                yield from self._records("", problem(self._path.name, 0, "unknown_kind", value=name))
                continue
            start = Position(max(0, self._start.line - self._base))
            rows = WorkbookRows(self._path, start, name)
            self._rows = rows
            for row in rows:
                yield from self._records(kind, row)
            self._base += rows.position().line

    def _records(self, kind: str, row: Row | Problem) -> Iterator[Record | Problem]:
        if self._only and (kind if kind in FIELDS else KINDS[0]) != self._only:
            return
        if isinstance(row, Problem):
            yield row
            return
        if kind not in FIELDS:
            yield problem(self._path.name, row.line, "unknown_kind", value=kind)
            return
        if kind not in self._readers:
            self._readers[kind] = RowReader(kind, self._path.name, self._retrieved)
        yield from self._readers[kind].records(row)
