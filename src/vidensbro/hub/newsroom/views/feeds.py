"""Feeds and the sitemap for news. Whoever asks, they say what everybody may read."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vidensbro.hub.newsroom.feeds import atom, json_feed, limits, rss, sitemap
from vidensbro.hub.newsroom.feeds.asked import Asked, language_in, read
from vidensbro.hub.newsroom.feeds.conditional import answer
from vidensbro.hub.newsroom.feeds.entries import feed_of, hub_of, versions_of
from vidensbro.hub.newsroom.feeds.keeping import kept

_FORMATS = {"atom": atom, "rss": rss, "json": json_feed}
_SIGNS = ("pk", "number", "publish_at", "withdrawn")
"""Columns that tell whether a version says what it said."""


@require_safe
def feed(request: HttpRequest, language: str, kind: str) -> HttpResponse:
    """The newest releases in a language, with their whole text, as Atom, RSS or JSON Feed."""
    if limits.too_often(request):
        return _refused()
    asked = read(language, kind, request.GET)
    signs = list(versions_of(asked).values_list(*_SIGNS))
    document = kept(("feed", asked.url), signs, lambda: _written(asked))
    response = answer(request, document, _FORMATS[kind].CONTENT_TYPE, _links(asked))
    response["Content-Language"] = language
    return response


@require_safe
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """What appeared in the last two days, for search engines; `language` narrows it to one."""
    if limits.too_often(request):
        return _refused()
    language = language_in(request.GET)
    signs = list(sitemap.versions_of(language).values_list(*_SIGNS))
    document = kept(("sitemap", language), signs, lambda: _mapped(language))
    return answer(request, document, sitemap.CONTENT_TYPE)


def _written(asked: Asked) -> tuple[bytes, datetime | None]:
    rows = list(versions_of(asked))
    made = feed_of(asked, rows)
    return _FORMATS[asked.kind].write(made), made.updated if rows else None


def _mapped(language: str) -> tuple[bytes, datetime | None]:
    # Without a date of change: articles also leave it, by growing old.
    return sitemap.write(list(sitemap.versions_of(language))), None


def _refused() -> HttpResponse:
    told = _("You ask for feeds too often. Wait a minute, and ask no more than once a minute for each.")
    headers = {"Retry-After": str(limits.seconds_left()), "Cache-Control": "no-store"}
    return HttpResponse(told, status=429, content_type="text/plain; charset=utf-8", headers=headers)


def _links(asked: Asked) -> str:
    links = [f'<{asked.url}>; rel="self"']
    if hub := hub_of(asked):
        links.append(f'<{hub}>; rel="hub"')
    return ", ".join(links)
