"""The mail that tells who is invited, who asks and what was decided. Call inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.directory.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    PersonClaim,
    PersonObjection,
    PersonRequest,
)
from vidensbro.hub.mail.content import fits_a_header
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.mail.services import Recipient, send

INVITED = MailKind("directory.invited", _("Invitations to join"), optional=False)
ACCEPTED = MailKind("directory.invitation_accepted", _("Somebody accepted your invitation"), optional=True)
JOIN_ASKED = MailKind("directory.join_asked", _("Somebody asks to join"), optional=True)
JOIN_DECIDED = MailKind("directory.join_decided", _("Answers to your requests to join"), optional=False)
CLAIMED = MailKind("directory.claimed", _("Somebody claims to be a person in the directory"), optional=True)
CLAIM_DECIDED = MailKind(
    "directory.claim_decided", _("Answers about your page in the directory"), optional=False
)
OBJECTED = MailKind("directory.objected", _("Somebody objects to being found"), optional=True)
PERSON_ASKED = MailKind(
    "directory.person_asked", _("Somebody asks about what is stored about him or her"), optional=True
)
PERSON_ANSWER = MailKind(
    "directory.person_answer", _("Answers about what is stored about you"), optional=False
)
KINDS = (
    *(INVITED, ACCEPTED, JOIN_ASKED, JOIN_DECIDED, CLAIMED, CLAIM_DECIDED),
    *(OBJECTED, PERSON_ASKED, PERSON_ANSWER),
)


def invited(row: Invitation, token: str) -> None:
    """The link, to the invited address. The only place where the token is spelled out."""
    recipient = Recipient(row.email, language=row.language)
    context = {
        "organisation": row.organisation,
        "inviter": row.invited_by,
        "token": token,
        "expires": row.expires,
    }
    send(INVITED.code, recipient, "directory/mail/invited", context, key=f"invitation:{row.pk}:{row.sent}")


def accepted(row: Invitation) -> None:
    """That the invitation was accepted, to whoever sent it."""
    if row.invited_by is None or not row.invited_by.is_active:
        return
    context = {"organisation": row.organisation, "user": row.accepted_by}
    _tell(ACCEPTED, [row.invited_by], "accepted", context, f"invitation-accepted:{row.pk}")


def asked_to_join(row: JoinRequest) -> None:
    """That somebody asks, to the coordinators, or to the secretariat where there are none."""
    coordinators = _coordinators(row.organisation)
    context = {
        "row": row,
        "organisation": row.organisation,
        "user": row.user,
        "to_secretariat": not coordinators,
    }
    _tell(JOIN_ASKED, coordinators or _secretariat(), "join_asked", context, f"join-asked:{row.pk}")


def join_decided(row: JoinRequest) -> None:
    """Yes or no, to the one who asked."""
    context = {"row": row, "organisation": row.organisation}
    _tell(JOIN_DECIDED, [row.user], "join_decided", context, f"join-decided:{row.pk}")


def claimed(row: PersonClaim) -> None:
    """That somebody says to be a person in the directory, to the secretariat."""
    context = {"row": row, "person": row.person, "user": row.user}
    _tell(CLAIMED, _secretariat(), "claimed", context, f"claimed:{row.pk}")


def claim_decided(row: PersonClaim) -> None:
    """Yes or no, to the one who said it."""
    context = {"row": row, "person": row.person}
    _tell(CLAIM_DECIDED, [row.user], "claim_decided", context, f"claim-decided:{row.pk}")


def objected(row: PersonObjection) -> None:
    """That a person is hidden for good, to the secretariat."""
    _tell(OBJECTED, _secretariat(), "objected", {"row": row, "person": row.person}, f"objected:{row.pk}")


def person_asked(row: PersonRequest) -> None:
    """That somebody asks about what is stored, to the secretariat."""
    _tell(PERSON_ASKED, _secretariat(), "person_asked", {"row": row}, f"person-asked:{row.pk}")


def confirm_person_request(row: PersonRequest, token: str) -> None:
    """The link with which the request is done, to the known address. The only place where the token is spelled out."""
    recipient = Recipient(row.email, language=row.language, person_id=row.person_id)
    context = {"row": row, "token": token, "expires": row.expires}
    send(
        PERSON_ANSWER.code,
        recipient,
        "directory/mail/confirm_person_request",
        context,
        key=f"person-request:{row.pk}",
    )


def person_request_decided(row: PersonRequest) -> None:
    """Done or declined, to the one who asked."""
    recipient = Recipient(row.email, language=row.language, person_id=row.person_id)
    key = f"person-request-decided:{row.pk}"
    send(PERSON_ANSWER.code, recipient, "directory/mail/person_request_decided", {"row": row}, key=key)


def _tell(
    kind: MailKind, users: Iterable[User], template: str, context: Mapping[str, Any], reason: str
) -> None:
    for user in users:
        # A name that no mail header can hold is left out rather than the mail.
        name = user.name if fits_a_header(user.name) else ""
        recipient = Recipient(user.email, name, user.language, user_id=user.pk)
        send(kind.code, recipient, f"directory/mail/{template}", context, key=f"{reason}:{user.pk}")


def _coordinators(organisation: Organisation) -> list[User]:
    rows = Membership.objects.filter(
        organisation=organisation, role=Membership.Role.COORDINATOR, user__is_active=True
    )
    return [row.user for row in rows.select_related("user").order_by("user__email")]


def _secretariat() -> list[User]:
    return list(User.objects.filter(role=Role.SECRETARIAT, is_active=True).order_by("email"))
