"""Versions of releases, filtered for who asks. Every door to a release goes through here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.fields import below
from vidensbro.hub.newsroom.models import Issuer, ReleaseField, State, Version
from vidensbro.hub.newsroom.rules import see_version


@dataclass(frozen=True, slots=True)
class Choice:
    """What a list of versions is narrowed to; empty means any. `organisation` is an id, `field` a notation, with those
    below it; `until` keeps out what appears at that moment or later, `since` what appeared before."""

    language: str = ""
    organisation: str = ""
    field: str = ""
    since: datetime | None = None
    until: datetime | None = None


def visible(actor: Actor) -> QuerySet[Version]:
    """Versions that the actor may see, in any state, with their releases."""
    return see_version.visible(actor, Version.objects.select_related("release"))


def out(choice: Choice | None = None) -> QuerySet[Version]:
    """Versions that the whole world may read now, the newest first; none that was withdrawn. What lists, feeds, the
    index and mail are made from, whoever asks."""
    rows = visible(VISITOR).exclude(state=State.WITHDRAWN)
    return narrowed(rows, choice or Choice()).order_by("-publish_at", "-pk")


def narrowed(rows: QuerySet[Version], choice: Choice) -> QuerySet[Version]:
    """Those of the versions that fit the choice. Raises NotFound: no organisation has that id."""
    if choice.language:
        rows = rows.filter(language=choice.language)
    if choice.organisation:
        issued = Issuer.objects.filter(release=OuterRef("release"), organisation=key_of(choice.organisation))
        rows = rows.filter(Exists(issued))
    if choice.field:
        tagged = ReleaseField.objects.filter(below(choice.field), release=OuterRef("release"))
        rows = rows.filter(Exists(tagged))
    if choice.since is not None:
        rows = rows.filter(publish_at__gte=choice.since)
    if choice.until is not None:
        rows = rows.filter(publish_at__lt=choice.until)
    return rows


def version(actor: Actor, version_id: uuid.UUID | str) -> Version:
    """A version that the actor may see. Raises NotFound: there is none, or not for the actor."""
    row = visible(actor).filter(pk=key_of(version_id)).first()
    if row is None:
        raise NotFound("release_version", version_id)
    return row


def version_at(actor: Actor, language: str, slug: str) -> Version:
    """The version at a permanent address, as the actor may see it; a withdrawn one is a tombstone. Raises NotFound."""
    row = visible(actor).filter(language=language, slug=slug).first()
    if row is None:
        raise NotFound("release", slug)
    return row


def siblings(actor: Actor, row: Version) -> list[Version]:
    """The same release in other languages, as far as the actor may see them."""
    return list(visible(actor).filter(release=row.release_id).exclude(pk=row.pk).order_by("language"))
