"""Inviting by e-mail, to an organisation or to the installation."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Max, Sum

from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.accounts.policies import is_administrator, is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory import notifications
from vidensbro.hub.directory.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    RequestState,
    RoleLift,
)
from vidensbro.hub.directory.queries.addresses import confirmed_address
from vidensbro.hub.directory.queries.joining import digest_of
from vidensbro.hub.directory.rules import manage_invitation
from vidensbro.hub.directory.services.memberships import hold, managed
from vidensbro.hub.directory.services.standing import SYSTEM

KIND = "invitation"
LASTS = timedelta(days=14)
BETWEEN_MAILS = timedelta(minutes=10)
MOST_MAILS = 5
MOST_OPEN = 100
_ORDER: list[str] = [Role.VISITOR, Role.MEMBER, Role.SECRETARIAT, Role.ADMINISTRATOR]


@transaction.atomic
def invite(
    actor: Actor,
    email: str,
    *,
    organisation_id: uuid.UUID | str | None = None,
    role: str = Membership.Role.MEMBER,
    language: str = "da",
) -> Invitation:
    """Send somebody a link with which to join an organisation, or the installation when none is named.

    The coordinators of an organisation invite to it, and staff. To the installation staff invite visitors and
    members, administrators every role.

    Raises:
        NotFound, Denied; Invalid: the address or the role is none.
        Conflict: "already_member", "already_invited", "email_taken", "too_many_invitations"; "sent_just_now" and
            "sent_too_often" as `resend_invitation`, where one to the address was withdrawn within the time it lasts.
    """
    organisation = _inviting(actor, organisation_id, role)
    address = _address(email)
    _refuse_known(organisation, address)
    token = secrets.token_urlsafe(32)
    row = Invitation(
        organisation=organisation,
        email=address,
        role=role,
        language=language,
        digest=digest_of(token),
        invited_by_id=actor.user_id,
        expires=clock.now() + LASTS,
    )
    check_row(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # somebody else has just invited the same address to the installation
        raise Conflict("already_invited") from error
    record(actor, "invitation.sent", KIND, row.pk, {"organisation": str(organisation_id or ""), "role": role})
    notifications.invited(row, token)
    return row


@transaction.atomic
def resend_invitation(actor: Actor, invitation_id: uuid.UUID | str) -> Invitation:
    """Send the mail again, with a new link that lasts anew; the old link holds no more.

    Raises:
        NotFound; Conflict: it is accepted or withdrawn ("invitation_over"), or a mail went out a moment ago
            ("sent_just_now") or five times ("sent_too_often").
    """
    row = _locked(actor, invitation_id)
    if row.sent_at > clock.now() - BETWEEN_MAILS:
        raise Conflict("sent_just_now")
    if row.sent >= MOST_MAILS:
        raise Conflict("sent_too_often")
    token = secrets.token_urlsafe(32)
    row.digest, row.sent, row.sent_at = digest_of(token), row.sent + 1, clock.now()
    row.expires = clock.now() + LASTS
    row.save(update_fields=["digest", "sent", "sent_at", "expires"])
    record(actor, "invitation.resent", KIND, row.pk)
    notifications.invited(row, token)
    return row


@transaction.atomic
def withdraw_invitation(actor: Actor, invitation_id: uuid.UUID | str) -> Invitation:
    """Let an invitation hold no more. Raises NotFound; Conflict: it is over already ("invitation_over")."""
    row = _locked(actor, invitation_id)
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    record(actor, "invitation.withdrawn", KIND, row.pk)
    return row


@transaction.atomic
def accept_invitation(actor: Actor, token: str) -> Invitation:
    """Join with the link from the mail. It was sent to one address, and only that account may use it.

    Raises:
        NotFound: unknown, used, withdrawn and expired links all alike.
        Denied: nobody is signed in, or the account has another address ("invitation_other_address").
    """
    user = _user(actor)
    row = Invitation.objects.usable().filter(digest=digest_of(token)).first()
    if row is None:
        raise NotFound(KIND)
    if row.email != user.email:
        raise Denied("invitation_other_address")
    return _accept(actor, user, row)


@transaction.atomic
def accept_waiting_invitation(actor: Actor, invitation_id: uuid.UUID | str) -> Invitation:
    """Join by an invitation that waits for one's own confirmed address, without the link. Raises NotFound, Denied."""
    user = _user(actor)
    row = Invitation.objects.usable().filter(pk=invitation_id).first()
    if row is None or row.email != confirmed_address(user.pk):
        raise NotFound(KIND, invitation_id)
    return _accept(actor, user, row)


def _accept(actor: Actor, user: User, found: Invitation) -> Invitation:
    # The organisation is locked before its rows everywhere, so that two who meet here cannot lock each other out.
    organisation = None
    if found.organisation_id:
        organisation = Organisation.objects.select_for_update().filter(pk=found.organisation_id).first()
    row = Invitation.objects.select_for_update().filter(pk=found.pk, digest=found.digest).usable().first()
    gone = organisation is not None and organisation.status == Organisation.Status.WITHDRAWN
    if row is None or gone:
        raise NotFound(KIND)
    row.accepted_by, row.accepted_at = user, clock.now()
    row.save(update_fields=["accepted_by", "accepted_at"])
    record(actor, "invitation.accepted", KIND, row.pk, {"role": row.role})
    if organisation is None:
        _lift(user, row.role)
    else:
        _join(actor, user, organisation, row)
    notifications.accepted(row)
    return row


def _join(actor: Actor, user: User, organisation: Organisation, row: Invitation) -> None:
    held = Membership.objects.filter(user=user, organisation=organisation).first()
    if held is None or held.role != Membership.Role.COORDINATOR:
        hold(actor, user.pk, organisation, row.role)
    asked = JoinRequest.objects.filter(user=user, organisation=organisation, state=RequestState.ASKED)
    asked.update(state=RequestState.CONFIRMED, decided_by=row.invited_by, decided_at=clock.now())


def _lift(user: User, role: str) -> None:
    """To the installation: a role is only ever raised, and is then the user's own, whatever organisations do."""
    if _ORDER.index(role) > _ORDER.index(user.role):
        accounts.set_role(SYSTEM, user.pk, role)
    if role != Role.VISITOR:
        RoleLift.objects.filter(user=user).delete()


def _inviting(actor: Actor, organisation_id: uuid.UUID | str | None, role: str) -> Organisation | None:
    if organisation_id:
        organisation = managed(actor, organisation_id)
        if organisation.status == Organisation.Status.WITHDRAWN:
            raise NotFound("organisation", organisation_id)
        known = role in Membership.Role.values
    else:
        organisation = None
        require(actor, is_staff, "staff_only")
        if role in {Role.SECRETARIAT, Role.ADMINISTRATOR}:
            require(actor, is_administrator, "administrator_only")
        known = role in Role.values
    if not known:
        raise Invalid({"role": ("invalid_choice",)})
    return organisation


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid({"email": ("email_invalid",)}) from error
    return address


def _refuse_known(organisation: Organisation | None, address: str) -> None:
    """Nobody is asked twice. What is too old to be accepted makes room for a new one."""
    if organisation is None:
        if User.objects.filter(email=address).exists():
            raise Conflict("email_taken")
    elif Membership.objects.filter(user__email=address, organisation=organisation).exists():
        raise Conflict("already_member")
    _refuse_repeated(organisation, address)
    open_ones = Invitation.objects.open().filter(organisation=organisation)
    same = open_ones.select_for_update().filter(email=address).first()
    if same is not None and not same.is_over:
        raise Conflict("already_invited")
    if same is not None:
        same.withdrawn_at = clock.now()
        same.save(update_fields=["withdrawn_at"])
    if open_ones.count() >= MOST_OPEN:
        raise Conflict("too_many_invitations")


def _refuse_repeated(organisation: Organisation | None, address: str) -> None:
    """Withdrawing and inviting anew sends no more mails than sending again does."""
    lately = Invitation.objects.filter(
        organisation=organisation,
        email=address,
        withdrawn_at__isnull=False,
        sent_at__gt=clock.now() - LASTS,
    )
    told = lately.aggregate(last=Max("sent_at"), mails=Sum("sent"))
    if told["last"] and told["last"] > clock.now() - BETWEEN_MAILS:
        raise Conflict("sent_just_now")
    if (told["mails"] or 0) >= MOST_MAILS:
        raise Conflict("sent_too_often")


def _locked(actor: Actor, invitation_id: uuid.UUID | str) -> Invitation:
    row = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if row is None or not manage_invitation.allows(actor, row):
        raise NotFound(KIND, invitation_id)
    if row.accepted_at or row.withdrawn_at:
        raise Conflict("invitation_over")
    return row


def _user(actor: Actor) -> User:
    user = User.objects.filter(pk=actor.user_id, is_active=True).first() if actor.user_id else None
    if user is None:
        raise Denied("users_only" if actor.signed_in else "sign_in_needed")
    return user
