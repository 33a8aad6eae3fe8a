"""Changes to people and their affiliations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.identifiers import normal_orcid
from vidensbro.hub.directory.models import Affiliation, Organisation, Person
from vidensbro.hub.directory.rules import edit_person as may_edit
from vidensbro.hub.directory.services.objections import standing
from vidensbro.hub.directory.services.rows import change_columns, locked_person, replace_fields

KIND = "person"
COLUMNS = frozenset({"name", "given", "family", "title", "orcid", "summary_da", "summary_en"})
PROVENANCE = frozenset(
    {"source", "source_id", "source_url", "licence", "retrieved", "example", "openalex", "visibility"}
)


@transaction.atomic
def create_person(actor: Actor, **columns: Any) -> Person:
    """Add a person. For staff. Raises Denied, Invalid."""
    require(actor, is_staff, "staff_only")
    unknown = set(columns) - COLUMNS - PROVENANCE
    if unknown:
        raise Invalid(dict.fromkeys(sorted(unknown), ("unknown",)))
    row = Person(**{**columns, "orcid": normal_orcid(columns.get("orcid", ""))})
    check_row(row)
    row.save()
    record(actor, "person.created", KIND, row.pk)
    index_changed(KIND, [row.pk])
    return row


@transaction.atomic
def edit_person(actor: Actor, person_id: uuid.UUID | str, **changes: Any) -> Person:
    """Change what is stored about a person. For the person and staff. Raises NotFound, Denied, Invalid."""
    row = locked_person(actor, person_id, may_edit)
    if "orcid" in changes:
        changes["orcid"] = normal_orcid(changes["orcid"])
    changed = change_columns(row, changes, COLUMNS)
    if changed:
        record(actor, "person.edited", KIND, row.pk, {"columns": changed})
        index_changed(KIND, [row.pk])
    return row


@transaction.atomic
def set_person_visibility(actor: Actor, person_id: uuid.UUID | str, visibility: str) -> Person:
    """Say who may find a person. Hidden people are named nowhere. For the person and staff.

    Raises:
        NotFound, Denied; Conflict: the person has objected to being found ("objected") and has not taken it back.
    """
    row = locked_person(actor, person_id, may_edit)
    if visibility != Person.Visibility.HIDDEN and standing(row).exists():
        raise Conflict("objected")
    if row.visibility != visibility:
        change_columns(row, {"visibility": visibility}, {"visibility"})
        record(actor, "person.visibility_set", KIND, row.pk, {"visibility": visibility})
        index_changed(KIND, [row.pk])
        announce_standing(KIND, [row.pk])
    return row


@transaction.atomic
def set_person_fields(actor: Actor, person_id: uuid.UUID | str, notations: Iterable[str]) -> None:
    """Let the fields of a person be exactly these."""
    row = locked_person(actor, person_id, may_edit)
    if replace_fields(row.field_tags, notations):
        record(actor, "person.fields_set", KIND, row.pk)
        index_changed(KIND, [row.pk])


@transaction.atomic
def link_person(actor: Actor, person_id: uuid.UUID | str, user_id: uuid.UUID | str | None) -> Person:
    """Say which account is this person's, or none. For staff, who have checked that it is.

    Raises:
        Conflict: the account belongs to another person ("user_taken").
    """
    require(actor, is_staff, "staff_only")
    row = locked_person(actor, person_id, may_edit)
    user = User.objects.filter(pk=user_id).first() if user_id else None
    if user_id and user is None:
        raise NotFound("user", user_id)
    if user is not None and Person.objects.filter(user=user).exclude(pk=row.pk).exists():
        raise Conflict("user_taken")
    row.user = user
    row.save(update_fields=["user"])
    record(actor, "person.linked", KIND, row.pk, {"user": str(user_id or "")})
    index_changed(KIND, [row.pk])
    return row


@transaction.atomic
def add_affiliation(
    actor: Actor,
    person_id: uuid.UUID | str,
    organisation_id: uuid.UUID | str,
    *,
    role: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Affiliation:
    """Say that a person works or worked somewhere; saying it twice is no error. For the person and staff."""
    row = locked_person(actor, person_id, may_edit)
    if not Organisation.objects.filter(pk=organisation_id).exists():
        raise NotFound("organisation", organisation_id)
    columns = {"person": row, "organisation_id": organisation_id, "role": role, "since": since}
    there = Affiliation.objects.filter(**columns).first()
    affiliation = there or Affiliation(**columns)
    affiliation.until = until
    check_row(affiliation)
    affiliation.save()
    record(actor, "person.affiliated", KIND, row.pk, {"organisation": str(organisation_id)})
    index_changed(KIND, [row.pk])
    return affiliation


@transaction.atomic
def end_affiliation(actor: Actor, affiliation_id: int, until: date | None = None) -> Affiliation:
    """Say that an affiliation ended, today if no day is given. For the person and staff."""
    affiliation = Affiliation.objects.select_for_update().filter(pk=affiliation_id).first()
    if affiliation is None:
        raise NotFound("affiliation", affiliation_id)
    locked_person(actor, affiliation.person_id, may_edit)
    affiliation.until = until or clock.today()
    check_row(affiliation)
    affiliation.save()
    record(actor, "person.affiliation_ended", KIND, affiliation.person_id)
    index_changed(KIND, [affiliation.person_id])
    return affiliation
