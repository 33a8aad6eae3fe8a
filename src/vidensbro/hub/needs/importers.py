"""Needs from records of plain files, for example districts and for taking over a list kept elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from vidensbro.hub.common import clock
from vidensbro.hub.directory.importers import Context, Notice, Outcome
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import fitted, save_changed
from vidensbro.hub.directory.importers.fields import known_fields
from vidensbro.hub.needs.announcements import matches_outdated
from vidensbro.hub.needs.models import Need, NeedField, State
from vidensbro.hub.needs.services import LONGEST_TEXT, SHORTEST_TEXT
from vidensbro.kit.sources.model import NeedRecord
from vidensbro.kit.text.language import detect

_SOUGHT: Final = {
    "research": ("publication", "project", "patent", "trial", "dataset"),
    "people": ("person",),
    "partner": ("organisation",),
}


def import_needs(records: Sequence[NeedRecord], context: Context) -> Outcome:
    """Make or change the needs of a batch; new ones are posted. One without a known owner is left out."""
    outcome = Outcome()
    owners = context.resolve("organisation", {record.owner for record in records if record.owner})
    existing = _existing(records, context)
    context.seen("need", existing.values())
    made: list[Need] = []
    changes: list[tuple[Need, list[str]]] = []
    kept: list[tuple[NeedRecord, Need]] = []
    for record in records:
        where = record.provenance
        if record.owner not in owners:
            outcome.missing(where.source_id, where.line, "owner", record.owner, "unknown_owner")
            continue
        if not SHORTEST_TEXT <= len(record.text) <= LONGEST_TEXT:
            outcome.notices.append(Notice(where.line, "text", "length", str(len(record.text))))
            continue
        values = {**_columns(record, outcome), "organisation_id": owners[record.owner]}
        row = existing.get(where.source_id)
        if row is None:
            row = Need(**values, source=where.source, source_id=where.source_id)
            row.state, row.posted = State.POSTED, clock.now()
            made.append(row)
            outcome.new.add(where.source_id)
        else:
            changed = [name for name, value in values.items() if getattr(row, name) != value]
            for name in changed:
                setattr(row, name, values[name])
            if changed:
                row.changed = clock.now()
                outcome.changed.add(where.source_id)
            changes.append((row, [*changed, "changed"] if changed else []))
        outcome.rows[where.source_id] = row.pk
        kept.append((record, row))
    insert(Need, made)
    save_changed(Need, changes)
    _add_fields(kept, outcome)
    for record, row in kept:
        if record.provenance.source_id in outcome.new | outcome.changed and row.state != State.CLOSED:
            matches_outdated(row)
    return outcome


def _existing(records: Sequence[NeedRecord], context: Context) -> dict[str, Need]:
    keys = [record.provenance.source_id for record in records]
    return {row.source_id: row for row in Need.objects.filter(source=context.source, source_id__in=keys)}


def _columns(record: NeedRecord, outcome: Outcome) -> dict[str, Any]:
    sought = [kind for given in record.sought for kind in _SOUGHT.get(given, (given,))]
    values = {
        "title": record.title,
        "text": record.text,
        "language": record.language or detect(f"{record.title}\n{record.text[:600]}", fallback="da"),
        "sought": list(dict.fromkeys(sought)),
        "city": record.city,
        "readiness": record.readiness,
        "deadline": record.deadline,
        "visibility": record.visibility,
        "example": record.invented,
    }
    return fitted(Need, values, record.provenance.line, outcome)


def _add_fields(kept: Sequence[tuple[NeedRecord, Need]], outcome: Outcome) -> None:
    old = [row.pk for record, row in kept if record.provenance.source_id not in outcome.new]
    there = set(NeedField.objects.filter(need__in=old).values_list("need_id", "notation"))
    added = []
    for record, row in kept:
        key = record.provenance.source_id
        for notation in known_fields(record.fields, record.provenance.line, outcome):
            if (row.pk, notation) not in there:
                added.append(NeedField(need=row, notation=notation))
                outcome.changed |= set() if key in outcome.new else {key}
    insert(NeedField, added)
