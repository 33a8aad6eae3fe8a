"""What invitations, requests to join and claims keep about a person."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.audit.traces import scrub
from vidensbro.hub.common import clock
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.directory.models import (
    Invitation,
    JoinRequest,
    PersonClaim,
    RequestState,
    RoleLift,
)


class JoiningPart:
    """Invitations to the subject's addresses, its requests and claims, and what it decided."""

    name = "joining"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        return {
            "invitations": [
                _invitation(row) for row in _invitations_to(subject, subject.proven).order_by("created")
            ],
            "invitations_sent": [
                _invitation(row) for row in Invitation.objects.filter(invited_by_id=_user(subject))
            ],
            "requests": [
                {"organisation": row.organisation.name, **_decision(row)}
                for row in _requests(subject).select_related("organisation")
            ],
            "claims": [
                {"person": str(row.person_id), **_claim(row, subject)}
                for row in _claims(subject).order_by("created")
            ],
        }

    def erase(self, subject: Subject) -> int:
        """What says who asked and was invited goes; what the subject decided stays without the name."""
        gone = _invitations_to(subject, subject.addresses).delete()[0] + _requests(subject).delete()[0]
        gone += _claims(subject).delete()[0] + RoleLift.objects.filter(user_id=_user(subject)).delete()[0]
        for rows in (JoinRequest.objects.all(), PersonClaim.objects.all()):
            gone += scrub(rows, subject.words, ("message", "note"))
        for model in (JoinRequest, PersonClaim):
            gone += model._default_manager.filter(decided_by_id=_user(subject)).update(decided_by=None)
        return gone + Invitation.objects.filter(invited_by_id=_user(subject)).update(invited_by=None)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind == "person":
            return PersonClaim.objects.filter(person_id=gone).update(person_id=kept)
        return _move_invitations(kept, gone) + _move_requests(kept, gone)


def expire_joining(before: datetime) -> int:
    """Invitations that were accepted, withdrawn or never used, requests and claims that were decided."""
    over = Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before) | Q(expires__lt=before)
    gone = Invitation.objects.filter(over).delete()[0]
    gone += JoinRequest.objects.filter(decided_at__lt=before).delete()[0]
    return int(gone + PersonClaim.objects.filter(decided_at__lt=before).delete()[0])


def _user(subject: Subject) -> uuid.UUID:
    return subject.user_id or NO_ID


def _invitations_to(subject: Subject, addresses: Collection[str]) -> QuerySet[Invitation]:
    """Those to one of these addresses, or accepted by the account."""
    return Invitation.objects.filter(Q(email__in=addresses) | Q(accepted_by_id=_user(subject)))


def _requests(subject: Subject) -> QuerySet[JoinRequest]:
    return JoinRequest.objects.filter(user_id=_user(subject)).order_by("created")


def _claims(subject: Subject) -> QuerySet[PersonClaim]:
    own = Q(user_id=_user(subject))
    return PersonClaim.objects.filter(own | Q(person_id=subject.person_id) if subject.person_id else own)


def _invitation(row: Invitation) -> dict[str, Any]:
    return {
        "organisation": str(row.organisation_id or ""),
        "email": row.email,
        "role": row.role,
        "created": row.created.isoformat(),
        "accepted": row.accepted_at.isoformat() if row.accepted_at else None,
    }


def _claim(row: PersonClaim, subject: Subject) -> dict[str, Any]:
    """A claim; of somebody else's to be the subject only that it was made: the words are that somebody's."""
    told = _decision(row)
    return told if row.user_id == subject.user_id else {**told, "message": "", "note": ""}


def _decision(row: JoinRequest | PersonClaim) -> dict[str, Any]:
    return {
        "message": row.message,
        "state": row.state,
        "note": row.note,
        "created": row.created.isoformat(),
        "decided": row.decided_at.isoformat() if row.decided_at else None,
    }


def _move_invitations(kept: uuid.UUID, gone: uuid.UUID) -> int:
    """Of two open invitations to one address only the kept organisation's stays."""
    there = Invitation.objects.open().filter(organisation_id=kept).values_list("email", flat=True)
    doubled = Invitation.objects.open().filter(organisation_id=gone, email__in=list(there))
    doubled.update(withdrawn_at=clock.now())
    return Invitation.objects.filter(organisation_id=gone).update(organisation_id=kept)


def _move_requests(kept: uuid.UUID, gone: uuid.UUID) -> int:
    """Of two waiting requests of one user only that to the kept organisation stays."""
    waiting = JoinRequest.objects.filter(state=RequestState.ASKED)
    there = waiting.filter(organisation_id=kept).values_list("user_id", flat=True)
    waiting.filter(organisation_id=gone, user_id__in=list(there)).update(
        state=RequestState.WITHDRAWN, decided_at=clock.now()
    )
    return JoinRequest.objects.filter(organisation_id=gone).update(organisation_id=kept)
