"""The public sources that come as files: for each, how its rows are read, made into records and guarded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson

from vidensbro.kit.sources import (
    clinicaltrials,
    cordis,
    cvr,
    eucalls,
    oai,
    orcid,
    structuralfunds,
    uniquip,
)
from vidensbro.kit.sources.archives import MemberRows, is_archive
from vidensbro.kit.sources.jsonrows import JsonLines, JsonValues, Row
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.schema import Fields, GuardedReader, Mapper, Rows
from vidensbro.kit.sources.streams import ByteStream, Position
from vidensbro.kit.sources.tables import CsvRows, WorkbookRows
from vidensbro.kit.sources.xmlrows import Held, XmlRecords, XmlRow, parse


@dataclass(frozen=True, slots=True)
class Adapter:
    """How a source is read. `mapper` is made anew for every file, with the day of the file;
    `part` tells the tables of a file apart, each of which is guarded by itself."""

    rows: Callable[[Path, Position], Rows]
    mapper: Callable[[date | None], Mapper]
    fields: Fields
    part: Callable[[Any], str] | None = None


def open_file(source: str, path: Path, start: Position, retrieved: date | None) -> GuardedReader:
    """A reader of a file of one of `ADAPTERS`. Raises KeyError for another source."""
    adapter = ADAPTERS[source]
    rows, mapper = adapter.rows(path, start), adapter.mapper(retrieved)
    return GuardedReader(path.name, rows, mapper, adapter.fields, adapter.part)


class _Quiet:
    """Rows without the notice of an encoding that the source is known to have."""

    def __init__(self, rows: CsvRows) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Row | Problem]:
        for row in self._rows:
            if not (isinstance(row, Problem) and row.code == "encoding_guessed"):
                yield row

    def position(self) -> Position:
        return self._rows.position()


def _inner(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return name[name.rfind(".") :] if "." in name else ""


def _json(path: Path, start: Position) -> Rows:
    """JSON lines, an array, answers one after the other, or an archive of answers."""
    if is_archive(path):
        return MemberRows(path, start, (".json",), _json_member)
    stream = ByteStream(path)
    return JsonLines(stream, start) if _inner(path) in {".jsonl", ".ndjson"} else JsonValues(stream, start)


def _values(path: Path, start: Position) -> Rows:
    """JSON values, whatever the name of the file promises about lines."""
    return JsonValues(ByteStream(path), start)


def _json_member(file: str, data: bytes) -> Iterable[Row | Problem]:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return [problem(file, 1, "json", value=str(error))]
    values = value if isinstance(value, list) else [value]
    return [
        Row(1, one) if isinstance(one, dict) else problem(file, 1, "not_a_record", value=repr(one)[:80])
        for one in values
    ]


def _pages(path: Path, start: Position) -> Rows:
    """Pages of OAI-PMH: one, several in one file, or an archive of them."""
    if is_archive(path):
        return MemberRows(path, start, (".xml",), _oai_member)
    return XmlRecords(ByteStream(path), start, "record")


def _oai_member(file: str, data: bytes) -> Iterable[XmlRow | Problem]:
    return XmlRecords(Held(file, data), Position(), "record")


def _orcid_member(file: str, data: bytes) -> Iterable[Row | XmlRow | Problem]:
    return [parse(file, 1, data)] if file.lower().endswith(".xml") else _json_member(file, data)


def _people(path: Path, start: Position) -> Rows:
    """Records of people: XML or JSON, one, several, or the yearly archive."""
    if is_archive(path):
        return MemberRows(path, start, (".xml", ".json"), _orcid_member)
    if _inner(path) == ".xml":
        return XmlRecords(ByteStream(path), start, "record")
    return _json(path, start)


def _table(path: Path, start: Position) -> Rows:
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        return WorkbookRows(path, start)
    return CsvRows(ByteStream(path), start, uniquip.COLUMNS)


def _danish(path: Path, start: Position) -> Rows:
    return _Quiet(CsvRows(ByteStream(path), start, structuralfunds.COLUMNS))


ADAPTERS: Final[dict[str, Adapter]] = {
    "cordis": Adapter(cordis.CordisRows, cordis.mapper, cordis.fields, lambda row: str(row.table)),
    "eu_calls": Adapter(_values, eucalls.mapper, eucalls.fields),
    "oai": Adapter(_pages, oai.mapper, oai.fields),
    "orcid": Adapter(_people, orcid.mapper, orcid.fields),
    "uniquip": Adapter(_table, uniquip.mapper, uniquip.fields),
    "clinicaltrials": Adapter(_json, clinicaltrials.mapper, clinicaltrials.fields),
    "cvr": Adapter(_json, cvr.mapper, cvr.fields),
    "structural_funds": Adapter(_danish, structuralfunds.mapper, structuralfunds.fields),
}
"""By the name of the source."""
