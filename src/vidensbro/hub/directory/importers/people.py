"""People from records, with affiliations and fields."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import fitted, origin_columns, save_changed, take_over
from vidensbro.hub.directory.importers.fields import known_fields
from vidensbro.hub.directory.importers.outcome import Context, Outcome
from vidensbro.hub.directory.models import Affiliation, Person, PersonField
from vidensbro.kit.sources.model import PersonRecord

KIND: Final = "person"
_PARTICLES: Final = frozenset(
    [
        *("af", "al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du"),
        *("el", "la", "le", "ten", "ter", "van", "von", "zu"),
    ]
)


def import_people(records: Sequence[PersonRecord], context: Context) -> Outcome:
    """Make or change the people of a batch. Organisations that are not known are reported.

    Who was erased stays so: of those records nothing is taken in.
    """
    outcome = Outcome()
    existing = _existing(records, context)
    context.seen(KIND, existing.values())
    erased = {key: row for key, row in existing.items() if not row.name}
    outcome.rows.update({key: row.pk for key, row in erased.items()})
    records = [record for record in records if record.provenance.source_id not in erased]
    taken = _orcids_taken(records)
    pairs: list[tuple[PersonRecord, Person, bool]] = []
    changes: list[tuple[Person, list[str]]] = []
    for record in records:
        key = record.provenance.source_id
        row = existing.get(key)
        values = _columns(record, outcome)
        new = row is None
        if row is None:
            row = Person(**values, **origin_columns(record.provenance))
            outcome.new.add(key)
        if record.orcid and taken.setdefault(record.orcid, row.pk) != row.pk:
            values.pop("orcid")
            row.orcid = "" if new else row.orcid
        if not new:
            changed = take_over(row, values, record.provenance)
            changes.append((row, changed))
            outcome.changed |= {key} if changed else set()
        outcome.rows[key] = row.pk
        pairs.append((record, row, new))
    insert(Person, (row for _, row, new in pairs if new))
    save_changed(Person, changes)
    _add_affiliations(pairs, context, outcome)
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


def _add_affiliations(
    pairs: Sequence[tuple[PersonRecord, Person, bool]], context: Context, outcome: Outcome
) -> None:
    wanted = {place.organisation for record, _, _ in pairs for place in record.affiliations}
    organisations = context.resolve("organisation", wanted)
    old = [row.pk for _, row, new in pairs if not new]
    there = {
        (one.person_id, one.organisation_id, one.role, one.since): one
        for one in Affiliation.objects.filter(person__in=old)
    }
    added: list[Affiliation] = []
    ended: list[Affiliation] = []
    for record, row, new in pairs:
        where = record.provenance
        for place in record.affiliations:
            organisation = organisations.get(place.organisation)
            if organisation is None:
                outcome.missing(where.source_id, where.line, "organisation", place.organisation)
                continue
            outcome.named.add(("organisation", organisation))
            key = (row.pk, organisation, place.role[:200], place.start)
            until = (
                place.end if place.start is None or place.end is None or place.end >= place.start else None
            )
            known = there.get(key)
            if known is None:
                known = Affiliation(
                    person=row, organisation_id=organisation, role=key[2], since=place.start, until=until
                )
                there[key] = known
                added.append(known)
            elif known.until == until or known.pk is None:
                continue
            else:
                known.until = until
                ended.append(known)
            if not new:
                outcome.changed.add(where.source_id)
    insert(Affiliation, added)
    Affiliation.objects.bulk_update(ended, ["until"], batch_size=200)


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


def split_name(name: str) -> tuple[str, str]:
    """A name as printed into given names and family name: "Asta van der Berg" -> ("Asta", "van der Berg").

    "Berg, Asta" is understood. The last word and the particles before it are the family name; names that are
    ordered otherwise come out wrong, which is why `Person.name` is what is shown.
    """
    if "," in name:
        family, _, given = name.partition(",")
        return given.strip(), family.strip()
    words = name.split()
    cut_at = len(words) - 1
    while cut_at > 1 and words[cut_at - 1].lower() in _PARTICLES:
        cut_at -= 1
    return " ".join(words[:cut_at]), " ".join(words[cut_at:])
