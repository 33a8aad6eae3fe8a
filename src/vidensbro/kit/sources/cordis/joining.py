"""What belongs to a project, kept on disk while its archive is read, so that memory stays small."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from vidensbro.kit.sources.jsonrows import Data
from vidensbro.kit.sources.shapes import text


@dataclass(frozen=True, slots=True)
class Joined:
    """Of one project: (organisation, role) in order, and (kind, code, name) of what it is about."""

    organisations: tuple[tuple[str, str], ...] = ()
    terms: tuple[tuple[str, str, str], ...] = ()


class Joining:
    """The rows of the smaller tables by project, in a database that SQLite deletes by itself."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")
        self._base.execute("create table organisation (project text, place integer, id text, role text)")
        self._base.execute("create table term (project text, kind text, code text, name text)")

    def add(self, kind: str, rows: Iterable[Data]) -> None:
        """Take in a table: organization, euroscivoc, topics or legalbasis."""
        if kind == "organization":
            self._base.executemany(
                "insert into organisation values (?, ?, ?, ?)", (_participation(row) for row in rows)
            )
        else:
            self._base.executemany("insert into term values (?, ?, ?, ?)", (_term(kind, row) for row in rows))

    def ready(self) -> None:
        """To be called once, after the last table."""
        self._base.execute("create index organisation_of on organisation (project, place)")
        self._base.execute("create index term_of on term (project)")

    def of(self, project: str) -> Joined:
        """What belongs to a project."""
        organisations = self._base.execute(
            "select id, role from organisation where project = ? order by place, rowid", (project,)
        )
        terms = self._base.execute(
            "select kind, code, name from term where project = ? order by rowid", (project,)
        )
        return Joined(tuple(dict.fromkeys(organisations)), tuple(dict.fromkeys(terms)))

    def close(self) -> None:
        """Let go of the disk."""
        self._base.close()


def _participation(row: Data) -> tuple[str, int, str, str]:
    place = text(row.get("order"))
    role = text(row.get("role")).lower() or "participant"
    return (
        text(row.get("projectid")),
        int(place) if place.isdecimal() else 10**6,
        text(row.get("organisationid")),
        role,
    )


def _term(kind: str, row: Data) -> tuple[str, str, str, str]:
    code = row.get("euroscivoccode") or row.get("topic") or row.get("legalbasis")
    name = row.get("euroscivoctitle") or row.get("title")
    return text(row.get("projectid")), kind, text(code), text(name)
