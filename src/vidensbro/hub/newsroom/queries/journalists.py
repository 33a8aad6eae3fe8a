"""Journalists who may read before the hour: what is offered to one, and what the secretariat sees of all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import require
from vidensbro.hub.audit.models import Event
from vidensbro.hub.common.errors import Denied, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.newsroom.models import EmbargoAcceptance, Journalist, Version
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.queries.press import with_issuers
from vidensbro.hub.newsroom.rules import accept_embargo, trusts


@dataclass(frozen=True, slots=True)
class Offered:
    """A release that a trusted journalist may read before its hour, or may once the terms are accepted: `version` is
    there once they are. Of `outline` the words are not fetched."""

    version: Version | None
    outline: Version


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody opened a version before its hour; None for what has been removed since."""

    at: datetime
    user: User | None
    version: Version | None


def journalist(actor: Actor) -> Journalist | None:
    """The actor as a journalist who is trusted now."""
    if actor.user_id is None:
        return None
    return Journalist.objects.filter(user=actor.user_id, user__is_active=True, ended=None).first()


def offered(actor: Actor) -> list[Offered]:
    """Releases that a trusted journalist may read before their hour, the next one first. Of those whose terms are not
    accepted yet nothing may be shown but the hour, the language, the fields and who issues them.

    Raises:
        Denied: the actor is not trusted ("journalists_only").
    """
    if journalist(actor) is None:
        raise Denied("journalists_only" if actor.signed_in else "sign_in_needed")
    rows = _openings(actor).order_by("publish_at", "release", "language")
    accepted = versions.visible(actor).in_bulk([row.pk for row in rows])
    return [Offered(accepted.get(row.pk), row) for row in rows]


def offer(actor: Actor, version_id: uuid.UUID | str) -> Version:
    """The outline of one of them. Raises NotFound."""
    row = _openings(actor).filter(pk=key_of(version_id)).first()
    if row is None:
        raise NotFound("release_version", version_id)
    return row


def journalists(actor: Actor) -> QuerySet[Journalist]:
    """Everybody who is or was trusted, those who are first, by name.

    Raises:
        Denied: "secretariat_only".
    """
    require(actor, trusts, "secretariat_only")
    rows = Journalist.objects.select_related("user", "trusted_by")
    return rows.order_by(F("ended").desc(nulls_first=True), "user__name", "pk")


def acceptances(actor: Actor) -> QuerySet[EmbargoAcceptance]:
    """Who has accepted which embargo, the newest first. Raises Denied: as `journalists`."""
    journalists(actor)
    return EmbargoAcceptance.objects.select_related("user__journalist").order_by("-at", "-pk")


def read_lately(actor: Actor, action: str, most: int) -> list[Reading]:
    """What the audit log says of readings before the hour, noted as `action`, the newest first. Raises Denied."""
    journalists(actor)
    events = list(Event.objects.filter(action=action, kind="release_version").order_by("-at", "-pk")[:most])
    rows = versions.visible(actor).in_bulk([key_of(one.object_id) for one in events])
    users = User.objects.in_bulk([key_of(one.actor.removeprefix("user:")) for one in events])
    return [
        Reading(
            one.at,
            users.get(key_of(one.actor.removeprefix("user:"))),
            rows.get(key_of(one.object_id)),
        )
        for one in events
    ]


def _openings(actor: Actor) -> QuerySet[Version]:
    rows = accept_embargo.visible(actor, Version.objects.select_related("release"))
    wordless = rows.defer("headline", "slug", "lead", "body", "withdrawal_note")
    return wordless.prefetch_related(with_issuers(), "release__field_tags")
