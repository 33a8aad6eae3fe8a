"""Steps that several services share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Policy
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.directory.models import FieldTag, Organisation, Person, Provenance
from vidensbro.hub.directory.rules import see_person


def locked_organisation(actor: Actor, organisation_id: uuid.UUID | str, policy: Policy) -> Organisation:
    """The row, locked for a change that `policy` lets the actor make. Raises NotFound, Denied."""
    row = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if row is None:
        raise NotFound("organisation", organisation_id)
    policy.require(actor, row)
    return row


def locked_person(actor: Actor, person_id: uuid.UUID | str, policy: Policy) -> Person:
    """The row, locked for a change that `policy` lets the actor make. Raises NotFound, Denied."""
    row = Person.objects.select_for_update().filter(pk=person_id).first()
    if row is None:
        raise NotFound("person", person_id)
    policy.require(actor, row, see=see_person)
    return row


def change_columns(row: Provenance, changes: Mapping[str, Any], allowed: Iterable[str]) -> list[str]:
    """Set, check and save columns; what a person changed on an imported row stays so. Names of the changed.

    Raises:
        Invalid: a column may not be set this way, or a value does not fit it.
    """
    changed = apply_changes(row, changes, frozenset(allowed))
    if not changed:
        return []
    check_row(row)
    if row.source:
        row.edited = sorted({*row.edited, *changed})
    row.save()
    return changed


def replace_fields(tags: Any, notations: Iterable[str]) -> bool:
    """Let a row's tags (a related manager) be exactly these notations; True if that changed anything.

    A suggested tag that is now given becomes a given one.
    """
    wanted = {notation.strip() for notation in notations if notation.strip()}
    given = FieldTag.Origin.GIVEN
    before = dict(tags.values_list("notation", "origin"))
    if set(before) == wanted and set(before.values()) <= {given}:
        return False
    tags.exclude(notation__in=wanted).delete()
    tags.update(origin=given)
    for notation in sorted(wanted - set(before)):
        tags.create(notation=notation, origin=given)
    return True
