"""Reading introductions, filtered for the actor."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.accounts.policies import Answer
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.introductions.models import AskPreference, Introduction, MeetingTime
from vidensbro.hub.introductions.rules import (
    answer_introduction,
    broker_introduction,
    decide_introduction,
    request_introduction,
    see_introduction,
)


@dataclass(frozen=True, slots=True)
class IntroductionSearch:
    """What a list of introductions is narrowed to; empty means any.

    `need`, `broker`, `person` and `organisation` are ids; `text` is part of the counterpart's name.
    """

    state: str = ""
    need: str = ""
    broker: str = ""
    person: str = ""
    organisation: str = ""
    text: str = ""


def introductions(actor: Actor, search: IntroductionSearch | None = None) -> QuerySet[Introduction]:
    """Introductions that the actor may see, the newest first, with need, both sides and times (two queries).

    A row leads to its need: a counterpart reads it through `disclosure.shown` only.
    """
    search = search or IntroductionSearch()
    rows = see_introduction.visible(actor, Introduction.objects.all())
    if search.state:
        rows = rows.filter(state=search.state)
    for column in ("need", "broker", "person", "organisation"):
        if value := getattr(search, column):
            rows = rows.filter(**{f"{column}_id": key_of(value)})
    for word in search.text.split()[:8]:
        rows = rows.filter(Q(person__name__icontains=word) | Q(organisation__name__icontains=word))
    return _listed(rows)


def introduction(actor: Actor, introduction_id: uuid.UUID | str) -> Introduction:
    """One introduction with need, both sides and times. Raises NotFound, also for those who may not know of it."""
    rows = see_introduction.visible(actor, Introduction.objects.all())
    found = _listed(rows).filter(pk=key_of(introduction_id)).first()
    if found is None:
        raise NotFound("introduction", introduction_id)
    return found


def mine(actor: Actor) -> QuerySet[Introduction]:
    """Introductions for the actor's own needs, or that the actor requested for others, the newest first."""
    if actor.user_id is None:
        return Introduction.objects.none()
    own = decide_introduction.visible(actor, Introduction.objects.all())
    requested = Introduction.objects.filter(requested_by_id=actor.user_id)
    rows = Introduction.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=requested.values("pk")))
    return _listed(see_introduction.visible(actor, rows))


def asked_of(actor: Actor) -> QuerySet[Introduction]:
    """What the actor, or an organisation that the actor decides for, was asked, the newest first."""
    if actor.user_id is None:
        return Introduction.objects.none()
    return _listed(answer_introduction.visible(actor, Introduction.objects.all()))


def for_needs(actor: Actor, need_ids: list[uuid.UUID]) -> QuerySet[Introduction]:
    """Introductions for these needs that the actor may see, the newest first."""
    rows = see_introduction.visible(actor, Introduction.objects.filter(need_id__in=need_ids))
    return _listed(rows)


def may_request(actor: Actor, row: Introduction) -> Answer:
    """May the actor edit, ask, withdraw, offer times and close, and why (not)?"""
    return request_introduction.allows(actor, row)


def may_answer(actor: Actor, row: Introduction) -> Answer:
    """May the actor answer as the counterpart, and why (not)?"""
    return answer_introduction.allows(actor, row)


def may_decide(actor: Actor, row: Introduction) -> Answer:
    """May the actor say yes for the owner and decide what is disclosed, and why (not)?"""
    return decide_introduction.allows(actor, row)


def may_broker(actor: Actor, row: Introduction) -> Answer:
    """May the actor override conflicts and hand the introduction to a colleague, and why (not)?"""
    return broker_introduction.allows(actor, row)


def brokers(actor: Actor, row: Introduction) -> list[User]:
    """Those to whom the actor may hand the introduction, by name; nobody if the actor may not. One query."""
    if not may_broker(actor, row):
        return []
    return list(User.objects.filter(role=Role.SECRETARIAT, is_active=True).order_by("name", "email"))


def gets_digest(row: Introduction) -> bool:
    """Does the counterpart want requests gathered instead of mails of their own?"""
    return AskPreference.objects.filter(person_id=row.person_id or key_of(""), digest=True).exists()


def _listed(rows: QuerySet[Introduction]) -> QuerySet[Introduction]:
    related = rows.select_related(
        "need__organisation", "need__owner", "person__user", "organisation", "requested_by", "broker"
    )
    times = Prefetch("times", MeetingTime.objects.order_by("starts", "pk"))
    return related.prefetch_related(times).order_by("-created", "-pk")
