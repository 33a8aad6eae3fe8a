"""Who acts for an organisation."""

from __future__ import annotations

import uuid

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory.models import Membership
from vidensbro.hub.directory.rules import edit_organisation
from vidensbro.hub.directory.services.rows import locked_organisation


@transaction.atomic
def add_membership(
    actor: Actor,
    user_id: uuid.UUID | str,
    organisation_id: uuid.UUID | str,
    role: str = Membership.Role.MEMBER,
) -> Membership:
    """Let a user act for an organisation, or change in which role. For its coordinators and staff."""
    organisation = locked_organisation(actor, organisation_id, edit_organisation)
    if not User.objects.filter(pk=user_id).exists():
        raise NotFound("user", user_id)
    held = Membership.objects.filter(user_id=user_id, organisation=organisation).first()
    held = held or Membership(user_id=user_id, organisation=organisation)
    held.role = role
    check_row(held)
    held.save()
    record(actor, "membership.set", "organisation", organisation.pk, {"user": str(user_id), "role": role})
    return held


@transaction.atomic
def remove_membership(actor: Actor, user_id: uuid.UUID | str, organisation_id: uuid.UUID | str) -> None:
    """Let a user no longer act for an organisation; no error if that is so already."""
    organisation = locked_organisation(actor, organisation_id, edit_organisation)
    gone, _ = Membership.objects.filter(user_id=user_id, organisation=organisation).delete()
    if gone:
        record(actor, "membership.removed", "organisation", organisation.pk, {"user": str(user_id)})
