"""One way in: a source and a file give a reader of records and problems."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Protocol

from vidensbro.kit.sources import catalogue, openalex, ror
from vidensbro.kit.sources.jsonrows import JsonLines, JsonValues, Row
from vidensbro.kit.sources.model import MergedRecord, Record
from vidensbro.kit.sources.plain.reader import PlainReader
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.schema import GuardedReader
from vidensbro.kit.sources.streams import ByteStream, Position
from vidensbro.kit.sources.tables import CsvRows

SOURCES: Final = ("ror", "openalex", *catalogue.ADAPTERS, "plain")
"""The sources that an installation takes in."""

READABLE: Final = SOURCES
"""All sources that `open_source` reads."""

REMEMBERED: Final = 500_000
"""How many of the latest identifiers are kept in mind to tell a duplicate."""

Mapper = Callable[[Row, str, date | None], Iterator[Record | Problem]]


class Reader(Protocol):
    """Records and problems of one file, in its order, and how far it has been read."""

    def __iter__(self) -> Iterator[Record | Problem]: ...

    def position(self) -> Position:
        """After each item: where to go on, if the reading has to stop after it."""
        ...


def open_source(source: str, path: Path, start: Position | None = None, kind: str = "") -> Reader:
    """A reader of one file of a source (see `READABLE`), going on after `start`.

    `kind` narrows plain files, which may hold records of several kinds, to one of them.
    A file that cannot be opened gives one problem. Raises ValueError for an unknown source.
    """
    if source not in READABLE:
        raise ValueError(source)
    start = start or Position()
    try:
        with path.open("rb"):
            retrieved = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    except OSError as error:
        return _Single(problem(path.name, 0, "not_found", value=error.strerror or ""))
    if source == "plain":
        return _Distinct(path.name, PlainReader(path, start, retrieved, kind))
    if source in catalogue.ADAPTERS:
        return _Distinct(path.name, catalogue.open_file(source, path, start, retrieved))
    return _Distinct(path.name, _mapped(source, path, start, retrieved))


class _Single:
    """A file of which there is nothing but one problem."""

    def __init__(self, found: Problem) -> None:
        self._problem = found

    def __iter__(self) -> Iterator[Record | Problem]:
        yield self._problem

    def position(self) -> Position:
        return Position()


def _mapped(source: str, path: Path, start: Position, retrieved: date | None) -> Reader:
    """Rows of JSON, or of CSV for lists of merged identifiers, made into records by the source's mapper."""
    stream = ByteStream(path, choose=_choose_member)
    rows: JsonLines | JsonValues | CsvRows = JsonValues(stream, start)
    mapper: Mapper = ror.records if source == "ror" else openalex.records
    fields = ror.fields if source == "ror" else openalex.fields_for(openalex.entity_of(path))
    suffix = _inner_suffix(path)
    if suffix in {".jsonl", ".ndjson"} or (suffix == "" and path.suffix.lower() == ".gz"):
        rows = JsonLines(stream, start)
    elif suffix == ".csv" and source == "openalex":
        rows = CsvRows(stream, start, openalex.LISTED)
        mapper, fields = openalex.merged, openalex.merged_fields
    elif suffix not in {"", ".json", ".zip"}:
        return _Single(problem(stream.file, 0, "unknown_format", value=stream.path.suffix))

    def records(row: Row, file: str) -> Iterator[Record | Problem]:
        return mapper(row, file, retrieved)

    return GuardedReader(stream.file, rows, records, fields)


class _Distinct:
    """Leaves out records whose identifier came before, among the last `REMEMBERED` ones, and says so."""

    def __init__(self, file: str, reader: Reader) -> None:
        self._file = file
        self._reader = reader
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    def __iter__(self) -> Iterator[Record | Problem]:
        for item in self._reader:
            if isinstance(item, Problem):
                yield item
                continue
            where = item.provenance
            kind = "Merged" + item.kind if isinstance(item, MergedRecord) else type(item).__name__
            key = (kind, where.source_id)
            if key in self._seen:
                yield problem(self._file, where.line, "duplicate", "id", where.source_id)
                continue
            self._seen[key] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
            yield item

    def position(self) -> Position:
        return self._reader.position()


def _inner_suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
        return suffixes[-1] if suffixes and suffixes[-1] in {".json", ".jsonl", ".ndjson", ".csv"} else ""
    return suffixes[-1] if suffixes else ""


def _choose_member(names: list[str]) -> str | None:
    """The JSON file of an archive; of the registry's two, the one in the newer schema."""
    found = [name for name in names if name.lower().endswith((".json", ".jsonl", ".ndjson"))]
    found.sort(key=lambda name: ("schema_v2" not in name, name))
    return found[0] if found else None
