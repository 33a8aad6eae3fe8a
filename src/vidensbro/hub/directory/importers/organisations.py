"""Organisations from records, with names, identifiers, place, roles and fields."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.announcements import announce_standing
from vidensbro.hub.directory.identifiers import normal
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import fitted, origin_columns, save_changed, take_over, told
from vidensbro.hub.directory.importers.fields import known_fields
from vidensbro.hub.directory.importers.outcome import Context, Link, Notice, Outcome, Proposal
from vidensbro.hub.directory.models import (
    Alias,
    Identifier,
    Office,
    Organisation,
    OrganisationField,
    OrganisationRole,
)
from vidensbro.kit.sources.model import OrganisationRecord

KIND: Final = "organisation"
REGISTER: Final = "cvr"
NO_STATUS: Final = frozenset({"openalex"})
"""Sources that do not say whether an organisation still stands."""
# By these a record finds its row; the others may be shared or wrong and only tell more about it.
_IDENTIFYING: Final = ("ror", "cvr", "gln", "openalex")
_Key = tuple[str, str]


def import_organisations(records: Sequence[OrganisationRecord], context: Context) -> Outcome:
    """Make or change the organisations of a batch. Parents and successors come back as links, to be made by
    `link_organisations` when all are there."""
    outcome = Outcome()
    identifiers = {record.provenance.source_id: identifiers_of(record) for record in records}
    owners = owners_of({key for keys in identifiers.values() for key in keys})
    existing = _existing(records, context, identifiers, owners)
    context.seen(KIND, existing.values())
    pairs: list[tuple[OrganisationRecord, Organisation, bool]] = []
    changes: list[tuple[Organisation, list[str]]] = []
    for record in records:
        key = record.provenance.source_id
        row = existing.get(key)
        values = told(_columns(record, outcome), context.source)
        if row is None:
            row = Organisation(**values, **origin_columns(record.provenance))
            row.advertising_protected = record.protected
            outcome.new.add(key)
        else:
            status = row.status
            if record.provenance.source in NO_STATUS:
                values.pop("status")
            changed = take_over(row, values, record.provenance)
            if record.provenance.source == REGISTER and row.advertising_protected != record.protected:
                # Only the register grants or lifts the protection, whatever else is known from elsewhere.
                row.advertising_protected = record.protected
                changed = [*changed, "advertising_protected"]
            changes.append((row, changed))
            if changed:
                outcome.changed.add(key)
            if row.status != status and "withdrawn" in {status, row.status}:
                announce_standing(KIND, [row.pk])
        outcome.rows[key] = row.pk
        pairs.append((record, row, key in outcome.new))
        outcome.links += _links(record, row)
    insert(Organisation, (row for _, row, new in pairs if new))
    save_changed(Organisation, changes)
    _add_details(pairs, identifiers, owners, outcome)
    for key in outcome.new | outcome.changed:
        outcome.touch(KIND, outcome.rows[key])
    return outcome


def _columns(record: OrganisationRecord, outcome: Outcome) -> dict[str, Any]:
    danish = next((name.value for name in record.names if name.language == "da" and name.kind == "label"), "")
    values = {
        "name": record.name,
        "name_da": danish,
        "name_en": record.name_en,
        "name_key": name_key(record.name),
        "kind": record.kind,
        "status": record.status,
        "summary_da": record.summary_da,
        "summary_en": record.summary_en,
        "website": record.website,
        "country": record.country,
        "founded": record.established,
        "example": record.invented,
    }
    return fitted(Organisation, values, record.provenance.line, outcome)


def identifiers_of(record: OrganisationRecord) -> list[_Key]:
    """The (scheme, value) pairs that a record gives and that are valid, in their normal form."""
    given = [("ror", record.ror), ("cvr", record.cvr), ("gln", record.gln), *record.external_ids]
    known = set(Identifier.Scheme.values)
    found: dict[_Key, None] = {}
    for scheme, value in given:
        if value and scheme in known:
            try:
                found[(scheme, normal(scheme, value))] = None
            except Invalid:
                continue  # registers list each other's identifiers, old and mistyped ones among them
    return list(found)


def owners_of(keys: Iterable[_Key]) -> dict[_Key, uuid.UUID]:
    """Which organisation has each of these identifiers."""
    by_scheme: dict[str, set[str]] = {}
    for scheme, value in keys:
        by_scheme.setdefault(scheme, set()).add(value)
    found: dict[_Key, uuid.UUID] = {}
    for scheme, values in by_scheme.items():
        rows = Identifier.objects.filter(scheme=scheme, value__in=values)
        found.update({(scheme, value): row for value, row in rows.values_list("value", "organisation_id")})
    return found


def _existing(
    records: Sequence[OrganisationRecord],
    context: Context,
    identifiers: Mapping[str, list[_Key]],
    owners: Mapping[_Key, uuid.UUID],
) -> dict[str, Organisation]:
    ids = dict(context.known)
    for record in records:
        key = record.provenance.source_id
        strong = [one for one in identifiers[key] if one[0] in _IDENTIFYING]
        found = next((owners[one] for one in strong if one in owners), None)
        if found and key not in ids:
            ids[key] = found
    left = [record.provenance.source_id for record in records if record.provenance.source_id not in ids]
    rows = Organisation.objects.filter(source=context.source, source_id__in=left).values_list(
        "source_id", "pk"
    )
    ids.update(rows)
    by_id = Organisation.objects.in_bulk(set(ids.values()))
    return {key: by_id[row] for key, row in ids.items() if row in by_id}


def _links(record: OrganisationRecord, row: Organisation) -> list[Link]:
    line = record.provenance.line
    links = [Link("parent", row.pk, record.parent, line)] if record.parent else []
    if record.status != "active" and record.successors:
        links.append(Link("successor", row.pk, record.successors[0], line))
    return links


def _add_details(
    pairs: Sequence[tuple[OrganisationRecord, Organisation, bool]],
    identifiers: Mapping[str, list[_Key]],
    owners: dict[_Key, uuid.UUID],
    outcome: Outcome,
) -> None:
    _add_identifiers(pairs, identifiers, owners, outcome)
    old = [row.pk for _, row, new in pairs if not new]
    _add_aliases(pairs, old, outcome)
    _put_offices(pairs, old, outcome)
    _add_roles(pairs, old, outcome)
    _add_fields(pairs, old, outcome)


def _add_identifiers(
    pairs: Sequence[tuple[OrganisationRecord, Organisation, bool]],
    identifiers: Mapping[str, list[_Key]],
    owners: dict[_Key, uuid.UUID],
    outcome: Outcome,
) -> None:
    added = []
    for record, row, _ in pairs:
        key = record.provenance.source_id
        for scheme, value in identifiers[key]:
            owner = owners.setdefault((scheme, value), row.pk)
            if owner != row.pk:
                if scheme in _IDENTIFYING:
                    reason = (("same_identifier", f"{scheme}:{value}"),)
                    outcome.proposals.append(Proposal(KIND, row.pk, owner, 0.95, reason))
            else:
                added.append(Identifier(organisation=row, scheme=scheme, value=value))
    before = set(
        Identifier.objects.filter(organisation__in=[row.pk for _, row, new in pairs if not new]).values_list(
            "organisation_id", "scheme", "value"
        )
    )
    fresh = [one for one in added if (one.organisation_id, one.scheme, one.value) not in before]
    insert(Identifier, fresh)
    _note_changed(pairs, {one.organisation_id for one in fresh}, outcome)


def _note_changed(
    pairs: Sequence[tuple[OrganisationRecord, Organisation, bool]], rows: set[uuid.UUID], outcome: Outcome
) -> None:
    for record, row, new in pairs:
        if row.pk in rows and not new:
            outcome.changed.add(record.provenance.source_id)


def _add_aliases(
    pairs: Sequence[tuple[OrganisationRecord, Organisation, bool]], old: list[uuid.UUID], outcome: Outcome
) -> None:
    there = set(Alias.objects.filter(organisation__in=old).values_list("organisation_id", "name"))
    added = []
    for record, row, _ in pairs:
        others = [(name.value, name.language) for name in record.names]
        others += [(record.short_name, ""), (record.name, ""), (record.name_en, "en")]
        own = {row.name, row.name_da, row.name_en}
        for name, language in others:
            name = name[:300]
            if name and name not in own and (row.pk, name) not in there:
                there.add((row.pk, name))
                added.append(
                    Alias(organisation=row, name=name, name_key=name_key(name)[:300], language=language)
                )
    insert(Alias, added)
    _note_changed(pairs, {alias.organisation_id for alias in added}, outcome)


def _put_offices(
    pairs: Sequence[tuple[OrganisationRecord, Organisation, bool]], old: list[uuid.UUID], outcome: Outcome
) -> None:
    heads = {
        office.organisation_id: office for office in Office.objects.filter(organisation__in=old, head=True)
    }
    names = ("address", "postcode", "city", "country", "latitude", "longitude")
    added, changed = [], []
    for record, row, _ in pairs:
        if not record.country or not (record.city or record.latitude is not None):
            continue
        placed = record.latitude is not None and record.longitude is not None
        values = {
            "address": record.street,
            "postcode": record.postcode,
            "city": record.city,
            "country": record.country,
            "latitude": record.latitude if placed else None,
            "longitude": record.longitude if placed else None,
        }
        values = fitted(Office, values, record.provenance.line, outcome)
        head = heads.get(row.pk)
        if head is None:
            heads[row.pk] = office = Office(organisation=row, head=True, **values)
            added.append(office)
        elif row.source == record.provenance.source and any(
            getattr(head, name) != values[name] for name in names
        ):
            for name in names:
                setattr(head, name, values[name])
            changed.append(head)
    insert(Office, added)
    if changed:
        Office.objects.bulk_update(changed, names, batch_size=100)
    _note_changed(pairs, {office.organisation_id for office in [*added, *changed]}, outcome)


def _add_roles(
    pairs: Sequence[tuple[OrganisationRecord, Organisation, bool]], old: list[uuid.UUID], outcome: Outcome
) -> None:
    there = set(OrganisationRole.objects.filter(organisation__in=old).values_list("organisation_id", "role"))
    added = []
    for record, row, _ in pairs:
        for given in record.roles:
            role = given.strip().lower()
            if role not in OrganisationRole.Role.values:
                outcome.notices.append(Notice(record.provenance.line, "roles", "choice", given))
            elif (row.pk, role) not in there:
                there.add((row.pk, role))
                added.append(OrganisationRole(organisation=row, role=role))
    insert(OrganisationRole, added)
    _note_changed(pairs, {role.organisation_id for role in added}, outcome)


def _add_fields(
    pairs: Sequence[tuple[OrganisationRecord, Organisation, bool]], old: list[uuid.UUID], outcome: Outcome
) -> None:
    there = set(
        OrganisationField.objects.filter(organisation__in=old).values_list("organisation_id", "notation")
    )
    added = [
        OrganisationField(organisation=row, notation=notation)
        for record, row, _ in pairs
        for notation in known_fields(record.fields, record.provenance.line, outcome)
        if (row.pk, notation) not in there
    ]
    insert(OrganisationField, added)
    _note_changed(pairs, {tag.organisation_id for tag in added}, outcome)


def link_organisations(
    kind: str, links: Mapping[uuid.UUID, uuid.UUID]
) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """Set the parent or successor (`kind`) of organisations; (those that changed, those refused).

    A link is refused if it would close a circle: an organisation cannot stand above itself. Of the links of
    a circle the one that comes last is left out.
    """
    column = "parent_id" if kind == "parent" else "successor_id"
    changed: set[uuid.UUID] = set()
    refused: set[uuid.UUID] = set()
    for row, target in links.items():
        if _leads_to(column, target, row):
            refused.add(row)
        elif Organisation.objects.filter(pk=row).exclude(**{column: target}).update(**{column: target}):
            changed.add(row)
    return changed, refused


def _leads_to(column: str, start: uuid.UUID, end: uuid.UUID) -> bool:
    at: uuid.UUID | None = start
    seen: set[uuid.UUID] = set()
    while at is not None and at not in seen:
        if at == end:
            return True
        seen.add(at)
        at = Organisation.objects.filter(pk=at).values_list(column, flat=True).first()
    return False
