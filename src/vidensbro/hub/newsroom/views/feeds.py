"""Feeds and the sitemap for news. Whoever asks, they say what everybody may read.

They are answered in front of whatever finds out who asks (`newsroom.middleware`): no session, no account and no
language of a browser is known here.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vidensbro.hub.newsroom.feeds import atom, json_feed, rss, sitemap
from vidensbro.hub.newsroom.feeds.asked import Asked, language_in, read
from vidensbro.hub.newsroom.feeds.conditional import answer
from vidensbro.hub.newsroom.feeds.entries import feed_of, hub_of, versions_of
from vidensbro.hub.newsroom.feeds.keeping import kept

_FORMATS = {"atom": atom, "rss": rss, "json": json_feed}


@require_safe
def feed(request: HttpRequest, language: str, kind: str) -> HttpResponse:
    """The newest releases in a language, with their whole text, as Atom, RSS or JSON Feed."""
    asked = read(language, kind, request.GET)
    document = kept(asked.url, lambda: _written(asked))
    response = answer(request, document, _FORMATS[kind].CONTENT_TYPE, _links(asked))
    response["Content-Language"] = language
    return response


@require_safe
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """What appeared in the last two days, for search engines; `language` narrows it to one."""
    language = language_in(request.GET)
    document = kept(f"sitemap:{language}", lambda: _mapped(language))
    return answer(request, document, sitemap.CONTENT_TYPE)


def _written(asked: Asked) -> tuple[bytes, datetime | None]:
    rows = list(versions_of(asked))
    made = feed_of(asked, rows)
    return _FORMATS[asked.kind].write(made), made.updated if rows else None


def _mapped(language: str) -> tuple[bytes, datetime | None]:
    # Without a date of change: articles also leave it, by growing old.
    return sitemap.write(list(sitemap.versions_of(language))), None


def _links(asked: Asked) -> str:
    links = [f'<{asked.url}>; rel="self"']
    if hub := hub_of(asked):
        links.append(f'<{hub}>; rel="hub"')
    return ", ".join(links)
