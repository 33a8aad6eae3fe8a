"""Who acts for an organisation, and in which role."""

from __future__ import annotations

import uuid

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import is_staff
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, Denied, NotFound
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory.models import Membership, Organisation
from vidensbro.hub.directory.rules import knows_members, manage_members
from vidensbro.hub.directory.services.standing import settle

KIND = "organisation"


@transaction.atomic
def add_membership(
    actor: Actor,
    user_id: uuid.UUID | str,
    organisation_id: uuid.UUID | str,
    role: str = Membership.Role.MEMBER,
) -> Membership:
    """Let a user act for an organisation, or change in which role. For its coordinators and staff.

    Raises:
        NotFound, Denied, Invalid; Conflict as `change_role`.
    """
    organisation = managed(actor, organisation_id)
    if not User.objects.filter(pk=user_id).exists():
        raise NotFound("user", user_id)
    return hold(actor, user_id, organisation, role)


@transaction.atomic
def change_role(
    actor: Actor, user_id: uuid.UUID | str, organisation_id: uuid.UUID | str, role: str
) -> Membership:
    """Make a member coordinator or the other way round. For coordinators and staff.

    Raises:
        NotFound, Denied, Invalid; Conflict: it would leave no coordinator ("last_coordinator"). Staff may do that.
    """
    organisation = managed(actor, organisation_id)
    if not Membership.objects.filter(user_id=user_id, organisation=organisation).exists():
        raise NotFound("membership", user_id)
    return hold(actor, user_id, organisation, role)


@transaction.atomic
def remove_membership(actor: Actor, user_id: uuid.UUID | str, organisation_id: uuid.UUID | str) -> None:
    """Let a user no longer act for an organisation; no error if that is so already. For coordinators and staff.

    Raises:
        NotFound, Denied; Conflict as `change_role`.
    """
    _end(actor, user_id, managed(actor, organisation_id), "membership.removed")


@transaction.atomic
def leave(actor: Actor, organisation_id: uuid.UUID | str) -> None:
    """No longer act for an organisation oneself.

    Raises:
        Denied: nobody is signed in; NotFound: the actor does not act for it; Conflict as `change_role`.
    """
    if actor.user_id is None:
        raise Denied("users_only" if actor.signed_in else "sign_in_needed")
    organisation = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    held = Membership.objects.filter(user_id=actor.user_id, organisation_id=organisation_id)
    if organisation is None or not held.exists():
        raise NotFound(KIND, organisation_id)
    _end(actor, actor.user_id, organisation, "membership.left")


def managed(actor: Actor, organisation_id: uuid.UUID | str) -> Organisation:
    """An organisation whose members the actor decides on, locked. Strangers learn nothing: NotFound; else Denied."""
    row = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if row is None:
        raise NotFound(KIND, organisation_id)
    manage_members.require(actor, row, see=knows_members if actor.signed_in else None)
    return row


def hold(actor: Actor, user_id: uuid.UUID | str, organisation: Organisation, role: str) -> Membership:
    """Let the user hold this role in a locked organisation. The caller has checked the permission."""
    held = Membership.objects.filter(user_id=user_id, organisation=organisation).first()
    held = held or Membership(user_id=user_id, organisation=organisation)
    if held.role == Membership.Role.COORDINATOR and role != held.role:
        _keep_a_coordinator(actor, held)
    held.role = role
    check_row(held)
    held.save()
    record(actor, "membership.set", KIND, organisation.pk, {"user": str(user_id), "role": role})
    settle([held.user_id])
    return held


def _end(actor: Actor, user_id: uuid.UUID | str, organisation: Organisation, action: str) -> None:
    held = Membership.objects.filter(user_id=user_id, organisation=organisation).first()
    if held is None:
        return
    if held.role == Membership.Role.COORDINATOR:
        _keep_a_coordinator(actor, held)
    held.delete()
    record(actor, action, KIND, organisation.pk, {"user": str(user_id)})
    settle([held.user_id])


def _keep_a_coordinator(actor: Actor, leaving: Membership) -> None:
    """An organisation that has a coordinator keeps one; only staff may leave it without."""
    if is_staff(actor):
        return
    others = Membership.objects.filter(
        organisation_id=leaving.organisation_id, role=Membership.Role.COORDINATOR, user__is_active=True
    )
    if not others.exclude(pk=leaving.pk).exists():
        raise Conflict("last_coordinator")
