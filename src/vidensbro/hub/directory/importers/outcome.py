"""What an importer is told, and what it tells."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.db.models import Model


class Resolve(Protocol):
    """Finds rows by the identifiers that a source gives them."""

    def __call__(self, kind: str, source_ids: Collection[str]) -> Mapping[str, uuid.UUID]:
        """`kind` is organisation, person or work; identifiers that are not known are left out."""


class Seen(Protocol):
    """Hears of rows that a batch may change, before it does."""

    def __call__(self, kind: str, rows: Iterable[Model]) -> None:
        """`kind` is organisation, person, work, offer or need."""


def unseen(kind: str, rows: Iterable[Model]) -> None:
    """For whoever need not know what rows were like before."""


@dataclass(frozen=True, slots=True)
class Context:
    """The source being imported; `known` are the rows of the batch's records that were imported before."""

    source: str
    known: Mapping[str, uuid.UUID]
    resolve: Resolve
    seen: Seen = unseen


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
class SideEffect:
    """What a batch did to a row that none of its records is: an author, or an organisation that is mentioned.

    `before` and `after` hold what the columns that changed said, `added` the lines of lists by their names.
    """

    made: bool = False
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    added: dict[str, list[list[str | None]]] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What became of a batch.

    `rows` says which row each record is, `new` and `changed` which of the records made or changed something.
    `incomplete` records named things that are not there yet: they are to be looked at again next time.
    `aliases` are further identifiers (kind, source_id) of rows; `touched` holds document keys by kind; `beside`
    is what was done to rows (kind, row) that none of the records is, `named` are the people and organisations that
    the records name.
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
    beside: dict[tuple[str, uuid.UUID], SideEffect] = field(default_factory=dict)
    named: set[tuple[str, uuid.UUID]] = field(default_factory=set)

    def touch(self, kind: str, row: uuid.UUID) -> None:
        """Have the document of a row put in step with it."""
        self.touched.setdefault(kind, set()).add(row)

    def made(self, kind: str, row: uuid.UUID) -> None:
        """Note that a row was made that no record of the batch is."""
        self.beside.setdefault((kind, row), SideEffect()).made = True

    def learnt(self, kind: str, row: uuid.UUID, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Note what a row's columns said before a record said more, and after."""
        effect = self.beside.setdefault((kind, row), SideEffect())
        effect.before.update(before)
        effect.after.update(after)

    def added(self, kind: str, row: uuid.UUID, detail: str, key: list[str | None]) -> None:
        """Note a detail that a row got."""
        self.beside.setdefault((kind, row), SideEffect()).added.setdefault(detail, []).append(key)

    def missing(
        self, source_id: str, line: int, name: str, value: str, code: str = "unknown_reference"
    ) -> None:
        """Note that a record refers to something that is not there (yet)."""
        self.incomplete.add(source_id)
        self.notices.append(Notice(line, name, code, value))
