"""Asking to join an organisation, and deciding on it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, NotFound
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory import notifications
from vidensbro.hub.directory.models import JoinRequest, Membership, Organisation, PersonClaim, RequestState
from vidensbro.hub.directory.rules import decide_request, see_request
from vidensbro.hub.directory.services.memberships import hold
from vidensbro.hub.directory.services.texts import short

D = TypeVar("D", JoinRequest, PersonClaim)
KIND = "join_request"
MOST_OPEN = 10
MOST_WITHDRAWN = 3
"""Each request is a mail to whoever decides, so taking it back and asking again has an end too."""
WAIT_AFTER_REFUSAL = timedelta(days=30)
DAY = timedelta(days=1)


@transaction.atomic
def ask_to_join(actor: Actor, organisation_id: uuid.UUID | str, message: str = "") -> JoinRequest:
    """Ask to act for an organisation. Its coordinators are told, or the secretariat where there is none.

    Raises:
        Denied: nobody is signed in. NotFound: no such organisation. Invalid: the message is too long.
        Conflict: "already_member", "already_asked", "asked_recently" (refused within a month, or withdrawn three
            times in one), "too_many_requests" (ten open ones, those withdrawn within a day among them).
    """
    user = asking_user(actor)
    organisation = Organisation.objects.current().select_for_update().filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound("organisation", organisation_id)
    _refuse_repeated(user, organisation)
    row = JoinRequest(user=user, organisation=organisation, message=short(message, "message"))
    check_row(row)
    row.save()
    record(actor, "join.asked", KIND, row.pk, {"organisation": str(organisation.pk)})
    notifications.asked_to_join(row)
    return row


@transaction.atomic
def confirm_join(actor: Actor, request_id: uuid.UUID | str) -> JoinRequest:
    """Let the one who asked act for the organisation. For its coordinators and staff.

    Raises:
        NotFound, Denied; Conflict: it is decided or withdrawn ("request_over").
    """
    row, organisation = _locked(actor, request_id)
    decide_request.require(actor, row)
    _decide(actor, row, RequestState.CONFIRMED)
    if not Membership.objects.filter(user_id=row.user_id, organisation=organisation).exists():
        hold(actor, row.user_id, organisation, Membership.Role.MEMBER)
    notifications.join_decided(row)
    return row


@transaction.atomic
def refuse_join(actor: Actor, request_id: uuid.UUID | str, note: str = "") -> JoinRequest:
    """Say no, with a note to the one who asked. For the organisation's coordinators and staff.

    Raises:
        NotFound, Denied, Invalid; Conflict: it is decided or withdrawn ("request_over").
    """
    row, _ = _locked(actor, request_id)
    decide_request.require(actor, row)
    _decide(actor, row, RequestState.REFUSED, short(note, "note"))
    notifications.join_decided(row)
    return row


@transaction.atomic
def withdraw_join(actor: Actor, request_id: uuid.UUID | str) -> JoinRequest:
    """Take back one's own request. Raises NotFound, Denied; Conflict: it is over already ("request_over")."""
    row, _ = _locked(actor, request_id)
    if row.user_id != actor.user_id:
        raise Denied("only_self")
    _decide(actor, row, RequestState.WITHDRAWN)
    return row


def asking_user(actor: Actor) -> User:
    """The account of the one who asks. Raises Denied where there is none."""
    user = User.objects.filter(pk=actor.user_id, is_active=True).first() if actor.user_id else None
    if user is None:
        raise Denied("users_only" if actor.signed_in else "sign_in_needed")
    return user


def _refuse_repeated(user: User, organisation: Organisation) -> None:
    if Membership.objects.filter(user=user, organisation=organisation).exists():
        raise Conflict("already_member")
    mine = JoinRequest.objects.filter(user=user)
    here = mine.filter(organisation=organisation)
    if here.filter(state=RequestState.ASKED).exists():
        raise Conflict("already_asked")
    since = clock.now() - WAIT_AFTER_REFUSAL
    if repeats(here, since):
        raise Conflict("asked_recently")
    lately = Q(state=RequestState.WITHDRAWN, decided_at__gt=clock.now() - DAY)
    if mine.filter(Q(state=RequestState.ASKED) | lately).count() >= MOST_OPEN:
        raise Conflict("too_many_requests")


def repeats(rows: QuerySet[D], since: datetime) -> bool:
    """Has one of these requests been refused since then, or have too many been withdrawn?"""
    over = rows.filter(decided_at__gt=since)
    if over.filter(state=RequestState.REFUSED).exists():
        return True
    return over.filter(state=RequestState.WITHDRAWN).count() >= MOST_WITHDRAWN


def _locked(actor: Actor, request_id: uuid.UUID | str) -> tuple[JoinRequest, Organisation]:
    """The request and its organisation, locked in the order that is used everywhere: the organisation first."""
    found = JoinRequest.objects.filter(pk=request_id).first()
    if found is None or not see_request.allows(actor, found):
        raise NotFound(KIND, request_id)
    organisation = Organisation.objects.select_for_update().get(pk=found.organisation_id)
    row = (
        JoinRequest.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=request_id)
        .first()
    )
    if row is None or row.organisation_id != organisation.pk:
        raise NotFound(KIND, request_id)
    row.organisation = organisation
    return row, organisation


def _decide(actor: Actor, row: JoinRequest, state: RequestState, note: str = "") -> None:
    if row.state != RequestState.ASKED:
        raise Conflict("request_over")
    row.state, row.note = state, storable(note)
    row.decided_by_id, row.decided_at = actor.user_id, clock.now()
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])
    record(actor, f"join.{state}", KIND, row.pk, {"organisation": str(row.organisation_id)})
