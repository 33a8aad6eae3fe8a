"""Putting a record's values into a row that may hold something already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import CharField, Model, URLField

from vidensbro.hub.common import clock
from vidensbro.hub.directory.importers.outcome import Notice, Outcome
from vidensbro.hub.directory.models import Provenance
from vidensbro.kit.sources.model import Provenance as Origin

_RANKS: Final = {"": 4, "plain": 3, "ror": 2, "orcid": 0}

_SILENT: Final = frozenset({"openalex"})


def rank(source: str) -> int:
    """Whose word counts more: what was entered by hand, then plain files, then ROR, then the others.

    ORCID comes last: it has of a work one author and no abstract.
    """
    return _RANKS.get(source, 1)


def cut(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts shortened to their columns; an address that is too long is left out, half of one leads nowhere."""
    return {name: _fitted(model._meta.get_field(name), value) for name, value in values.items()}


def fitted(model: type[Model], values: Mapping[str, Any], line: int, outcome: Outcome) -> dict[str, Any]:
    """`cut`, with a notice about every text that lost something."""
    kept = cut(model, values)
    for name, value in values.items():
        if kept[name] != value:
            outcome.notices.append(Notice(line, name, "shortened", str(value)))
    return kept


def _fitted(column: Any, value: Any) -> Any:
    if not isinstance(column, CharField) or not isinstance(value, str):
        return value
    if isinstance(column, URLField) and len(value) > (column.max_length or 0):
        return ""
    return value[: column.max_length]


def told(values: Mapping[str, Any], source: str) -> dict[str, Any]:
    """What a record says. OpenAlex leaves out what it does not know: that others know it is none of its business."""
    if source not in _SILENT:
        return dict(values)
    return {name: value for name, value in values.items() if value not in ("", None, False)}


def origin_columns(origin: Origin) -> dict[str, Any]:
    """The columns that say where a row comes from."""
    told = {
        "source": origin.source,
        "source_id": origin.source_id,
        "source_url": origin.url,
        "licence": origin.licence,
        "retrieved": origin.retrieved,
    }
    return {name: _fitted(Provenance._meta.get_field(name), value) for name, value in told.items()}


def take_over(row: Provenance, values: Mapping[str, Any], origin: Origin) -> list[str]:
    """Put a record's values into an existing row; the names of the columns that changed.

    Columns that a person has edited stay. A source that counts less than the row's own only fills gaps; one
    that counts more takes the row over, its origin included. Only the source that gave a value empties it.
    """
    same = row.source == origin.source and row.source_id == origin.source_id
    stronger = same or rank(origin.source) > rank(row.source)
    wanted = dict(values)
    if stronger:
        wanted |= origin_columns(origin)
    changed = []
    for name, value in wanted.items():
        current = getattr(row, name)
        if name in row.edited or current == value:
            continue
        gap = current in ("", None, False)
        if gap or (stronger and (same or value not in ("", None, False))):
            setattr(row, name, value)
            changed.append(name)
    # A day of retrieval alone is no change: importing a file again would make it one every day.
    if changed == ["retrieved"]:
        return []
    if changed:
        row.changed = clock.now()
        changed.append("changed")
    return changed


def save_changed(model: type[Model], rows: Iterable[tuple[Any, list[str]]]) -> None:
    """Write the changed columns of many rows, together for rows that changed in the same columns."""
    groups: dict[tuple[str, ...], list[Any]] = {}
    for row, changed in rows:
        if changed:
            groups.setdefault(tuple(sorted(changed)), []).append(row)
    for names, group in groups.items():
        model._default_manager.bulk_update(group, names, batch_size=100)
