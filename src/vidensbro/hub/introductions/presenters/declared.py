"""Conflicts of interest that somebody declared, and those who can be named in one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.introductions.models import DeclaredConflict


@dataclass(frozen=True, slots=True)
class Declared:
    """A conflict that was declared."""

    pk: int
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """An organisation or a person that can be named in a conflict."""

    kind: str
    key: str
    name: str


def declared_rows(rows: Iterable[DeclaredConflict]) -> list[Declared]:
    """Conflicts with whom they are, in the page's language."""
    return [Declared(row.pk, _name(row), row.note) for row in rows]


def _name(row: DeclaredConflict) -> str:
    if row.organisation is not None:
        return organisation_name(row.organisation)
    return row.other.name if row.other is not None else ""
