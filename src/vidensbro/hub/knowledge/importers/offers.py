"""Offers from records."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from vidensbro.hub.directory.importers import Context, Outcome
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import fitted, origin_columns, save_changed, take_over
from vidensbro.hub.directory.importers.fields import known_fields
from vidensbro.hub.knowledge.models import Offer, OfferField
from vidensbro.kit.sources.model import OfferRecord
from vidensbro.kit.text.language import detect


def import_offers(records: Sequence[OfferRecord], context: Context) -> Outcome:
    """Make or change the offers of a batch. An offer whose organisation is not known is left out."""
    outcome = Outcome()
    owners = context.resolve("organisation", {record.organisation for record in records})
    contacts = context.resolve("person", {record.contact for record in records if record.contact})
    existing = _existing(records, context)
    context.seen("offer", existing.values())
    made: list[Offer] = []
    changes: list[tuple[Offer, list[str]]] = []
    kept: list[tuple[OfferRecord, Offer]] = []
    for record in records:
        where = record.provenance
        owner = owners.get(record.organisation)
        if owner is None:
            outcome.missing(where.source_id, where.line, "organisation", record.organisation, "unknown_owner")
            continue
        outcome.named.add(("organisation", owner))
        contact = contacts.get(record.contact)
        if record.contact and contact is None:
            outcome.missing(where.source_id, where.line, "contact", record.contact)
        values = _columns(record, owner, contact, outcome)
        row = existing.get(where.source_id)
        if row is None:
            row = Offer(**values, **origin_columns(where))
            made.append(row)
            outcome.new.add(where.source_id)
        else:
            before = row.kind
            changed = take_over(row, values, where)
            changes.append((row, changed))
            outcome.changed |= {where.source_id} if changed else set()
            if row.kind != before:
                outcome.touch(before, row.pk)
        outcome.rows[where.source_id] = row.pk
        kept.append((record, row))
    insert(Offer, made)
    save_changed(Offer, changes)
    _add_fields(kept, outcome)
    for record, row in kept:
        if record.provenance.source_id in outcome.new | outcome.changed:
            outcome.touch(row.kind, row.pk)
    return outcome


def _existing(records: Sequence[OfferRecord], context: Context) -> dict[str, Offer]:
    ids = dict(context.known)
    left = [record.provenance.source_id for record in records if record.provenance.source_id not in ids]
    rows = Offer.objects.filter(source=context.source, source_id__in=left).values_list("source_id", "pk")
    ids.update(rows)
    by_id = Offer.objects.in_bulk(set(ids.values()))
    return {key: by_id[row] for key, row in ids.items() if row in by_id}


def _columns(
    record: OfferRecord, owner: uuid.UUID, contact: uuid.UUID | None, outcome: Outcome
) -> dict[str, Any]:
    language = record.language or detect(f"{record.title}\n{record.body[:600]}", fallback="da")
    other = next((one for one in record.translations if one.language != language), None)
    placed = record.latitude is not None and record.longitude is not None
    until = record.available_to
    if record.available_from and until and until < record.available_from:
        until = None
    levels = sorted(level for level in (record.trl_from, record.trl_to) if level is not None)
    both = len(levels) == 2
    values = {
        "kind": record.kind,
        "title": record.title,
        "body": record.body,
        "language": language,
        "title_other": other.title if other else "",
        "body_other": other.body if other else "",
        "organisation_id": owner,
        "contact_id": contact,
        "city": record.city,
        "country": record.country if record.city or placed else "",
        "latitude": record.latitude if placed else None,
        "longitude": record.longitude if placed else None,
        "available_from": record.available_from,
        "available_to": until,
        "deadline": record.deadline,
        "amount": Decimal(record.amount) if record.amount is not None and record.amount < 10**12 else None,
        "currency": record.currency,
        "capacity": record.capacity,
        "readiness_from": levels[0] if both else record.trl_from,
        "readiness_to": levels[1] if both else record.trl_to,
        "url": record.url,
        "audience": record.audience,
        "withdrawn": False,
        "example": record.invented,
    }
    return fitted(Offer, values, record.provenance.line, outcome)


def _add_fields(kept: Sequence[tuple[OfferRecord, Offer]], outcome: Outcome) -> None:
    old = [row.pk for record, row in kept if record.provenance.source_id not in outcome.new]
    there = set(OfferField.objects.filter(offer__in=old).values_list("offer_id", "notation"))
    added = []
    for record, row in kept:
        key = record.provenance.source_id
        for notation in known_fields(record.fields, record.provenance.line, outcome):
            if (row.pk, notation) not in there:
                added.append(OfferField(offer=row, notation=notation))
                outcome.changed |= set() if key in outcome.new else {key}
    insert(OfferField, added)
