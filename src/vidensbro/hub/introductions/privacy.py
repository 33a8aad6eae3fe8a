"""What introductions keep about people: who was asked what and answered how, wishes, conflicts, acceptances."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.audit.purposes import ASKED, OTHER_SIDE, SECRETARIAT, THEMSELVES, USERS, Purpose, days
from vidensbro.hub.audit.traces import cutter, scrub
from vidensbro.hub.common import clock
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.directory.models import Person
from vidensbro.hub.introductions.models import (
    AnswerLink,
    AskPreference,
    ConfidentialityAcceptance,
    DeclaredConflict,
    Disclosure,
    Document,
    Introduction,
    State,
)
from vidensbro.hub.mail.privacy import empty_threads
from vidensbro.hub.needs.presenters import need_title

BINDS = timedelta(days=3 * 365 + 1)
"""For how long the confidentiality agreement holds (`disclosure.terms`)."""
_FURTHEST = (State.DRAFTED, State.ASKED, State.ACCEPTED, State.INTRODUCED)
_TEXTS = ("message", "note", "referral", "closing", "match_title")


class IntroductionsPart:
    """Requests to and by a person, what the person wishes, declared and accepted."""

    name = "introductions"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        people = [person.pk for person in _people(subject)]
        wishes = AskPreference.objects.filter(person__in=people)
        declared = DeclaredConflict.objects.filter(person__in=people).select_related("organisation", "other")
        accepted = ConfidentialityAcceptance.objects.filter(_accepted_by(subject, people))
        return {
            "asked_of_me": [_asked(row) for row in _rows(Q(person__in=people, asked_at__isnull=False))],
            "requested_by_me": [
                _requested(row) for row in _rows(Q(requested_by_id=subject.user_id or NO_ID))
            ],
            "contact_details_told_to": _told_to(subject, people),
            "wishes": [
                {
                    "per_month": row.per_month,
                    "quiet_from": _day(row.quiet_from),
                    "quiet_until": _day(row.quiet_until),
                    "digest": row.digest,
                }
                for row in wishes
            ],
            "declared_conflicts": [
                {"with": str(row.organisation or row.other), "note": row.note, "at": row.created.isoformat()}
                for row in declared
            ],
            "confidentiality": [
                {"name": row.name, "at": row.at.isoformat(), "terms": row.terms} for row in accepted
            ],
        }

    def erase(self, subject: Subject) -> int:
        """Nobody can tell any more who was asked or asked; that it happened is kept for the figures.

        What is under way ends. The name goes from every text and every piece of evidence.
        """
        people = _people(subject)
        ids = [person.pk for person in people]
        touched = ConfidentialityAcceptance.objects.filter(_accepted_by(subject, ids)).update(name="")
        mine = Q(person__in=ids) | Q(requested_by_id=subject.user_id or NO_ID)
        touched += empty_threads(
            f"introduction:{key}" for key in Introduction.objects.filter(mine).values_list("pk", flat=True)
        )
        touched += Document.objects.filter(added_by_id=subject.user_id or NO_ID).delete()[0]
        touched += _erase_asked(ids) + _erase_requested(subject)
        touched += _erase_names(subject.words)
        touched += scrub(DeclaredConflict.objects.all(), subject.words, ("note",))
        touched += AskPreference.objects.filter(person__in=ids).delete()[0]
        conflicts = DeclaredConflict.objects.filter(Q(person__in=ids) | Q(other__in=ids))
        return touched + conflicts.delete()[0]

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """Move what points to `gone`. Of two open requests for one need the one that is further stays open."""
        column = "person_id" if kind == "person" else "organisation_id"
        moved = _merge_introductions(column, kept, gone)
        if kind == "person":
            moved += _merge_wishes(kept, gone)
            moved += _merge_conflicts("person_id", ("organisation_id", "other_id"), kept, gone)
            moved += _merge_conflicts("other_id", ("person_id",), kept, gone)
            DeclaredConflict.objects.filter(person_id=kept, other_id=kept).delete()
            return moved
        return moved + _merge_conflicts("organisation_id", ("person_id",), kept, gone)


def _people(subject: Subject) -> list[Person]:
    named = Q(pk=subject.person_id or NO_ID)
    if subject.user_id:
        named |= Q(user_id=subject.user_id)
    return list(Person.objects.filter(named))


def _rows(condition: Q) -> Iterable[Introduction]:
    rows = Introduction.objects.filter(condition).select_related(
        "need__organisation", "need__owner", "person", "organisation"
    )
    return rows.order_by("created", "pk")


def _asked(row: Introduction) -> dict[str, Any]:
    """What somebody was asked, without what was never shown of the need, nor the owner's last words."""
    return {
        "id": str(row.pk),
        "asked": _moment(row.asked_at),
        "message": row.message,
        "minutes": row.minutes,
        "state": row.state,
        "answered": _moment(row.answered_at),
        "postponed_until": _day(row.postponed_until),
        "reason": row.reason,
        "note": row.note,
        "referral": row.referral,
        "introduced": _moment(row.introduced_at),
        "outcome": row.outcome,
        "disclosed": [
            {"stage": one.stage, "asked": one.asked_at.isoformat(), "agreed": one.agreed}
            for one in Disclosure.objects.filter(introduction=row).order_by("asked_at", "pk")
        ],
    }


def _requested(row: Introduction) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "need": need_title(row.need),
        "to": str(row.person or row.organisation or ""),
        "message": row.message,
        "created": _moment(row.created),
        "state": row.state,
        "closing": row.closing,
    }


def _told_to(subject: Subject, people: list[uuid.UUID]) -> list[dict[str, Any]]:
    """Who was told how the subject is reached, because both sides had said yes."""
    mine = Q(need__owner_id=subject.user_id) if subject.user_id else Q(pk__in=[])
    rows = _rows(Q(introduced_at__isnull=False) & (Q(person__in=people) | mine))
    return [
        {
            "who": str(row.need.organisation or row.need.owner or "")
            if row.person_id in people
            else str(row.person or row.organisation or ""),
            "when": _moment(row.introduced_at),
        }
        for row in rows
    ]


def _accepted_by(subject: Subject, people: list[uuid.UUID]) -> Q:
    return Q(user_id=subject.user_id or NO_ID) | Q(disclosure__introduction__person__in=people)


def _erase_asked(people: list[uuid.UUID]) -> int:
    rows = Introduction.objects.filter(person__in=people)
    gone = rows.filter(state=State.DRAFTED).delete()[0]
    moment = clock.now()
    rows.filter(state__in=[State.ASKED, State.ACCEPTED]).update(state=State.WITHDRAWN, ended_at=moment)
    ids = list(rows.values_list("pk", flat=True))
    anonymous = Introduction.objects.filter(pk__in=ids)
    for row in anonymous:
        gone += row.links.all().delete()[0] + row.times.all().delete()[0]
    empty = dict.fromkeys(_TEXTS, "")
    return gone + anonymous.update(person=None, match_key="", evidence={}, **empty)


def _erase_requested(subject: Subject) -> int:
    rows = Introduction.objects.filter(requested_by_id=subject.user_id or NO_ID)
    return rows.update(message="", requested_by=None)


def _erase_names(words: Iterable[str]) -> int:
    """Take names and addresses out of the texts and the evidence of other introductions."""
    cut = cutter(words)
    told = (
        ~Q(evidence={}) | ~Q(referral="") | ~Q(note="") | ~Q(closing="") | ~Q(message="") | ~Q(match_title="")
    )
    return sum(_without_name(row, cut) for row in Introduction.objects.filter(told).iterator())


def _without_name(row: Introduction, cut: Callable[[str], str]) -> int:
    changed = {column: cut(getattr(row, column)) for column in _TEXTS}
    written = json.dumps(row.evidence, ensure_ascii=False)
    evidence = _cut_json(row.evidence, cut)
    same = all(getattr(row, column) == text for column, text in changed.items())
    if same and json.dumps(evidence, ensure_ascii=False) == written:
        return 0
    return Introduction.objects.filter(pk=row.pk).update(evidence=evidence, **changed)


def _cut_json(value: Any, cut: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _passage(key, value, cut) for key in value}
    if isinstance(value, list):
        return [_cut_json(one, cut) for one in value]
    return cut(value) if isinstance(value, str) else value


def _passage(key: str, value: Mapping[str, Any], cut: Callable[[str], str]) -> Any:
    """Marks are places in the text beside them: with the text cut they would point elsewhere."""
    text = value.get("text")
    if key == "marks" and isinstance(text, str) and cut(text) != text:
        return []
    return _cut_json(value[key], cut)


def _merge_introductions(column: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
    open_rows = Introduction.objects.select_for_update(of=("self",)).filter(state__in=_FURTHEST)
    there = {row.need_id: row for row in open_rows.filter(**{column: kept})}
    for row in open_rows.filter(**{column: gone}):
        rival = there.get(row.need_id)
        if rival is None:
            continue
        _end(min(row, rival, key=lambda one: _FURTHEST.index(State(one.state))))
    return Introduction.objects.filter(**{column: gone}).update(**{column: kept})


def _end(row: Introduction) -> None:
    if row.state == State.DRAFTED:
        row.delete()
        return
    row.state, row.ended_at = State.WITHDRAWN, clock.now()
    row.save(update_fields=["state", "ended_at"])


def _merge_wishes(kept: uuid.UUID, gone: uuid.UUID) -> int:
    """One row of wishes: of two, whatever protects more."""
    theirs = AskPreference.objects.filter(person_id=gone).first()
    own = AskPreference.objects.filter(person_id=kept).first()
    if theirs is None:
        return 0
    if own is None:
        return AskPreference.objects.filter(pk=theirs.pk).update(person_id=kept)
    limits = [one.per_month for one in (own, theirs) if one.per_month is not None]
    own.per_month = min(limits) if limits else None
    own.digest = own.digest or theirs.digest
    if own.quiet_until is None or (theirs.quiet_until is not None and theirs.quiet_until > own.quiet_until):
        own.quiet_from, own.quiet_until = theirs.quiet_from, theirs.quiet_until
    own.save()
    theirs.delete()
    return 1


def _merge_conflicts(column: str, others: tuple[str, ...], kept: uuid.UUID, gone: uuid.UUID) -> int:
    there = set(DeclaredConflict.objects.filter(**{column: kept}).values_list(*others))
    moved = 0
    for row in DeclaredConflict.objects.filter(**{column: gone}):
        same = tuple(getattr(row, one) for one in others) in there
        if same or (column != "organisation_id" and kept in {row.person_id, row.other_id}):
            row.delete()
            continue
        setattr(row, column, kept)
        row.save(update_fields=[column])
        moved += 1
    return moved


def _expire(before: datetime) -> int:
    """What was written in requests that came to nothing or are over, the files handed over with them, links that have
    run out, and agreements that bind no more."""
    ended = Introduction.objects.filter(ended_at__lt=before)
    introduced = Q(state=State.INTRODUCED, introduced_at__lt=before)
    rows = Introduction.objects.filter(Q(pk__in=ended.values("pk")) | introduced)
    written = rows.exclude(evidence={}, **dict.fromkeys(_TEXTS, ""))
    touched = written.update(evidence={}, **dict.fromkeys(_TEXTS, ""))
    touched += Document.objects.filter(introduction__in=ended).delete()[0]
    unbound = min(before, clock.now() - BINDS)
    touched += ConfidentialityAcceptance.objects.filter(
        at__lt=unbound, disclosure__introduction__in=ended
    ).delete()[0]
    links = AnswerLink.objects.filter(Q(expires__lt=before) | Q(introduction__in=ended))
    return int(touched + links.delete()[0])


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


_day = _moment

PARTS: tuple[Part, ...] = (IntroductionsPart(),)
PURPOSES = (
    Purpose(
        code="introductions",
        label=_("Introductions"),
        legal_basis=("6(1)(f)", "6(1)(a)"),
        why=_(
            "Somebody who may be able to help is asked, seldom and politely; who is who is told only "
            "when both have said yes."
        ),
        subjects=(ASKED, USERS),
        data=(
            _("who was asked by whom about which need, with which message, and the answer with its reason"),
            _("how often somebody wants to be asked, quiet periods, declared conflicts"),
            _("what was shown to whom at which step, and who accepted confidentiality with name and time"),
        ),
        sources=(THEMSELVES, _("the match that the request grew from")),
        recipients=(OTHER_SIDE, SECRETARIAT),
        kept=_(
            "that somebody was asked and what came of it is kept for the figures, without words and files from the "
            "end of the request or the introduction on; acceptances of confidentiality as long as they bind"
        ),
        retention=days(settings.VIDENSBRO_RETENTION_TEXT_DAYS),
        expire=_expire,
    ),
)
MODELS = {
    f"introductions.{name}": "introductions"
    for name in (
        *("Introduction", "MeetingTime", "AnswerLink", "Disclosure", "ConfidentialityAcceptance"),
        *("Document", "AskPreference", "DeclaredConflict"),
    )
}
