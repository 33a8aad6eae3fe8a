"""The owner's yes, and what follows when both have said it."""

from __future__ import annotations

import uuid

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid
from vidensbro.hub.introductions import announcements
from vidensbro.hub.introductions.models import Introduction, Outcome, State
from vidensbro.hub.introductions.rules import (
    decide_introduction,
    request_introduction,
    see_introduction,
)
from vidensbro.hub.introductions.services.feedback import tell_matches
from vidensbro.hub.introductions.services.links import issue_further
from vidensbro.hub.introductions.services.rows import LONGEST_TEXT, cleaned, held, held_for, save


@transaction.atomic
def agree(actor: Actor, introduction_id: uuid.UUID | str) -> Introduction:
    """The owner's yes to what the secretariat asked on the owner's behalf.

    Where no account stands behind the need (it belongs to an organisation without a coordinator), the secretariat
    notes the yes that it was given.

    Raises:
        NotFound, Denied; Conflict: "already_agreed", or it is not open any more ("not_open").
    """
    row = held(introduction_id)
    if not (actor.is_secretariat and see_introduction.allows(actor, row) and not _somebody_owns(row)):
        decide_introduction.require(actor, row, see=see_introduction)
    if row.agreed_at is not None:
        raise Conflict("already_agreed")
    if row.state not in {State.ASKED, State.ACCEPTED}:
        raise Conflict("not_open")
    row.agreed_at = clock.now()
    if row.state == State.ASKED:
        save(actor, row, "introduction.agreed")
        return row
    return introduce(actor, row)


@transaction.atomic
def close(actor: Actor, introduction_id: uuid.UUID | str, outcome: str, note: str = "") -> Introduction:
    """Say what became of it: they met, or they did not. For the owner's side and the secretariat.

    Raises:
        NotFound, Denied; Conflict: they have not been introduced ("not_introduced"); Invalid: no such outcome.
    """
    row = held_for(actor, introduction_id, request_introduction)
    if row.state != State.INTRODUCED:
        raise Conflict("not_introduced")
    if outcome not in Outcome.values:
        raise Invalid({"outcome": ("invalid_choice" if outcome else "required",)})
    note = cleaned(note)
    if len(note) > LONGEST_TEXT:
        raise Invalid({"note": ("max_length",)})
    row.state, row.outcome, row.closing, row.ended_at = State.CLOSED, outcome, note, clock.now()
    save(actor, row, "introduction.closed", {"outcome": outcome})
    tell_matches(row)
    return row


def introduce(actor: Actor, row: Introduction) -> Introduction:
    """Introduce those who have both said yes. Call with the row locked, inside the transaction of the second yes."""
    row.state, row.introduced_at = State.INTRODUCED, clock.now()
    save(actor, row, "introduction.introduced")
    tell_matches(row)
    announcements.introduced(row, issue_further(row))
    return row


def _somebody_owns(row: Introduction) -> bool:
    """Is there an account that speaks for the owner of the need?"""
    if row.need.owner is not None and row.need.owner.is_active:
        return True
    place = row.need.organisation
    return place is not None and place.memberships.filter(role="coordinator", user__is_active=True).exists()
