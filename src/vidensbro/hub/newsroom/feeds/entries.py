"""What a feed says, in any format: made from what everybody is shown of each version."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common.text import legal
from vidensbro.hub.directory.queries.organisations import organisation
from vidensbro.hub.newsroom.feeds.asked import Asked
from vidensbro.hub.newsroom.models import PictureSize, State, Version
from vidensbro.hub.newsroom.presenters.release import Shown, shown_all
from vidensbro.hub.newsroom.queries import versions as queries
from vidensbro.hub.newsroom.queries.pictures import address, best
from vidensbro.hub.ui.fields import field_label

MOST: Final = 30
"""How many of the newest versions a feed tells of. One that was withdrawn takes up its place as a tombstone."""
ENCLOSED_WIDTH: Final = 1600
"""In pixels: how wide a picture is that goes along with an entry."""
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed was changed that never held anything."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A picture or a document that goes along. `size` is in bytes; `credit` is that of a picture, else ""."""

    url: str
    content_type: str
    size: int
    title: str
    credit: str = ""
    terms: str = ""

    @property
    def told(self) -> str:
        """What it is, and who made it, in a line."""
        return " · ".join(part for part in (self.title, self.credit) if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """A version that everybody may read. `id` stays as long as the version (RFC 9562 URN); `html` is its whole text;
    `updated` is when anything of it was last changed."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    authors: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    rights: str
    licence: str
    enclosures: tuple[Enclosure, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """A version that was withdrawn, when and why, and nothing of what it said."""

    id: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. `hub` is the address of the WebSub hub that tells of its changes, "" if none does."""

    url: str
    home: str
    title: str
    site: str
    language: str
    hub: str
    entries: tuple[Entry, ...]
    gone: tuple[Gone, ...]

    @property
    def updated(self) -> datetime:
        """When it was last changed in a way that matters."""
        moments = [*(one.updated for one in self.entries), *(one.at for one in self.gone)]
        return max(moments, default=NEVER)


def versions_of(asked: Asked) -> QuerySet[Version]:
    """The versions that a feed tells of now, the newest first; withdrawn ones among them."""
    rows = queries.narrowed(queries.visible(VISITOR), asked.choice)
    return rows.order_by("-publish_at", "-pk")[:MOST]


def feed_of(asked: Asked, rows: Sequence[Version]) -> Feed:
    """The feed that tells of these versions, in its language. Raises NotFound: there is no such organisation."""
    with translation.override(asked.language):
        return Feed(
            url=asked.url,
            home=str(settings.VIDENSBRO_BASE_URL) + reverse("newsroom"),
            title=legal(_title(asked)),
            site=legal(settings.VIDENSBRO_THEME.name),
            language=asked.language,
            hub=hub_of(asked),
            entries=tuple(_entries(rows)),
            gone=tuple(_gone(rows)),
        )


def hub_of(asked: Asked) -> str:
    """The hub that tells of the feed's changes: of feeds that are narrowed to something, none is told."""
    return str(settings.VIDENSBRO_WEBSUB_HUB) if asked.whole else ""


def urn(key: uuid.UUID) -> str:
    """The name of a version for ever."""
    return key.urn


def _title(asked: Asked) -> str:
    parts = [_("Press releases from %(site)s") % {"site": settings.VIDENSBRO_THEME.name}]
    if asked.organisation:
        parts.append(organisation(VISITOR, asked.organisation).name_in(asked.language))
    if asked.field:
        parts.append(field_label(asked.field))
    return " · ".join(parts)


def _entries(rows: Sequence[Version]) -> Iterator[Entry]:
    for one in shown_all(VISITOR, [row for row in rows if row.state != State.WITHDRAWN]):
        if one.publish_at is not None:
            yield _entry(one, one.publish_at, one.modified or one.publish_at)


def _entry(one: Shown, published: datetime, updated: datetime) -> Entry:
    base = str(settings.VIDENSBRO_BASE_URL)
    html = render_to_string("newsroom/feeds/entry.html", {"release": one, "base": base})
    return Entry(
        id=urn(one.version.pk),
        url=one.url,
        title=legal(one.headline),
        summary=legal(one.lead),
        html=legal(html).strip(),
        published=published,
        updated=updated,
        authors=tuple((legal(issuer.name), base + issuer.href) for issuer in one.issuers),
        categories=tuple((field.notation, legal(field.label)) for field in one.fields),
        rights=one.terms.label,
        licence=one.terms.href,
        enclosures=(*_pictures(one, base), *_documents(one, base)),
    )


def _pictures(one: Shown, base: str) -> Iterator[Enclosure]:
    """The pictures that are shown, in a size that a screen is filled with."""
    rows = {str(row.pk): row for row in one.version.release.pictures.all()}
    for picture in one.pictures:
        size = best(rows[picture.id], PictureSize.Shape.WHOLE, ENCLOSED_WIDTH)
        if size is not None:
            yield Enclosure(
                url=base + address(size),
                content_type=size.file.content_type,
                size=size.file.size,
                title=legal(picture.alt),
                credit=legal(picture.credit),
                terms=picture.terms.label,
            )


def _documents(one: Shown, base: str) -> Iterator[Enclosure]:
    for row in one.documents:
        yield Enclosure(base + row.href, row.content_type, row.size, legal(row.title))


def _gone(rows: Sequence[Version]) -> Iterator[Gone]:
    for row in rows:
        if row.state == State.WITHDRAWN and row.withdrawn is not None:
            yield Gone(urn(row.pk), row.withdrawn, legal(row.withdrawal_note))
