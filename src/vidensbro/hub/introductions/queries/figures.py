"""How good matches turn out to be, over time. Counts only: nobody is named, no need is told of.

Only needs that the reader may see are counted: a sealed one changes no figure of others.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.db.models import QuerySet
from django.utils import timezone

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.introductions.models import Introduction, Outcome, State
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.rules import see_need


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in one month, each counted when it happened. `first` is its first day."""

    first: date
    asked: int = 0
    answered: int = 0
    accepted: int = 0
    introduced: int = 0
    met: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened between two days, both included. `median_days` from asking to the answer; None without any.

    `reasons` are those of every no, the most frequent first: (code, how often).
    """

    since: date
    until: date
    asked: int
    answered: int
    accepted: int
    introduced: int
    met: int
    median_days: float | None
    reasons: tuple[tuple[str, int], ...]
    months: tuple[Month, ...]


def figures(actor: Actor, since: date, until: date) -> Figures:
    """Asked, answered, accepted, introduced and met between two days, by month. One query for each column."""
    counted = counted_for(actor)
    start, end = _moment(since), _moment(until + timedelta(days=1))
    events: dict[str, list[datetime]] = {
        "asked": _moments(counted, "asked_at", start, end),
        "answered": _moments(counted, "answered_at", start, end),
        "accepted": _moments(counted, "answered_at", start, end, declined=False),
        "introduced": _moments(counted, "introduced_at", start, end),
        "met": _moments(counted, "ended_at", start, end, state=State.CLOSED, outcome=Outcome.MET),
    }
    by_month = {name: Counter(_month(one) for one in moments) for name, moments in events.items()}
    answered = counted.filter(answered_at__gte=start, answered_at__lt=end)
    waits = [
        (given - asked) / timedelta(days=1)
        for asked, given in answered.values_list("asked_at", "answered_at")
        if asked is not None and given is not None
    ]
    reasons = Counter(answered.filter(state=State.DECLINED).values_list("reason", flat=True))
    return Figures(
        since,
        until,
        **{name: len(moments) for name, moments in events.items()},
        median_days=round(median(waits), 1) if waits else None,
        reasons=tuple(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
        months=tuple(
            Month(first, **{name: counts[first] for name, counts in by_month.items()})
            for first in _months(since, until)
        ),
    )


def counted_for(actor: Actor) -> QuerySet[Introduction]:
    """The introductions about needs that this reader may see."""
    return Introduction.objects.filter(need__in=see_need.visible(actor, Need.objects.all()))


def _moments(
    counted: QuerySet[Introduction],
    column: str,
    start: datetime,
    end: datetime,
    *,
    declined: bool = True,
    **conditions: str,
) -> list[datetime]:
    rows = counted.filter(
        **{f"{column}__gte": start, f"{column}__lt": end}, asked_at__isnull=False, **conditions
    )
    if not declined:
        rows = rows.exclude(state=State.DECLINED)
    return list(rows.values_list(column, flat=True))


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _month(moment: datetime) -> date:
    return timezone.localtime(moment).date().replace(day=1)


def _months(since: date, until: date) -> list[date]:
    found, first = [], since.replace(day=1)
    while first <= until:
        found.append(first)
        first = (first + timedelta(days=32)).replace(day=1)
    return found
