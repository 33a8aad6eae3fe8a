"""Disclosing a need step by step: teaser, description, identity, documents; each asked, agreed and noted."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.introductions import announcements
from vidensbro.hub.introductions.models import (
    AnswerLink,
    ConfidentialityAcceptance,
    Disclosure,
    Introduction,
    Stage,
    State,
)
from vidensbro.hub.introductions.rules import decide_introduction
from vidensbro.hub.introductions.services.answering import Answerer, held_by_answerer
from vidensbro.hub.introductions.services.links import issue_further
from vidensbro.hub.introductions.services.rows import cleaned, held_for
from vidensbro.hub.introductions.showing import (
    STAGES,
    Shown,
    at_least,
    has_something_to_show,
    next_stage,
    shown,
    stage_of,
    starting_stage,
)

_ONGOING = (State.ASKED, State.ACCEPTED, State.INTRODUCED)
LONGEST_NAME = 200


def terms() -> str:
    """The confidentiality agreement that is accepted before a step that needs one, in the reader's language."""
    return _(
        "I will use what I am shown of this need only to judge whether and how I can help, keep it to myself and to "
        "those in my organisation who must know it for that, and not pass it on. This does not cover what I knew "
        "already, what is public or becomes so without my doing, or what I must disclose by law. It holds for three "
        "years from today, also if nothing comes of it."
    )


@transaction.atomic
def ask_for(by: Answerer, introduction_id: uuid.UUID | str, stage: str) -> Disclosure:
    """Ask to be shown the next stage. For the counterpart.

    Raises:
        NotFound, Denied; Invalid: no such stage; Conflict: "not_open", "already_shown", "step_skipped" (one before
        it is not disclosed yet), "already_asked_for".
    """
    row = held_by_answerer(by, introduction_id)
    _check_step(row, stage)
    waiting = row_of(row, stage)
    if waiting is not None:
        raise Conflict("already_asked_for")
    found = Disclosure.objects.create(introduction=row, stage=stage, asked_at=clock.now())
    details = {"stage": stage, **({"by_link": True} if by.via_link else {})}
    record(by.actor, "introduction.disclosure_asked", "introduction", row.pk, details)
    announcements.disclosure_asked(row, found)
    return found


@transaction.atomic
def offer(
    actor: Actor, introduction_id: uuid.UUID | str, stage: str, *, needs_confidentiality: bool = False
) -> Disclosure:
    """Disclose the next stage unasked. For the owner's side. Raises as `ask_for` does."""
    row = held_for(actor, introduction_id, decide_introduction)
    _check_step(row, stage)
    asked = row_of(row, stage)
    if asked is not None and asked.agreed:
        raise Conflict("already_decided")
    found = asked or Disclosure(introduction=row, stage=stage, asked_at=clock.now())
    return _decided(actor, row, found, True, needs_confidentiality, unasked=asked is None)


@transaction.atomic
def decide(
    actor: Actor, disclosure_id: int, agreed: bool, *, needs_confidentiality: bool = False
) -> Disclosure:
    """Agree to a step that was asked for, or refuse it; perhaps only once a confidentiality agreement is accepted.

    For the owner's side: not even the secretariat decides what of a sealed need others see.

    Raises:
        NotFound, Denied; Conflict: "already_decided", "not_open".
    """
    row, found = _held_step(disclosure_id, actor)
    if found.agreed is not None:
        raise Conflict("already_decided")
    return _decided(actor, row, found, agreed, needs_confidentiality and agreed)


@transaction.atomic
def accept_confidentiality(
    by: Answerer, disclosure_id: int, name: str, *, link: AnswerLink | None = None
) -> ConfidentialityAcceptance:
    """Accept the confidentiality agreement, by name, before the step that needs it. For the counterpart.

    The text is kept as it was shown (`terms` in the language that is active), with the time.

    Raises:
        NotFound, Denied; Invalid: no name; Conflict: "nothing_to_accept", "already_accepted", "not_open".
    """
    found = Disclosure.objects.filter(pk=disclosure_id).first()
    # Whoever holds a link to one introduction accepts nothing for another, also where both ask an organisation.
    if found is None or (link is not None and link.introduction_id != found.introduction_id):
        raise NotFound("disclosure", disclosure_id)
    row = held_by_answerer(by, found.introduction_id)
    found = Disclosure.objects.get(pk=disclosure_id)  # once more, now that the introduction is locked
    name = cleaned(name)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid({"name": ("max_length" if name else "required",)})
    if row.state not in _ONGOING:
        raise Conflict("not_open")
    if not (found.agreed and found.needs_confidentiality):
        raise Conflict("nothing_to_accept")
    if ConfidentialityAcceptance.objects.filter(disclosure=found).exists():
        raise Conflict("already_accepted")
    accepted = ConfidentialityAcceptance.objects.create(
        disclosure=found, name=name, at=clock.now(), terms=terms(), user_id=by.actor.user_id, link=link
    )
    details = {"stage": found.stage, **({"by_link": True} if by.via_link else {})}
    record(by.actor, "introduction.confidentiality_accepted", "introduction", row.pk, details)
    return accepted


def row_of(row: Introduction, stage: str) -> Disclosure | None:
    """The step of this stage that is waiting or was agreed to, if there is one."""
    return Disclosure.objects.filter(introduction=row, stage=stage).exclude(agreed=False).first()


def steps(row: Introduction) -> list[Disclosure]:
    """Everything that was asked and decided, the oldest first, with acceptances. One query."""
    rows = Disclosure.objects.filter(introduction=row).select_related("acceptance", "decided_by")
    return list(rows.order_by("asked_at", "pk"))


def _check_step(row: Introduction, stage: str) -> None:
    if stage not in STAGES:
        raise Invalid({"stage": ("invalid_choice",)})
    if row.state not in _ONGOING:
        raise Conflict("not_open")
    now = stage_of(row)
    if at_least(now, stage):
        raise Conflict("already_shown")
    if next_stage(now) != stage:
        raise Conflict("step_skipped")


def _held_step(disclosure_id: int, actor: Actor) -> tuple[Introduction, Disclosure]:
    found = Disclosure.objects.filter(pk=disclosure_id).first()
    if found is None:
        raise NotFound("disclosure", disclosure_id)
    row = held_for(actor, found.introduction_id, decide_introduction)
    if row.state not in _ONGOING:
        raise Conflict("not_open")
    return row, Disclosure.objects.get(pk=disclosure_id)


def _decided(
    actor: Actor,
    row: Introduction,
    found: Disclosure,
    agreed: bool,
    needs_confidentiality: bool,
    *,
    unasked: bool = False,
) -> Disclosure:
    found.agreed, found.decided_at, found.decided_by_id = agreed, clock.now(), actor.user_id
    found.needs_confidentiality = needs_confidentiality
    found.save()
    details = {"stage": found.stage, "agreed": agreed, "needs_confidentiality": needs_confidentiality}
    record(actor, "introduction.disclosure_decided", "introduction", row.pk, details)
    announcements.disclosure_decided(row, found, issue_further(row), unasked=unasked)
    return found


__all__ = [
    "STAGES",
    "Shown",
    "Stage",
    "accept_confidentiality",
    "ask_for",
    "at_least",
    "decide",
    "has_something_to_show",
    "next_stage",
    "offer",
    "row_of",
    "shown",
    "stage_of",
    "starting_stage",
    "steps",
    "terms",
]
