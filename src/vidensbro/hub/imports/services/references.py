"""Everything that points to a person or an organisation, in whatever table, as it is at one moment."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import Model

from vidensbro.hub.audit import privacy
from vidensbro.hub.imports.services.journal import MODELS, plain

_LARGE: Final = frozenset({"knowledge.Authorship", "knowledge.Grant", "directory.Affiliation", "mail.Mail"})
"""Where a merge only moves or drops what the row that goes has: what the other has is not looked at."""
_CHUNK: Final = 500
_TIMES: Final = frozenset({"changed"})

Key = tuple[str, Any]
"""A row of any table: its table and its key."""
State = dict[str, Any]
"""The columns of a row, as JSON holds them."""
Picture = dict[Key, State]
"""Rows as they are at one moment, those that others point to before these."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A column that names a person or an organisation; `kind_column` says which, where it may be either."""

    model: type[Model]
    column: str
    kind_column: str = ""

    @property
    def label(self) -> str:
        """The table."""
        return self.model._meta.label


def pointers(kind: str) -> list[Pointer]:
    """The columns of all tables that may name a row of a kind."""
    found = [
        Pointer(relation.related_model, relation.field.attname)
        for relation in MODELS[kind]._meta.related_objects
        if not isinstance(relation.related_model, str)
        and relation.field.concrete
        and not relation.many_to_many
    ]
    named = (one for one in privacy.keyed() if one.kind_column or kind == "person")
    return found + [Pointer(one.model, one.column, one.kind_column) for one in named]


def table(label: str) -> type[Model]:
    """The table of a label, such as "directory.Person"."""
    return next(model for model in apps.get_models() if model._meta.label == label)


def picture(kind: str, kept: uuid.UUID, gone: uuid.UUID) -> Picture:
    """The two rows, and what points to them: all that `gone` has, and of `kept` what a merge may change."""
    found = read(MODELS[kind], [kept, gone])
    for pointer in pointers(kind):
        for row in (gone,) if pointer.label in _LARGE else (gone, kept):
            found.update(_pointing(pointer, kind, row))
    beneath: Picture = {}
    for label, keys in _by_table(key for key in found if key[0] not in _LARGE).items():
        model = table(label)
        if model is not MODELS[kind]:
            beneath.update(_beneath(model, keys))
    return found | {key: state for key, state in beneath.items() if key not in found}


def again(kind: str, kept: uuid.UUID, before: Picture) -> Picture:
    """The same rows now, and what points to `kept` by now and did not."""
    found: Picture = {}
    for label, keys in _by_table(before).items():
        found.update(read(table(label), keys))
    for pointer in pointers(kind):
        if pointer.label not in _LARGE:
            found.update(_pointing(pointer, kind, kept))
    return found


def read(model: type[Model], keys: Collection[Any]) -> Picture:
    """Rows of a table by their keys."""
    found: Picture = {}
    for some in chunks(list(keys)):
        found.update(_states(model, model._default_manager.filter(pk__in=some)))
    return found


def columns(model: type[Model]) -> list[str]:
    """The columns that are kept: all but those that the database or the clock fills in."""
    return [
        one.attname
        for one in model._meta.concrete_fields
        if one.attname not in _TIMES and not getattr(one, "generated", False)
    ]


def chunks(keys: list[Any]) -> Iterator[list[Any]]:
    """Some keys at a time, as many as a query may name."""
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


def _pointing(pointer: Pointer, kind: str, row: uuid.UUID) -> Picture:
    column: Any = pointer.model._meta.get_field(pointer.column)
    condition: State = {pointer.column: column.to_python(row)}
    if pointer.kind_column:
        condition[pointer.kind_column] = kind
    return _states(pointer.model, pointer.model._default_manager.filter(**condition))


def _beneath(model: type[Model], keys: list[Any]) -> Picture:
    """What points to rows that a merge may delete, and would go with them."""
    found: Picture = {}
    for relation in model._meta.related_objects:
        if isinstance(relation.related_model, str) or relation.many_to_many or not relation.field.concrete:
            continue
        other = relation.related_model
        for some in chunks(keys):
            rows = other._default_manager.filter(**{f"{relation.field.attname}__in": some})
            found.update(_states(other, rows))
    return found


def _states(model: type[Model], rows: Any) -> Picture:
    named = columns(model)
    label, key = model._meta.label, model._meta.pk.attname
    place = named.index(key)
    return {
        (label, str(line[place])): dict(zip(named, map(plain, line), strict=True))
        for line in rows.order_by("pk").values_list(*named)
    }


def _by_table(keys: Iterable[Key]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for label, key in keys:
        found.setdefault(label, []).append(key)
    return found
