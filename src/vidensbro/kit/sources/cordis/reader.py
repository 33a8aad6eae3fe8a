"""The tables of CORDIS, from the archive as published or one file of it, in CSV or JSON."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from vidensbro.kit.sources.archives import Located
from vidensbro.kit.sources.cordis.joining import Joined, Joining
from vidensbro.kit.sources.jsonrows import Data, JsonValues, Row
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.streams import ZIP_DAMAGE, ByteStream, Position, leads_astray
from vidensbro.kit.sources.tables import CsvRows

TABLES: Final = (
    "organization",
    "project",
    "projectpublications",
    "projectdeliverables",
    "reportsummaries",
    "projectirps",
)
"""The tables that hold records, in the order of reading: what others refer to comes first."""

JOINED: Final = ("organization", "euroscivoc", "topics", "legalbasis")
"""The tables that say more about a project."""

_OTHER_NAMES: Final = {"projects": "project", "organizations": "organization", "organisation": "organization"}
# CORDIS quotes every cell, but writes one whose text begins with a quotation mark as `;""Deep` instead of
# `;"""Deep`. After a closing quote, or after an empty cell, no text can begin so.
_UNDER_QUOTED: Final = re.compile(r"""((?<![";])";|;"";)""(?=[^";\r\n])""")
_COLUMNS: Final = ("projectid", "id", "title", "name", "rcn", "organisationid", "doi", "objective")


@dataclass(frozen=True, slots=True)
class CordisRow:
    """A row of a table, its columns in lower case; of a project also what the other tables say of it."""

    line: int
    table: str
    data: Data
    joined: Joined


def table_of(name: str) -> str:
    """The table that a file holds, by its name ("HORIZON/project.csv" and "cordis-h2020projects.csv")."""
    stem = PurePosixPath(name).name.lower().removesuffix(".gz")
    stem, _, suffix = stem.rpartition(".")
    if suffix not in {"csv", "json"}:
        return ""
    for table in sorted((*TABLES, *JOINED, *_OTHER_NAMES), key=len, reverse=True):
        if stem.endswith(table):
            return _OTHER_NAMES.get(table, table)
    return ""


class CordisRows:
    """The rows of all tables of a file. `Position.offset` counts rows."""

    def __init__(self, path: Path, start: Position) -> None:
        self._path = path
        self._start = start
        self._total = path.stat().st_size
        self._read = 0
        self._count = 0
        self._line = 0

    def __iter__(self) -> Iterator[Located | Problem]:
        try:
            members = self._members()
        except ZIP_DAMAGE as error:
            yield problem(self._path.name, 0, "corrupt", value=str(error))
            return
        except OSError as error:
            if not leads_astray(error):
                raise
            yield problem(self._path.name, 0, "corrupt", value=str(error))
            return
        if not set(members) & set(TABLES):
            yield problem(self._path.name, 0, "unknown_format", value=", ".join(members.values()))
            return
        joining = Joining()
        try:
            if "project" in members:
                for table in JOINED:
                    joining.add(table, self._good(members[table]) if table in members else ())
            joining.ready()
            for number, table in enumerate(name for name in TABLES if name in members):
                self._read = self._total * number // len(members)
                yield from self._table(table, members[table], joining)
        finally:
            joining.close()

    def position(self) -> Position:
        """How far the tables have been read."""
        return Position(self._line, self._count, self._read, self._total)

    def _members(self) -> dict[str, str]:
        """The member of the archive for each table; of one in both forms, the JSON."""
        if self._path.suffix.lower() != ".zip":
            return {table_of(self._path.name): ""} if table_of(self._path.name) else {}
        with zipfile.ZipFile(self._path) as archive:
            names = sorted(name for name in archive.namelist() if table_of(name))
        return {table_of(name): name for name in sorted(names, key=lambda name: name.endswith(".json"))}

    def _rows(self, member: str) -> Iterator[Row | Problem]:
        stream = ByteStream(self._path, choose=lambda _: member)
        name = (member or self._path.name).lower().removesuffix(".gz")
        rows = (
            JsonValues(stream, Position())
            if name.endswith(".json")
            else CsvRows(stream, Position(), _COLUMNS, _mended)
        )
        for row in rows:
            yield row if isinstance(row, Problem) else Row(row.line, _lowered(row.data))

    def _good(self, member: str) -> Iterator[Data]:
        return (row.data for row in self._rows(member) if not isinstance(row, Problem))

    def _table(self, table: str, member: str, joining: Joining) -> Iterator[Located | Problem]:
        file = f"{self._path.name}: {member}" if member else self._path.name
        for row in self._rows(member):
            self._count += 1
            self._line = row.line
            if self._count <= self._start.offset:
                continue
            if isinstance(row, Problem):
                yield Problem(file, row.line, row.field, row.code, row.value, row.skipped)
                continue
            joined = joining.of(str(row.data.get("id") or "")) if table == "project" else Joined()
            yield Located(file, CordisRow(row.line, table, row.data, joined))


def _mended(line: str) -> str:
    return _UNDER_QUOTED.sub(r'\1"""', line)


def _lowered(data: Data) -> Data:
    return {name.lower(): value for name, value in data.items()}
