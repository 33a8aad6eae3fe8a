"""Asking for an introduction: drafted, then asked, perhaps withdrawn."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, Problems
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.introductions import announcements, conflicts, protection, showing
from vidensbro.hub.introductions.models import Introduction, MeetingTime, State
from vidensbro.hub.introductions.queries.counterparts import Counterpart, choose
from vidensbro.hub.introductions.rules import broker_introduction, decide_introduction, request_introduction
from vidensbro.hub.introductions.services.links import issue, issue_further
from vidensbro.hub.introductions.services.rows import LONGEST_TEXT, cleaned, held_for, save
from vidensbro.hub.matches import queries as matches
from vidensbro.hub.matches.evidence import evidence_to_json
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import State as NeedState

MOST_TIMES = 8
LONGEST_MEETING = timedelta(hours=8)
Times = Sequence[tuple[datetime, datetime]]


@transaction.atomic
def draft(
    actor: Actor,
    need_id: uuid.UUID | str,
    *,
    person_id: uuid.UUID | str | None = None,
    organisation_id: uuid.UUID | str | None = None,
    match_key: str = "",
    message: str = "",
    minutes: int = 30,
    times: Times = (),
) -> Introduction:
    """Begin a request to be introduced, from a match or to somebody known. Nobody is asked yet.

    The counterpart is the person or organisation named; of a match (`match_key`, "kind:id") it must be one that
    stands behind it, and need not be named where there is only one. The match's title, score and evidence are kept
    as they are shown to the actor now.

    Raises:
        NotFound, Denied: the need is not there for the actor, or not the actor's; so for the counterpart.
        Conflict: "need_not_posted", "match_gone", "already_asked" (one is open for this need and counterpart).
        Invalid: nobody is named, several could be meant, or a value that cannot be stored.
    """
    need = needs.need(actor, need_id)
    if not (answer := needs.may_see_matches(actor, need)):
        raise Denied(answer.reason)
    if need.state not in {NeedState.POSTED, NeedState.ANSWERED}:
        raise Conflict("need_not_posted")
    to = choose(actor, match_key, person_id=person_id, organisation_id=organisation_id)
    row = Introduction(
        need=need,
        person_id=to.person_id,
        organisation_id=to.organisation_id,
        requested_by_id=actor.user_id,
        message=_message(message),
        minutes=minutes,
    )
    row.on_behalf = not _is_owners_side(actor, row)
    row.broker_id = actor.user_id if row.on_behalf else None
    _keep_evidence(actor, row, match_key)
    _create(actor, row, to)
    _replace_times(row, times)
    return row


@transaction.atomic
def edit(
    actor: Actor,
    introduction_id: uuid.UUID | str,
    *,
    message: str | None = None,
    minutes: int | None = None,
    times: Times | None = None,
) -> Introduction:
    """Change a draft. Raises NotFound, Denied, Invalid; Conflict: it has been asked ("not_drafted")."""
    row = held_for(actor, introduction_id, request_introduction)
    if row.state != State.DRAFTED:
        raise Conflict("not_drafted")
    if message is not None:
        row.message = _message(message)
    if minutes is not None:
        row.minutes = minutes
    save(actor, row, "introduction.edited")
    if times is not None:
        _replace_times(row, times)
    return row


@transaction.atomic
def ask(actor: Actor, introduction_id: uuid.UUID | str, *, override: str = "") -> Introduction:
    """Ask the counterpart. When the owner's side asks, that is the owner's yes.

    What stands between the two sides stops it; the secretariat may go on all the same, with a note in `override`
    that says why (it is kept in the audit record). The time of the person asked is protected: not even the
    secretariat asks one who is full or wants quiet.

    Raises:
        NotFound, Denied, Invalid; Conflict: "not_drafted", "need_not_posted", the code of a conflict of interest
        (`conflicts.HARD`), or "person_full", "person_quiet", "person_hidden", "no_address".
    """
    row = held_for(actor, introduction_id, request_introduction)
    if row.state != State.DRAFTED:
        raise Conflict("not_drafted")
    if row.need.state not in {NeedState.POSTED, NeedState.ANSWERED}:
        raise Conflict("need_not_posted")
    if not row.message and not showing.has_something_to_show(row):
        raise Invalid({"message": ("required",)})
    overridden = _weigh_conflicts(actor, row, cleaned(override))
    digest = protection.take_turn(row)
    moment = clock.now()
    row.state, row.asked_at = State.ASKED, moment
    row.expires_at = moment + timedelta(days=settings.VIDENSBRO_ASK_DAYS + (7 if digest else 0))
    row.on_behalf = not _is_owners_side(actor, row)
    row.agreed_at = None if row.on_behalf else moment
    save(actor, row, "introduction.asked", {"overridden": overridden} if overridden else None)
    announcements.asked(row, "" if digest else issue(row))
    return row


@transaction.atomic
def withdraw(actor: Actor, introduction_id: uuid.UUID | str, note: str = "") -> Introduction:
    """Take a request back before the two have been introduced. For the owner's side and the secretariat.

    Raises:
        NotFound, Denied; Conflict: it is over ("not_open"), or they know each other already ("introduced").
    """
    row = held_for(actor, introduction_id, request_introduction)
    if row.state == State.INTRODUCED:
        raise Conflict("introduced")
    if row.state not in {State.DRAFTED, State.ASKED, State.ACCEPTED}:
        raise Conflict("not_open")
    asked = row.state != State.DRAFTED
    row.state, row.closing, row.ended_at = State.WITHDRAWN, _message(note), clock.now()
    save(actor, row, "introduction.withdrawn")
    if asked:
        announcements.withdrawn(row)
    return row


@transaction.atomic
def request_times(actor: Actor, introduction_id: uuid.UUID | str, times: Times) -> Introduction:
    """Offer (other) times for a first meeting, as long as none is chosen. For the owner's side and the secretariat.

    A counterpart who has said yes is told; one who has not answered finds them with the request.

    Raises:
        NotFound, Denied, Invalid; Conflict: "time_chosen", or it is over ("not_open").
    """
    row = held_for(actor, introduction_id, request_introduction)
    if row.state not in {State.DRAFTED, State.ASKED, State.ACCEPTED, State.INTRODUCED}:
        raise Conflict("not_open")
    if row.times.filter(chosen=True).exists():
        raise Conflict("time_chosen")
    if sorted(times) == sorted(row.times.values_list("starts", "ends")):
        return row
    _replace_times(row, times)
    record(actor, "introduction.times_offered", "introduction", row.pk, {"times": len(times)})
    if times and row.state in {State.ACCEPTED, State.INTRODUCED}:
        announcements.times_offered(row, issue_further(row))
    return row


@transaction.atomic
def assign_broker(
    actor: Actor, introduction_id: uuid.UUID | str, user_id: uuid.UUID | str | None
) -> Introduction:
    """Hand an introduction to a colleague in the secretariat, or to nobody (None). For the secretariat.

    Raises:
        NotFound, Denied; Invalid: the user is not of the secretariat.
    """
    row = held_for(actor, introduction_id, broker_introduction)
    broker = User.objects.filter(pk=key_of(user_id), is_active=True).first() if user_id else None
    if user_id and (broker is None or broker.role != Role.SECRETARIAT):
        raise Invalid({"broker": ("invalid_choice",)})
    row.broker = broker
    save(actor, row, "introduction.assigned", {"broker": str(broker.pk) if broker else ""})
    return row


def _is_owners_side(actor: Actor, row: Introduction) -> bool:
    """Is this somebody who can say yes for the owner, rather than the secretariat (or a job) on its behalf?"""
    return not actor.system and bool(decide_introduction.allows(actor, row))


def _create(actor: Actor, row: Introduction, to: Counterpart) -> None:
    try:
        with transaction.atomic():
            save(actor, row, "introduction.drafted", {"need": str(row.need_id), "to": to.key})
    except (IntegrityError, Invalid) as error:
        if isinstance(error, IntegrityError) or _doubled(error):
            raise Conflict("already_asked") from error
        raise


def _doubled(error: Invalid) -> bool:
    """Is it the one open request per need and counterpart that stands in the way?"""
    once = {"introduction_person_once_open", "introduction_organisation_once_open"}
    return bool(once.intersection(error.problems.get("", ())))


def _keep_evidence(actor: Actor, row: Introduction, match_key: str) -> None:
    if not match_key:
        return
    found = matches.matches_of(actor, row.need_id).matches
    match = next((one for one in found if f"{one.kind}:{one.id}" == match_key), None)
    if match is None:
        raise Conflict("match_gone")
    row.match_key, row.match_title, row.match_score = match_key, match.title, match.score
    row.evidence = evidence_to_json(match.evidence)


def _weigh_conflicts(actor: Actor, row: Introduction, override: str) -> dict[str, Any]:
    """What was overridden, for the record. Raises Conflict for what was not."""
    hard = [one for one in conflicts.of_introduction(row) if one.hard]
    if not hard:
        return {}
    if not override or not broker_introduction.allows(actor, row):
        raise Conflict(hard[0].code)
    if len(override) > LONGEST_TEXT:
        raise Invalid({"override": ("max_length",)})
    return {"codes": sorted({one.code for one in hard}), "note": override}


def _message(text: str) -> str:
    text = cleaned(text)
    if len(text) > LONGEST_TEXT:
        raise Invalid({"message": ("max_length",)})
    return text


def _replace_times(row: Introduction, times: Times) -> None:
    problems = Problems()
    problems.check(len(times) <= MOST_TIMES, "times", "too_many")
    problems.check(len({start for start, _ in times}) == len(times), "times", "same")
    for start, end in times:
        problems.check(start < end <= start + LONGEST_MEETING, "times", "meeting_time_in_order")
        problems.check(start > clock.now(), "times", "not_future")
    problems.raise_if_any()
    row.times.all().delete()
    MeetingTime.objects.bulk_create(
        MeetingTime(introduction=row, starts=start, ends=end) for start, end in sorted(times)
    )
