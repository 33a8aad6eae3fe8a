"""People from records, with affiliations and fields."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import fitted, origin_columns, save_changed, take_over, told
from vidensbro.hub.directory.importers.fields import known_fields
from vidensbro.hub.directory.importers.identity import SOURCE as OPENALEX
from vidensbro.hub.directory.importers.identity import Identities
from vidensbro.hub.directory.importers.outcome import Context, Outcome
from vidensbro.hub.directory.importers.whereabouts import add_affiliations
from vidensbro.hub.directory.models import Person, PersonField
from vidensbro.kit.sources.model import PersonRecord

KIND: Final = "person"


def import_people(records: Sequence[PersonRecord], context: Context) -> Outcome:
    """Make or change the people of a batch. Organisations that are not known are reported.

    Who was erased stays so: of those records nothing is taken in.
    """
    outcome = Outcome()
    authors = Identities(records, context) if context.source == OPENALEX else None
    existing = _existing(records, context) if authors is None else _found(records, authors)
    context.seen(KIND, existing.values())
    erased = {key: row for key, row in existing.items() if not row.name}
    outcome.rows.update({key: row.pk for key, row in erased.items()})
    records = [record for record in records if record.provenance.source_id not in erased]
    taken = _orcids_taken(records)
    pairs: list[tuple[PersonRecord, Person, bool]] = []
    changes: list[tuple[Person, list[str]]] = []
    for record in records:
        key = record.provenance.source_id
        row = existing.get(key) or (authors.find(record) if authors else None)
        new = row is None
        if row is None:
            row = Person(**origin_columns(record.provenance))
            outcome.new.add(key)
        values = told(_columns(record, outcome), context.source)
        if authors is not None:
            values = {**values, **authors.settle(record, row, outcome)}
        elif record.orcid and taken.setdefault(record.orcid, row.pk) != row.pk:
            values.pop("orcid")
        if new:
            for name, value in values.items():
                setattr(row, name, value)
        else:
            changed = take_over(row, values, record.provenance)
            changes.append((row, changed))
            outcome.changed |= {key} if changed else set()
        outcome.rows[key] = row.pk
        pairs.append((record, row, new))
    insert(Person, (row for _, row, new in pairs if new))
    save_changed(Person, changes)
    add_affiliations(pairs, context, outcome)
    _add_fields(pairs, outcome)
    for key in outcome.new | outcome.changed:
        outcome.touch(KIND, outcome.rows[key])
    return outcome


def _columns(record: PersonRecord, outcome: Outcome) -> dict[str, Any]:
    name = f"{record.given_name} {record.family_name}".strip()
    values = {
        "name": name,
        "given": record.given_name,
        "family": record.family_name,
        "name_key": name_key(name),
        "orcid": record.orcid,
        "title": record.title,
        "summary_da": record.summary_da,
        "summary_en": record.summary_en,
        "example": record.invented,
    }
    return fitted(Person, values, record.provenance.line, outcome)


def _found(records: Sequence[PersonRecord], authors: Identities) -> dict[str, Person]:
    found = ((record.provenance.source_id, authors.find(record)) for record in records)
    return {key: row for key, row in found if row is not None}


def _existing(records: Sequence[PersonRecord], context: Context) -> dict[str, Person]:
    ids = dict(context.known)
    orcids = {record.orcid: record.provenance.source_id for record in records if record.orcid}
    for orcid, row in Person.objects.filter(orcid__in=orcids).values_list("orcid", "pk"):
        ids.setdefault(orcids[orcid], row)
    left = [record.provenance.source_id for record in records if record.provenance.source_id not in ids]
    rows = Person.objects.filter(source=context.source, source_id__in=left).values_list("source_id", "pk")
    ids.update(rows)
    by_id = Person.objects.in_bulk(set(ids.values()))
    found = {key: by_id[row] for key, row in ids.items() if row in by_id}
    heirs = Person.objects.in_bulk({row.successor_id for row in found.values() if row.successor_id})
    return {key: heirs[row.successor_id] if row.successor_id else row for key, row in found.items()}


def _orcids_taken(records: Sequence[PersonRecord]) -> dict[str, uuid.UUID]:
    orcids = [record.orcid for record in records if record.orcid]
    return dict(Person.objects.filter(orcid__in=orcids).values_list("orcid", "pk"))


def _add_fields(pairs: Sequence[tuple[PersonRecord, Person, bool]], outcome: Outcome) -> None:
    old = [row.pk for _, row, new in pairs if not new]
    there = set(PersonField.objects.filter(person__in=old).values_list("person_id", "notation"))
    added = []
    for record, row, new in pairs:
        for notation in known_fields(record.fields, record.provenance.line, outcome):
            if (row.pk, notation) not in there:
                added.append(PersonField(person=row, notation=notation))
                outcome.changed |= set() if new else {record.provenance.source_id}
    insert(PersonField, added)
