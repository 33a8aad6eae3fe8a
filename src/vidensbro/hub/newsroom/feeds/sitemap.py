"""What is new, for search engines: a sitemap (sitemaps.org 0.9) with the extension for news and the other languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects

from vidensbro.hub.common import clock
from vidensbro.hub.common.text import legal
from vidensbro.hub.newsroom.feeds.markup import Element, add, moment, root, written
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.presenters.changes import PARTS, modified_at
from vidensbro.hub.newsroom.presenters.release import path_of
from vidensbro.hub.newsroom.queries.versions import Choice, out

CONTENT_TYPE: Final = "application/xml; charset=utf-8"
SITEMAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS: Final = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML: Final = "http://www.w3.org/1999/xhtml"
NEWS_FOR: Final = timedelta(days=2)
"""Older articles are no news to those who read this."""
MOST: Final = 1000
"""Articles that a sitemap for news may hold."""


def versions_of(language: str) -> QuerySet[Version]:
    """What appeared in the last two days, to the minute, in a language, in all if it is "", the newest first."""
    minute = clock.now().replace(second=0, microsecond=0)
    return out(Choice(language=language, since=minute - NEWS_FOR))[:MOST]


def write(rows: Sequence[Version]) -> bytes:
    """The document."""
    prefetch_related_objects(rows, *PARTS)
    others, modified = _others(rows), modified_at(rows)
    outermost = root(SITEMAP, "urlset", news=NEWS, xhtml=XHTML)
    for row in rows:
        _url(outermost, row, modified.get(row.pk), others[row.release_id])
    return written(outermost)


def _others(rows: Sequence[Version]) -> Mapping[UUID, list[Version]]:
    """Every version of the same releases that everybody may read, in its languages."""
    found: dict[UUID, list[Version]] = defaultdict(list)
    for row in out().filter(release__in={row.release_id for row in rows}).order_by("language"):
        found[row.release_id].append(row)
    return found


def _url(outermost: Element, row: Version, modified: datetime | None, together: Sequence[Version]) -> None:
    node = add(outermost, SITEMAP, "url")
    add(node, SITEMAP, "loc", _address(row))
    if row.publish_at is not None:
        add(node, SITEMAP, "lastmod", moment(modified or row.publish_at))
        _news(node, row, moment(row.publish_at))
    if len(together) > 1:
        for one in together:
            add(node, XHTML, "link", rel="alternate", hreflang=one.language, href=_address(one))


def _news(node: Element, row: Version, published: str) -> None:
    news = add(node, NEWS, "news")
    publication = add(news, NEWS, "publication")
    add(publication, NEWS, "name", legal(settings.VIDENSBRO_THEME.name))
    add(publication, NEWS, "language", row.language)
    add(news, NEWS, "publication_date", published)
    add(news, NEWS, "title", legal(row.headline))


def _address(row: Version) -> str:
    return str(settings.VIDENSBRO_BASE_URL) + path_of(row)
