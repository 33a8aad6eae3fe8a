"""What an importer is told, and what it tells."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Resolve(Protocol):
    """Finds rows by the identifiers that a source gives them."""

    def __call__(self, kind: str, source_ids: Collection[str]) -> Mapping[str, uuid.UUID]:
        """`kind` is organisation, person or work; identifiers that are not known are left out."""


@dataclass(frozen=True, slots=True)
class Context:
    """The source being imported; `known` are the rows of the batch's records that were imported before."""

    source: str
    known: Mapping[str, uuid.UUID]
    resolve: Resolve


@dataclass(frozen=True, slots=True)
class Link:
    """A link to be made once everything has been read: `row`'s `kind` (parent, successor) is `target`."""

    kind: str
    row: uuid.UUID
    target: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """What is wrong with a record as only the database can tell. `code` as in `kit.sources.problems`."""

    line: int
    field: str
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two rows that may be one, with the codes and values that speak for it. `score` is 0..1."""

    kind: str
    left: uuid.UUID
    right: uuid.UUID
    score: float
    reasons: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Outcome:
    """What became of a batch.

    `rows` says which row each record is, `new` and `changed` which of the records made or changed something.
    `incomplete` records named things that are not there yet: they are to be looked at again next time.
    `aliases` are further identifiers (kind, source_id) of rows; `touched` holds document keys by kind.
    """

    rows: dict[str, uuid.UUID] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    incomplete: set[str] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    aliases: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)
    touched: dict[str, set[uuid.UUID]] = field(default_factory=dict)

    def touch(self, kind: str, row: uuid.UUID) -> None:
        """Have the document of a row put in step with it."""
        self.touched.setdefault(kind, set()).add(row)

    def missing(
        self, source_id: str, line: int, name: str, value: str, code: str = "unknown_reference"
    ) -> None:
        """Note that a record refers to something that is not there (yet)."""
        self.incomplete.add(source_id)
        self.notices.append(Notice(line, name, code, value))
