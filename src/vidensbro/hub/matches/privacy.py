"""What is kept about a person's judgements of matches, and to whom the person was shown as one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.audit.privacy import ERASED, Keyed, Part, Subject
from vidensbro.hub.audit.purposes import (
    COLLEAGUES,
    LISTED,
    NONE,
    PUBLIC_SOURCES,
    SECRETARIAT,
    THEMSELVES,
    USERS,
    Purpose,
    days,
)
from vidensbro.hub.audit.traces import scrub
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Person
from vidensbro.hub.matches.models import Feedback, MatchRow, MatchRun
from vidensbro.hub.needs.models import CLOSED_CIRCLES, Need
from vidensbro.hub.needs.presenters import need_title
from vidensbro.hub.needs.rules import see_need
from vidensbro.hub.outbox import services as outbox

INDEX_COMPACT = "index.compact"
"""Topic with the one key "all": write the index anew without what was removed from it."""


class MatchesPart:
    """Feedback that somebody gave, where somebody was found, and feedback about somebody that is merged."""

    name = "matches"
    keyed = (Keyed(Feedback, "target_id", "kind"),)

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = Feedback.objects.filter(user_id=subject.user_id or NO_ID).order_by("at")
        return {
            "feedback": [
                {
                    "match": f"{row.kind}:{row.target_id}",
                    "verdict": row.verdict,
                    "reason": row.reason,
                    "note": row.note,
                    "at": row.at.isoformat(),
                }
                for row in rows
            ],
            "shown_to": shown_to(_people(subject)),
        }

    def erase(self, subject: Subject) -> int:
        """Judgements by and about the person go, and so do matches that are the person, here and in the index."""
        people = [str(one) for one in _people(subject)]
        gone = Feedback.objects.filter(user_id=subject.user_id or NO_ID).delete()[0]
        gone += Feedback.objects.filter(kind="person", target_id__in=people).delete()[0]
        gone += MatchRow.objects.filter(kind="person", target_id__in=people).delete()[0]
        gone += _erase_tokens(subject)
        gone += scrub(MatchRow.objects.all(), subject.words, ("title", "evidence"))
        gone += scrub(Feedback.objects.all(), subject.words, ("note",))
        outbox.put(INDEX_COMPACT, "all")
        return gone

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """Feedback about the one that goes becomes feedback about the one that stays, unless it has its own."""
        about = Feedback.objects.filter(kind=kind)
        columns = ("user_id", "introduction", "need_id", "text_digest")
        there = set(about.filter(target_id=str(kept)).values_list(*columns))
        moved = 0
        for row in about.filter(target_id=str(gone)):
            if tuple(getattr(row, column) for column in columns) in there:
                row.delete()
                continue
            row.target_id = str(kept)
            row.save(update_fields=["target_id"])
            moved += 1
        return moved


def _erase_tokens(subject: Subject) -> int:
    """Runs say whose rights they were made with: no longer whose."""
    token, touched = f"user:{subject.user_id}", 0
    for row in MatchRun.objects.filter(audience__icontains=token).only("pk", "audience"):
        kept = [f"user:{ERASED}" if one == token else one for one in row.audience]
        touched += MatchRun.objects.filter(pk=row.pk).update(audience=kept)
    return touched


def shown_to(people: Sequence[uuid.UUID]) -> list[dict[str, str]]:
    """For which needs these people were found in the runs that are kept: organisation and day, the newest first.

    Of a need that they may not see themselves nothing is told but that there was one, and the month.
    """
    rows = MatchRow.objects.filter(kind="person", target_id__in=[str(one) for one in people])
    told = rows.filter(run__need__isnull=False).select_related("run__need__organisation")
    accounts = Person.objects.filter(pk__in=people, user__isnull=False).select_related("user")
    readers = [actor_of(one.user) for one in accounts] or [VISITOR]
    found = {
        _shown(row.run.need, row.run.started, readers)
        for row in told.order_by("-run__started")
        if row.run.need
    }
    return [dict(one) for one in sorted(found, key=lambda one: dict(one)["when"], reverse=True)]


def _shown(need: Need, moment: datetime, readers: Sequence[Actor]) -> tuple[tuple[str, str], ...]:
    if need.visibility in CLOSED_CIRCLES or not any(see_need.allows(one, need) for one in readers):
        return (("by", ""), ("need", ""), ("sealed", "yes"), ("when", f"{moment:%Y-%m}"))
    place = need.organisation.name if need.organisation else ""
    return (("by", place), ("need", need_title(need)), ("sealed", ""), ("when", f"{moment:%Y-%m-%d}"))


def _people(subject: Subject) -> list[uuid.UUID]:
    named = Q(pk=subject.person_id or NO_ID) | Q(user_id=subject.user_id or NO_ID, user__isnull=False)
    return list(Person.objects.filter(named).values_list("pk", flat=True))


def _expire(before: datetime) -> int:
    """Trials, and what was said about texts that nobody kept. Runs of needs go with the need."""
    gone = MatchRun.objects.filter(need__isnull=True, started__lt=before).delete()[0]
    return gone + Feedback.objects.filter(need__isnull=True, at__lt=before).delete()[0]


PARTS: tuple[Part, ...] = (MatchesPart(),)
PURPOSES = (
    Purpose(
        code="matching",
        label=_("Finding who can answer a need"),
        legal_basis=("6(1)(f)",),
        why=_(
            "Those who need knowledge must find those who have it; the order rests on published work "
            "and on the "
            "need alone, and the person can object."
        ),
        subjects=(LISTED, USERS),
        data=(
            _("which people were found for which need, with the passages of their work that speak for it"),
            _("what users say about an answer, and what its score was made of"),
        ),
        sources=(PUBLIC_SOURCES, THEMSELVES),
        recipients=(_("the owner of the need"), COLLEAGUES, SECRETARIAT),
        kept=_(
            "with the need, of the last three runs; trials and what is said about texts that were not kept, "
            "from the day on"
        ),
        retention=days(settings.VIDENSBRO_RETENTION_TEXT_DAYS),
        expire=_expire,
    ),
)
MODELS = {
    "matches.MatchRun": "matching",
    "matches.MatchRow": "matching",
    "matches.Feedback": "matching",
    "matches.LearnedRanker": f"{NONE}: seven weights and some counts; no words, no names, no single need",
}
