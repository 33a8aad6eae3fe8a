"""Changes to organisations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.identifiers import normal
from vidensbro.hub.directory.models import Identifier, Office, Organisation, OrganisationRole
from vidensbro.hub.directory.rules import edit_organisation as may_edit
from vidensbro.hub.directory.services.rows import change_columns, locked_organisation, replace_fields
from vidensbro.hub.directory.services.standing import settle_organisation

KIND = "organisation"
COLUMNS = frozenset(
    {
        "name",
        "name_da",
        "name_en",
        "kind",
        "summary_da",
        "summary_en",
        "website",
        "country",
        "founded",
        "employees",
    }
)
PROVENANCE = frozenset({"source", "source_id", "source_url", "licence", "retrieved", "example", "status"})


@transaction.atomic
def create_organisation(actor: Actor, **columns: Any) -> Organisation:
    """Add an organisation. For the secretariat and administrators. Raises Denied, Invalid."""
    require(actor, is_staff, "staff_only")
    row = Organisation()
    unknown = set(columns) - COLUMNS - PROVENANCE
    if unknown:
        raise Invalid(dict.fromkeys(sorted(unknown), ("unknown",)))
    for name, value in columns.items():
        setattr(row, name, value)
    check_row(row)
    row.save()
    record(actor, "organisation.created", KIND, row.pk, {"name": row.name})
    index_changed(KIND, [row.pk])
    return row


@transaction.atomic
def edit_organisation(actor: Actor, organisation_id: uuid.UUID | str, **changes: Any) -> Organisation:
    """Change columns of an organisation. For its coordinators and staff. Raises NotFound, Denied, Invalid."""
    row = locked_organisation(actor, organisation_id, may_edit)
    changed = change_columns(row, changes, COLUMNS)
    if changed:
        record(actor, "organisation.edited", KIND, row.pk, {"columns": changed})
        index_changed(KIND, [row.pk])
    return row


@transaction.atomic
def set_parent(
    actor: Actor, organisation_id: uuid.UUID | str, parent_id: uuid.UUID | str | None
) -> Organisation:
    """Say which organisation this one is part of, or none. For staff.

    Raises:
        Invalid: the parent is the organisation itself or below it.
    """
    require(actor, is_staff, "staff_only")
    row = locked_organisation(actor, organisation_id, may_edit)
    above = uuid.UUID(str(parent_id)) if parent_id else None
    if above is not None:
        _refuse_cycle(row.pk, above)
    if row.parent_id != above:
        row.parent_id = above
        row.save(update_fields=["parent_id"])
        record(actor, "organisation.parent_set", KIND, row.pk, {"parent": str(above or "")})
        index_changed(KIND, [row.pk])
    return row


@transaction.atomic
def set_aliases(actor: Actor, organisation_id: uuid.UUID | str, names: Iterable[str]) -> Organisation:
    """Let the other names of an organisation be exactly these."""
    row = locked_organisation(actor, organisation_id, may_edit)
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    before = set(row.aliases.values_list("name", flat=True))
    if before == set(wanted):
        return row
    row.aliases.exclude(name__in=wanted).delete()
    for name in wanted:
        if name not in before:
            row.aliases.create(name=name)
    record(actor, "organisation.aliases_set", KIND, row.pk, {"count": len(wanted)})
    index_changed(KIND, [row.pk])
    return row


@transaction.atomic
def set_organisation_fields(actor: Actor, organisation_id: uuid.UUID | str, notations: Iterable[str]) -> None:
    """Let the fields of an organisation be exactly these."""
    row = locked_organisation(actor, organisation_id, may_edit)
    if replace_fields(row.field_tags, notations):
        record(actor, "organisation.fields_set", KIND, row.pk)
        index_changed(KIND, [row.pk])


@transaction.atomic
def add_identifier(actor: Actor, organisation_id: uuid.UUID | str, scheme: str, value: str) -> Identifier:
    """Add what a register calls the organisation; adding it twice is no error.

    Raises:
        Invalid: the value is none of the scheme.
        Conflict: another organisation has it ("identifier_taken").
    """
    require(actor, is_staff, "staff_only")
    row = locked_organisation(actor, organisation_id, may_edit)
    value = normal(scheme, value)
    identifier, added = Identifier.objects.get_or_create(
        scheme=scheme, value=value, defaults={"organisation": row}
    )
    if identifier.organisation_id != row.pk:
        raise Conflict("identifier_taken")
    if added:
        record(actor, "organisation.identifier_added", KIND, row.pk, {"scheme": scheme, "value": value})
    return identifier


@transaction.atomic
def add_office(actor: Actor, organisation_id: uuid.UUID | str, **columns: Any) -> Office:
    """Add a place where the organisation is; `head` takes that mark from any other. Raises Invalid."""
    row = locked_organisation(actor, organisation_id, may_edit)
    if columns.get("head"):
        row.offices.filter(head=True).update(head=False)
    office = Office(organisation=row, **columns)
    check_row(office)
    office.save()
    record(actor, "organisation.office_added", KIND, row.pk, {"city": office.city})
    index_changed(KIND, [row.pk])
    return office


@transaction.atomic
def give_role(
    actor: Actor,
    organisation_id: uuid.UUID | str,
    role: str,
    *,
    since: date | None = None,
    until: date | None = None,
) -> OrganisationRole:
    """Say what the organisation is to this cluster or district, and when. For staff."""
    require(actor, is_staff, "staff_only")
    row = locked_organisation(actor, organisation_id, may_edit)
    held = OrganisationRole.objects.filter(organisation=row, role=role).first()
    held = held or OrganisationRole(organisation=row, role=role)
    held.since, held.until = since, until
    check_row(held)
    held.save()
    record(actor, "organisation.role_given", KIND, row.pk, {"role": role})
    settle_organisation(row.pk)
    index_changed(KIND, [row.pk])
    return held


@transaction.atomic
def withdraw_organisation(
    actor: Actor, organisation_id: uuid.UUID | str, successor_id: uuid.UUID | str | None = None
) -> Organisation:
    """Take an organisation out; its address leads to the successor. For staff. Raises Invalid on a circle."""
    require(actor, is_staff, "staff_only")
    row = locked_organisation(actor, organisation_id, may_edit)
    successor = None
    if successor_id:
        successor = Organisation.objects.filter(pk=successor_id).first()
        if successor is None:
            raise NotFound(KIND, successor_id)
        if row.pk in _chain(successor, "successor_id"):
            raise Invalid({"successor": ("cycle",)})
    row.successor, row.status = successor, Organisation.Status.WITHDRAWN
    row.save(update_fields=["successor", "status"])
    record(actor, "organisation.withdrawn", KIND, row.pk, {"successor": str(successor_id or "")})
    index_changed(KIND, [row.pk])
    announce_standing(KIND, [row.pk])
    return row


def _refuse_cycle(child: uuid.UUID, parent: uuid.UUID) -> None:
    above = Organisation.objects.select_for_update().filter(pk=parent).first()
    if above is None:
        raise NotFound(KIND, parent)
    if child in _chain(above, "parent_id"):
        raise Invalid({"parent": ("cycle",)})


def _chain(start: Organisation, column: str) -> set[uuid.UUID]:
    """The organisation and those that `column` leads to from it, locked; ends even if they form a circle."""
    seen: set[uuid.UUID] = set()
    current: Organisation | None = start
    while current is not None and current.pk not in seen:
        seen.add(current.pk)
        following = getattr(current, column)
        current = Organisation.objects.select_for_update().filter(pk=following).first() if following else None
    return seen
