"""Changes to how somebody can be reached."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Invalid, NotFound
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory.models import ContactPoint
from vidensbro.hub.directory.rules import edit_organisation, edit_person, see_contact
from vidensbro.hub.directory.services.rows import locked_organisation, locked_person

_CHECKS: dict[str, Any] = {
    ContactPoint.Kind.EMAIL: validate_email,
    ContactPoint.Kind.WEB: URLValidator(schemes=["http", "https"]),
}


@transaction.atomic
def add_contact_point(
    actor: Actor,
    kind: str,
    value: str,
    *,
    organisation_id: uuid.UUID | str | None = None,
    person_id: uuid.UUID | str | None = None,
    label: str = "",
    audience: str = ContactPoint.Audience.MEMBERS,
) -> ContactPoint:
    """Say how an organisation or a person can be reached, and who may know. Raises Invalid, Denied."""
    _permit(actor, organisation_id, person_id)
    check = _CHECKS.get(kind)
    if check is not None:
        try:
            check(value)
        except ValidationError as error:
            raise Invalid({"value": (f"{kind}_invalid",)}) from error
    row = ContactPoint(
        organisation_id=organisation_id,
        person_id=person_id,
        kind=kind,
        value=value.strip(),
        label=label,
        audience=audience,
    )
    check_row(row)
    row.save()
    record(actor, "contact.added", "contact_point", row.pk, {"kind": kind, "audience": audience})
    return row


@transaction.atomic
def remove_contact_point(actor: Actor, contact_point_id: int) -> ContactPoint:
    """Take a contact point away; gives what it was. Raises NotFound, Denied."""
    row = ContactPoint.objects.select_for_update().filter(pk=contact_point_id).first()
    if row is None or not (is_staff(actor) or see_contact.allows(actor, row)):
        raise NotFound("contact_point", contact_point_id)
    _permit(actor, row.organisation_id, row.person_id)
    record(actor, "contact.removed", "contact_point", row.pk)
    row.delete()
    return row


def _permit(actor: Actor, organisation_id: object, person_id: object) -> None:
    if organisation_id:
        locked_organisation(actor, str(organisation_id), edit_organisation)
    if person_id:
        locked_person(actor, str(person_id), edit_person)
    if not organisation_id and not person_id:
        raise Invalid({"": ("contact_point_of_one",)})
