"""What the counterpart says: yes, yes later, or no because."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, Problems
from vidensbro.hub.introductions import announcements
from vidensbro.hub.introductions.models import AnswerLink, DeclineReason, Introduction, MeetingTime, State
from vidensbro.hub.introductions.rules import answer_introduction
from vidensbro.hub.introductions.services.feedback import tell_matches
from vidensbro.hub.introductions.services.introducing import introduce
from vidensbro.hub.introductions.services.links import (
    LinkGone,
    find,
    issue_further,
    secret_of,
    why_closed,
    why_unreadable,
)
from vidensbro.hub.introductions.services.rows import LONGEST_TEXT, cleaned, held, held_for, save
from vidensbro.hub.needs.models import State as NeedState

LATEST = timedelta(days=366)
"""How far ahead a "yes, later" may lie."""
ANSWERS = ("yes", "later", "no")


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers: somebody signed in, or the holder of a link to the introduction.

    With `via_link` the caller has opened the link (`open_link`, `read_link`); `person_id` is then the person whom
    the introduction names, None when it names an organisation.
    """

    actor: Actor
    via_link: bool = False
    person_id: uuid.UUID | None = None


def open_link(token: str) -> tuple[AnswerLink, Introduction]:
    """The link with this token, as long as somebody can answer with it. Writes nothing.

    Raises:
        LinkGone (a NotFound): it is unknown, used or expired, or there is nothing to answer any more.
    """
    link = find(token)
    row = link.introduction
    if reason := why_closed(link, row) or ("withdrawn" if row.need.state == NeedState.CLOSED else ""):
        raise LinkGone(reason)
    return link, row


def read_link(token: str) -> tuple[AnswerLink, Introduction]:
    """The link with this token, as long as somebody can answer with it, or read on after the answer.

    Writes nothing.

    Raises:
        LinkGone (a NotFound): it is unknown, used or past its time, or the introduction is over.
    """
    link = find(token)
    row = link.introduction
    gone = row.state == State.ASKED and row.need.state == NeedState.CLOSED
    if reason := why_unreadable(link, row) or ("withdrawn" if gone else ""):
        raise LinkGone(reason)
    return link, row


@transaction.atomic
def accept(
    by: Answerer, introduction_id: uuid.UUID | str, *, time_id: int | None = None, note: str = ""
) -> Introduction:
    """Yes. With the owner's yes there already, both are introduced at once.

    Raises:
        NotFound, Denied; Conflict: "answered", "expired", "withdrawn" or "need_gone"; Invalid: a time that is not
        on offer.
    """
    return _accept(by, _answerable(by, introduction_id), time_id, note)


@transaction.atomic
def postpone(by: Answerer, introduction_id: uuid.UUID | str, until: date, note: str = "") -> Introduction:
    """Yes, later: the request stays open, and is put again on that day. Raises as `accept` does."""
    return _postpone(by, _answerable(by, introduction_id), until, note)


@transaction.atomic
def decline(
    by: Answerer, introduction_id: uuid.UUID | str, reason: str, note: str = "", referral: str = ""
) -> Introduction:
    """No, because; `referral` says whom else to ask. Raises as `accept` does."""
    return _decline(by, _answerable(by, introduction_id), reason, note, referral)


def answer_by_link(
    token: str,
    answer: str,
    *,
    time_id: int | None = None,
    until: date | None = None,
    reason: str = "",
    note: str = "",
    referral: str = "",
) -> Introduction:
    """Answer "yes", "later" or "no" with a link. A link answers once, whoever else uses it at the same moment.

    Raises:
        LinkGone (a NotFound): the link is unknown or past its time.
        Conflict: it was used, or the request was answered otherwise ("answered"), withdrawn or has expired.
        Invalid: the answer is not one of the three, or lacks what it needs.
    """
    if answer not in ANSWERS:
        raise Invalid({"answer": ("invalid_choice",)})
    secret_of(token)  # refuses what was made up, before there is a transaction
    with transaction.atomic():
        row = _spent(token)
        if answer == "yes":
            return _accept(_holder(row), row, time_id, note)
        if answer == "later":
            return _postpone(_holder(row), row, until, note)
        return _decline(_holder(row), row, reason, note, referral)


def _spent(token: str) -> Introduction:
    """The introduction of a link, locked, with the link used up. Raises LinkGone, Conflict as `answer_by_link`."""
    row = held(find(token).introduction_id)
    link = find(token)  # once more, now that the introduction is locked: another may have used it meanwhile
    closed = why_closed(link, row)
    if closed == "expired":
        raise LinkGone(closed)
    if closed:
        raise Conflict("answered" if closed == "used" else closed)
    _check_need(row)
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    return row


def _holder(row: Introduction) -> Answerer:
    return Answerer(VISITOR, via_link=True, person_id=row.person_id)


def held_by_answerer(by: Answerer, introduction_id: uuid.UUID | str) -> Introduction:
    """The introduction, locked, for its counterpart. Raises NotFound, Denied."""
    if not by.via_link:
        return held_for(by.actor, introduction_id, answer_introduction)
    row = held(introduction_id)
    if row.person_id != by.person_id:
        raise Denied("not_asked")
    return row


def _answerable(by: Answerer, introduction_id: uuid.UUID | str) -> Introduction:
    row = held_by_answerer(by, introduction_id)
    if row.state == State.ASKED:
        _check_need(row)
        if row.expires_at is None or row.expires_at <= clock.now():
            raise Conflict("expired")
        return row
    known = {State.EXPIRED: "expired", State.WITHDRAWN: "withdrawn", State.DRAFTED: "not_asked_yet"}
    raise Conflict(known.get(State(row.state), "answered"))


def _check_need(row: Introduction) -> None:
    if row.need.state == NeedState.CLOSED:
        raise Conflict("need_gone")


def _accept(by: Answerer, row: Introduction, time_id: int | None, note: str) -> Introduction:
    chosen = _time(row, time_id)
    row.state, row.answered_at, row.escalated_at = State.ACCEPTED, clock.now(), None
    row.note = _kept(note, "note")
    if chosen is not None:
        chosen.chosen = True
        chosen.save(update_fields=["chosen"])
    details = _how(by, time=time_id is not None)
    if row.agreed_at is not None:
        record(by.actor, "introduction.accepted", "introduction", row.pk, details)
        return introduce(by.actor, row)
    save(by.actor, row, "introduction.accepted", details)
    announcements.answered(row)
    return row


def _postpone(by: Answerer, row: Introduction, until: date | None, note: str) -> Introduction:
    today = clock.today()
    problems = Problems()
    problems.check(until is not None, "until", "required")
    problems.check(until is None or until > today, "until", "not_future")
    problems.check(until is None or until <= today + LATEST, "until", "too_late")
    problems.raise_if_any()
    assert until is not None
    row.postponed_until, row.note = until, _kept(note, "note")
    row.expires_at = datetime.combine(until, time(12), UTC) + timedelta(days=settings.VIDENSBRO_ASK_DAYS)
    row.reminded_at = row.escalated_at = None
    save(by.actor, row, "introduction.postponed", _how(by, until=until.isoformat()))
    announcements.answered(row)
    return row


def _decline(by: Answerer, row: Introduction, reason: str, note: str, referral: str) -> Introduction:
    if reason not in DeclineReason.values:
        raise Invalid({"reason": ("invalid_choice" if reason else "required",)})
    moment = clock.now()
    row.state, row.reason, row.answered_at, row.ended_at = State.DECLINED, reason, moment, moment
    row.note, row.referral = _kept(note, "note"), _kept(referral, "referral")
    save(by.actor, row, "introduction.declined", _how(by, reason=reason))
    tell_matches(row)
    announcements.answered(row)
    return row


def _time(row: Introduction, time_id: int | None) -> MeetingTime | None:
    if time_id is None:
        return None
    chosen = row.times.filter(pk=time_id, starts__gt=clock.now()).first()
    if chosen is None:
        raise Invalid({"time": ("invalid_choice",)})
    return chosen


def _kept(text: str, column: str) -> str:
    text = cleaned(text)
    if len(text) > LONGEST_TEXT:
        raise Invalid({column: ("max_length",)})
    return text


def _how(by: Answerer, **details: Any) -> dict[str, Any]:
    return {**details, "by_link": True} if by.via_link else details


@transaction.atomic
def choose_time(by: Answerer, introduction_id: uuid.UUID | str, time_id: int) -> Introduction:
    """Choose one of the times on offer after having said yes. Both sides get the meeting once they are introduced.

    Raises:
        NotFound, Denied; Conflict: "not_accepted", "time_chosen"; Invalid: a time that is not on offer.
    """
    row = held_by_answerer(by, introduction_id)
    if row.state not in {State.ACCEPTED, State.INTRODUCED}:
        raise Conflict("not_accepted")
    if row.times.filter(chosen=True).exists():
        raise Conflict("time_chosen")
    chosen = _time(row, time_id)
    assert chosen is not None
    chosen.chosen = True
    chosen.save(update_fields=["chosen"])
    record(by.actor, "introduction.time_chosen", "introduction", row.pk)
    announcements.time_chosen(row, issue_further(row) if row.state == State.INTRODUCED else "")
    return row
