"""One introduction, from the side of its reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.introductions import addresses, conflicts, disclosure, meetings, queries, wording
from vidensbro.hub.introductions.models import Disclosure, Introduction, MeetingTime, Stage, State
from vidensbro.hub.introductions.presenters.handing import (
    FileView,
    Handing,
    file_views,
    handing,
    load_of,
    may_offer_times,
)
from vidensbro.hub.introductions.presenters.lists import state_label
from vidensbro.hub.introductions.showing import Shown
from vidensbro.hub.matches import presenters as matches
from vidensbro.hub.matches import queries as match_queries
from vidensbro.hub.matches import wording as match_wording

TOGETHER = (State.INTRODUCED, State.CLOSED)
"""States in which both sides know how to reach each other."""


@dataclass(frozen=True, slots=True)
class TimeView:
    """A time that was offered; `value` names it in a form."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Day:
    """When something happened."""

    label: str
    when: datetime


@dataclass(frozen=True, slots=True)
class ContactView:
    """How one side is reached, and which side it is."""

    role: str
    name: str
    places: tuple[str, ...]
    addresses: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of disclosure: what was asked for, what became of it. `open` waits for the owner."""

    pk: int
    label: str
    facts: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """A confidentiality agreement that waits for the counterpart."""

    pk: int
    label: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ShownView:
    """What the counterpart may read of the need, ready for a page."""

    teaser: str
    title: str
    text: str
    language: str
    organisation: str
    owner: str
    documents: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One introduction for a page. What one side may not see is empty in its view."""

    other: str
    state: str
    state_label: str
    sentence: str
    facts: tuple[str, ...]
    shown: ShownView
    times: tuple[TimeView, ...]
    contacts: tuple[ContactView, ...] = ()
    meeting: str = ""
    may: frozenset[str] = frozenset()
    days: tuple[Day, ...] = ()
    answer: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    agree: bool = False
    disclosures: tuple[Step, ...] = ()
    reservations: tuple[str, ...] = ()
    override: bool = False
    handing: Handing | None = None
    broker: str = ""
    load: str = ""
    open: bool = False
    because: str = ""
    next_stage: Stage | None = None
    waiting: str = ""
    terms: Terms | None = None


def owner_view(actor: Actor, row: Introduction) -> View:
    """For the owner's side and the secretariat."""
    decides = bool(queries.may_decide(actor, row))
    between = conflicts.of_introduction(row) if row.state == State.DRAFTED else []
    together = row.state in TOGETHER
    return View(
        other=addresses.counterpart_name(row),
        state=row.state,
        state_label=state_label(row),
        sentence=wording.sentence(row, owner_side=True),
        facts=(_("asked on the owner's behalf"),) if row.on_behalf else (),
        shown=shown_view(disclosure.shown(row)),
        times=_times(row.times.all()),
        contacts=_contacts(row) if together else (),
        meeting=_meeting(row) if together else "",
        may=_owner_moves(actor, row),
        days=_days(row),
        answer=_answer(row),
        ending=_ending(row),
        agree=row.agreed_at is None
        and row.state in {State.ASKED, State.ACCEPTED}
        and (decides or _speaks_for_nobody(actor, row)),
        disclosures=tuple(_step(one, decides) for one in disclosure.steps(row)),
        reservations=tuple(wording.conflict(one) for one in between),
        override=any(one.hard for one in between) and bool(queries.may_broker(actor, row)),
        handing=handing(actor, row),
        broker=str(row.broker) if row.broker is not None else "",
        load=load_of(actor, row),
    )


def counterpart_view(row: Introduction, token: str = "") -> View:
    """For whoever was asked: signed in, or by the link with this secret."""
    told = disclosure.shown(row)
    together = row.state in TOGETHER
    steps = disclosure.steps(row)
    going = row.state in {State.ASKED, State.ACCEPTED, State.INTRODUCED}
    waiting = next((one for one in steps if one.agreed is None), None)
    terms = next((one for one in steps if _waits_for_acceptance(one)), None)
    further = disclosure.next_stage(told.stage) if going and waiting is None and terms is None else None
    return View(
        other=addresses.counterpart_name(row),
        state=row.state,
        state_label=state_label(row),
        sentence=wording.sentence(row, owner_side=False),
        facts=(),
        shown=shown_view(told, token),
        times=_times(row.times.all()),
        contacts=_contacts(row) if together else (),
        meeting=_meeting(row) if together else "",
        open=row.state == State.ASKED,
        because=row.match_title if told.title or told.text else "",
        next_stage=further,
        waiting=str(Stage(waiting.stage).label) if waiting is not None and going else "",
        terms=_terms(terms) if terms is not None and going else None,
    )


def evidence_groups(actor: Actor, row: Introduction) -> list[matches.Group]:
    """The match that the introduction was requested from, as it was kept; empty without one."""
    if not row.match_key or not row.evidence:
        return []
    kept = match_queries.kept_match(
        actor, row.match_key, row.match_title, row.match_score or 0.0, row.evidence
    )
    view = matches.view(kept.matches[0], kept.rows)
    return [matches.Group(view.kind, match_wording.kind_plural(view.kind), (view,), ())]


def shown_view(told: Shown, token: str = "") -> ShownView:
    """What a counterpart may read, with names in the page's language; files by the link with this secret, if any."""
    return ShownView(
        teaser=told.teaser,
        title=told.title,
        text=told.text,
        language=told.language,
        organisation=organisation_name(told.organisation) if told.organisation is not None else "",
        owner=told.owner,
        documents=file_views(told.documents, token),
    )


def future_times(row: Introduction) -> list[tuple[str, str]]:
    """The times that can still be chosen, as choices of a form."""
    moment = clock.now()
    return [(str(one.pk), wording.time_label(one)) for one in row.times.all() if one.starts > moment]


def _speaks_for_nobody(actor: Actor, row: Introduction) -> bool:
    """Does no account stand behind the need, so that the secretariat notes the yes that it was given?"""
    own = addresses.owner_recipients(row)
    return bool(queries.may_broker(actor, row)) and all(one.user_id is None for one in own)


def _times(rows: Iterable[MeetingTime]) -> tuple[TimeView, ...]:
    return tuple(TimeView(str(one.pk), wording.time_label(one), one.chosen) for one in rows)


def _contacts(row: Introduction) -> tuple[ContactView, ...]:
    sides = (
        (_("The owner of the need"), addresses.owner_contact(row)),
        (_("Who was asked"), addresses.counterpart_contact(row)),
    )
    return tuple(ContactView(role, one.name, one.places, one.addresses, one.lines) for role, one in sides)


def _meeting(row: Introduction) -> str:
    time = meetings.chosen(row)
    return wording.time_label(time) if time is not None else ""


def _owner_moves(actor: Actor, row: Introduction) -> frozenset[str]:
    if not queries.may_request(actor, row):
        return frozenset()
    moves = {
        State.DRAFTED: {"ask", "edit", "withdraw"},
        State.ASKED: {"withdraw"},
        State.ACCEPTED: {"withdraw"},
        State.INTRODUCED: {"close"},
    }
    times = {"times"} if may_offer_times(row) else set()
    return frozenset(moves.get(State(row.state), set()) | times)


def _days(row: Introduction) -> tuple[Day, ...]:
    moments = (
        (_("Written"), row.created),
        (_("Asked"), row.asked_at),
        (_("Reminded"), row.reminded_at),
        (_("Broker called in"), row.escalated_at),
        (_("Owner agreed"), row.agreed_at if row.on_behalf else None),
        (pgettext("of a request", "Answered"), row.answered_at),
        (_("Introduced"), row.introduced_at),
        (_("Ended"), row.ended_at),
    )
    return tuple(Day(label, when) for label, when in moments if when is not None)


def _answer(row: Introduction) -> tuple[str, ...]:
    if row.answered_at is None and row.postponed_until is None:
        return ()
    referral = _("Perhaps instead: %(whom)s") % {"whom": row.referral} if row.referral else ""
    reason = str(row.get_reason_display()).capitalize() if row.reason else ""
    return tuple(part for part in (reason, row.note, referral) if part)


def _ending(row: Introduction) -> tuple[str, ...]:
    """What became of it, in the words of the owner's side."""
    outcome = str(row.get_outcome_display()).capitalize() if row.outcome else ""
    return tuple(part for part in (outcome, row.closing) if part)


def _step(one: Disclosure, decides: bool) -> Step:
    if one.agreed is None:
        told = _("asked for %(day)s") % {"day": _day(one.asked_at)}
    elif one.agreed:
        told = _("agreed %(day)s") % {"day": _day(one.decided_at)}
    else:
        told = _("refused %(day)s") % {"day": _day(one.decided_at)}
    facts = [told]
    if one.needs_confidentiality:
        acceptance = getattr(one, "acceptance", None)
        facts.append(
            _("confidentiality agreement accepted by %(name)s on %(day)s")
            % {"name": acceptance.name, "day": _day(acceptance.at)}
            if acceptance is not None
            else _("confidentiality agreement not accepted yet")
        )
    return Step(one.pk, str(Stage(one.stage).label), tuple(facts), one.agreed is None and decides)


def _waits_for_acceptance(one: Disclosure) -> bool:
    return bool(one.agreed) and one.needs_confidentiality and getattr(one, "acceptance", None) is None


def _terms(one: Disclosure) -> Terms:
    return Terms(one.pk, str(Stage(one.stage).label), disclosure.terms(), get_language() or "en")


def _day(moment: datetime | None) -> str:
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT") if moment is not None else ""
