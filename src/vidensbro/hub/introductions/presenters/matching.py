"""Asking for introductions beside the answers to a need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.introductions import queries, wording
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.models.introductions import OPEN
from vidensbro.hub.introductions.presenters.lists import Row, own_rows, state_label
from vidensbro.hub.matches.presenters import Group, MatchView
from vidensbro.hub.matches.queries import NeedMatches
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.models import State as NeedState

FINAL_REASONS = frozenset({"person_full", "person_quiet", "person_hidden", "no_address"})
"""Reasons that stop everybody. A conflict can be overridden by the secretariat, which still sees the button."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a match says about asking: where to ask ("" if not now), what was asked already, why it is passed over."""

    href: str = ""
    introduction: str = ""
    state: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """Everything that the page of a need says about introductions, `asking` by key of the match."""

    asking: Mapping[str, Asking]
    introductions: tuple[Row, ...]


def on_need(actor: Actor, need: Need, found: NeedMatches) -> Side:
    """For the owner's side and the secretariat. A fixed number of queries, however many matches."""
    there = list(queries.for_needs(actor, [need.pk]))
    open_need = need.state in {NeedState.POSTED, NeedState.ANSWERED}
    turns = {
        f"{one.match.kind}:{one.match.id}": one.reason for one in queries.passed_over(need, found.matches)
    }
    asked = _asked(there)
    asking = {
        key: _asking(actor, need, key, reason, asked.get(key), open_need) for key, reason in turns.items()
    }
    return Side(asking, tuple(own_rows(there, with_need=False)))


def passed_over_last(groups: Iterable[Group], side: Side) -> list[Group]:
    """The groups with those who cannot be asked now set aside, so that the next ones come up."""
    return [_without_passed(group, side.asking) for group in groups]


def new_href(need: Need, match_key: str) -> str:
    """Where an introduction is requested from a match."""
    return f"{reverse('new-introduction', args=[need.pk])}?{urlencode({'match': match_key})}"


def _asking(
    actor: Actor, need: Need, key: str, reason: str, asked: Introduction | None, open_need: bool
) -> Asking:
    if asked is not None:
        href = reverse("introduction", args=[asked.pk])
        again = new_href(need, key) if open_need and asked.state not in OPEN and not reason else ""
        return Asking(again, href, state_label(asked))
    if reason:
        may = open_need and actor.is_secretariat and reason not in FINAL_REASONS
        return Asking(href=new_href(need, key) if may else "", reason=wording.unavailable(reason))
    return Asking(new_href(need, key) if open_need else "")


def _asked(rows: Iterable[Introduction]) -> dict[str, Introduction]:
    """The newest introduction of each counterpart, and of each match that one was requested from."""
    found: dict[str, Introduction] = {}
    for row in rows:
        whom = f"person:{row.person_id}" if row.person_id else f"organisation:{row.organisation_id}"
        for key in dict.fromkeys((whom, row.match_key)):
            if key:
                found.setdefault(key, row)
    return found


def _without_passed(group: Group, asking: Mapping[str, Asking]) -> Group:
    both = (*group.first, *group.further)
    passed = tuple(one for one in both if _is_passed(one, asking))
    rest = [one for one in both if not _is_passed(one, asking)]
    shown = min(len(group.first), len([one for one in rest if not one.weak]))
    return replace(group, first=tuple(rest[:shown]), further=tuple(rest[shown:]), passed=passed)


def _is_passed(match: MatchView, asking: Mapping[str, Asking]) -> bool:
    found = asking.get(match.key)
    return found is not None and bool(found.reason)
