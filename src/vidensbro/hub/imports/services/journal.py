"""What a run did to each row, so that it can be told and taken back.

The rows that a batch may change are looked at before and after it: their columns, and the lists that belong to them
(identifiers, authorships, ...). What differs is kept. Of rows that the run made nothing but that is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Model

from vidensbro.hub.directory.importers import Outcome
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.models import (
    Affiliation,
    Alias,
    Identifier,
    Office,
    Organisation,
    OrganisationField,
    OrganisationRole,
    Person,
    PersonField,
)
from vidensbro.hub.imports.models import ImportChange, ImportRun
from vidensbro.hub.knowledge.importers.grants import COLUMNS as GRANT_COLUMNS
from vidensbro.hub.knowledge.models import Authorship, Grant, Offer, OfferField, Work, WorkField
from vidensbro.hub.needs.models import Need, NeedField

MODELS: Final[Mapping[str, type[Model]]] = {
    "organisation": Organisation,
    "person": Person,
    "work": Work,
    "offer": Offer,
    "need": Need,
}
"""The table of each kind of row."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A list that belongs to a row: its table, the column that points to the row, and the columns of a line."""

    model: type[Model]
    owner: str
    columns: tuple[str, ...]


DETAILS: Final[Mapping[str, Mapping[str, Detail]]] = {
    "organisation": {
        "identifiers": Detail(Identifier, "organisation_id", ("scheme", "value")),
        "aliases": Detail(Alias, "organisation_id", ("name", "name_key", "language")),
        "offices": Detail(
            Office,
            "organisation_id",
            ("name", "address", "postcode", "city", "region", "country", "latitude", "longitude", "head"),
        ),
        "roles": Detail(OrganisationRole, "organisation_id", ("role", "since", "until")),
        "fields": Detail(OrganisationField, "organisation_id", ("notation", "origin")),
    },
    "person": {
        "affiliations": Detail(Affiliation, "person_id", ("organisation_id", "role", "since", "until")),
        "fields": Detail(PersonField, "person_id", ("notation", "origin")),
    },
    "work": {
        "authorships": Detail(
            Authorship,
            "work_id",
            (
                "person_id",
                "organisation_id",
                "position",
                "role",
                "raw_name",
                "raw_affiliation",
                "corresponding",
            ),
        ),
        "fields": Detail(WorkField, "work_id", ("notation", "origin")),
        "grants": Detail(Grant, "work_id", GRANT_COLUMNS),
    },
    "offer": {"fields": Detail(OfferField, "offer_id", ("notation", "origin"))},
    "need": {"fields": Detail(NeedField, "need_id", ("notation", "origin"))},
}
"""For each kind of row, the lists that imports write."""

LIST: Final = "+"
"""What the names of lists begin with, to tell them from columns."""

_LOOK_UP: Final = 5000
_NOT_KEPT: Final = frozenset({"id", "created", "changed", "edited"})

State = dict[str, Any]
"""A row as JSON holds it: its columns by name, and its lists under names that begin with `LIST`."""


def columns_of(model: type[Model]) -> list[str]:
    """The columns of a table that an import may change."""
    return [
        column.attname
        for column in model._meta.concrete_fields
        if column.attname not in _NOT_KEPT and not getattr(column, "generated", False)
    ]


def plain(value: Any) -> Any:
    """A value of a column as JSON holds it."""
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def lists_of(kind: str, rows: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, list[list[Any]]]]:
    """The lists of rows, by their names. One query for each kind of list."""
    ids = list(rows)
    found: dict[uuid.UUID, dict[str, list[list[Any]]]] = {
        row: {LIST + name: [] for name in DETAILS[kind]} for row in ids
    }
    for name, detail in DETAILS[kind].items():
        lines = detail.model._default_manager.filter(**{f"{detail.owner}__in": ids}).order_by("pk")
        for owner, *line in lines.values_list(detail.owner, *detail.columns):
            found[owner][LIST + name].append([plain(value) for value in line])
    return found


class Journal:
    """What the rows of one kind in one batch were like before; `note` compares."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._before: dict[tuple[str, uuid.UUID], State] = {}

    def seen(self, kind: str, rows: Iterable[Model]) -> None:
        """Look at rows that may be changed (`Context.seen`)."""
        named = columns_of(MODELS[kind])
        some = {row.pk: row for row in rows}
        lists = lists_of(kind, some) if some else {}
        for key, row in some.items():
            columns = {name: plain(getattr(row, name)) for name in named}
            self._before[(kind, key)] = {**columns, **lists[key]}

    def note(self, kind: str, outcome: Outcome) -> None:
        """Keep what a batch of a kind made and changed."""
        made = dict.fromkeys((kind, outcome.rows[key]) for key in sorted(outcome.new))
        made.update(dict.fromkeys(one for one, effect in outcome.beside.items() if effect.made))
        changes = [ImportChange(run=self._run, kind=one, row=row, made=True) for one, row in made]
        # What is made goes as a whole: only what was there before the run need be kept as it was.
        own = self._made({row for _, row in outcome.beside} | {outcome.rows[key] for key in outcome.changed})
        own |= {row for _, row in made}
        changes += self._differences(kind, {outcome.rows[key] for key in outcome.changed} - own)
        for (one, row), effect in outcome.beside.items():
            if row not in own:
                before = {**effect.before, **{LIST + name: [] for name in effect.added}}
                after = {**effect.after, **{LIST + name: lines for name, lines in effect.added.items()}}
                changes.append(ImportChange(run=self._run, kind=one, row=row, before=before, after=after))
        insert(ImportChange, changes)

    def _made(self, rows: set[uuid.UUID]) -> set[uuid.UUID]:
        """Those of the rows that the run has made before."""
        ids, found = sorted(rows), set[uuid.UUID]()
        for start in range(0, len(ids), _LOOK_UP):
            some = ids[start : start + _LOOK_UP]
            known = ImportChange.objects.filter(run=self._run, made=True, row__in=some)
            found |= set(known.values_list("row", flat=True))
        return found

    def _differences(self, kind: str, rows: set[uuid.UUID]) -> list[ImportChange]:
        known = sorted(row for row in rows if (kind, row) in self._before)
        if not known:
            return []
        named = columns_of(MODELS[kind])
        lists = lists_of(kind, known)
        found = []
        values = MODELS[kind]._default_manager.filter(pk__in=known).order_by("pk").values_list("pk", *named)
        for row, *columns in values:
            after = {**dict(zip(named, map(plain, columns), strict=True)), **lists[row]}
            before = self._before[(kind, row)]
            differing = [name for name in after if _differs(before[name], after[name])]
            if differing:
                old, new = ({name: state[name] for name in differing} for state in (before, after))
                found.append(ImportChange(run=self._run, kind=kind, row=row, before=old, after=new))
        return found


def _differs(before: Any, after: Any) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        return sorted(map(repr, before)) != sorted(map(repr, after))
    return bool(before != after)


def note_columns(
    run: ImportRun, kind: str, row: uuid.UUID, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Keep what a run changed outside its batches: a parent, a work that its source has taken back.

    Nothing is kept of rows that the run has made itself.
    """
    if ImportChange.objects.filter(run=run, kind=kind, row=row, made=True).exists():
        return
    ImportChange.objects.create(
        run=run,
        kind=kind,
        row=row,
        before={name: plain(value) for name, value in before.items()},
        after={name: plain(value) for name, value in after.items()},
    )
