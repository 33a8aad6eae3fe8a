"""Reading: the front of the newsroom, the archive, a release and its PDF."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.pdf import as_pdf, shown_in_pdf
from vidensbro.hub.newsroom.presenters import reading as presenters
from vidensbro.hub.newsroom.presenters.release import Shown, shown
from vidensbro.hub.newsroom.queries import reading, versions
from vidensbro.hub.newsroom.queries.reading import ReleaseSearch
from vidensbro.hub.newsroom.queries.related import related
from vidensbro.hub.newsroom.rules import write_release
from vidensbro.hub.newsroom.services.journalists import log_read
from vidensbro.hub.newsroom.structured_data import cards, may_be_told, news_article
from vidensbro.hub.ui.listing import given, listing

ON_FRONT = 13
LEAD_WIDTH = 960


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The newest releases, and the ways to the others."""
    rows = reading.latest(_language(), ON_FRONT)
    context = {
        "first": presenters.card(rows[0], LEAD_WIDTH) if rows else None,
        "others": [presenters.card(row) for row in rows[1:]],
        "search_label": _("Words in press releases, in Danish or English"),
        "feed_language": _language(),
    }
    return render(request, "newsroom/reading/front.html", context)


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """All releases, searched by what they say and narrowed by year, organisation, field and language."""
    search = ReleaseSearch(
        text=given(request, "q"),
        language=given(request, "language"),
        organisation=given(request, "organisation"),
        field=given(request, "field"),
        year=_year(given(request, "year")),
    )
    language = _language()
    hits = reading.hits(search)
    rows: Any = reading.ranked(search, language, hits) if hits else reading.archive(search, language)
    context = listing(
        request,
        search,
        rows,
        facets=presenters.facets(request.GET, reading.facets(search, language, hits)),
        label=_("Words in press releases, in Danish or English"),
        titles_only=hits is not None and hits.titles_only,
    )
    context["cards"] = [presenters.card(row) for row in context["page"].object_list]
    return render(request, "newsroom/reading/archive.html", context)


@require_safe
def release(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """A release; what was withdrawn is a tombstone (410), and what the reader may not see is not there (404)."""
    actor = sender(request)
    row = versions.version_at(actor, language, slug)
    log_read(actor, row)
    found = shown(actor, row)
    context = {"shown": found, "writes": _writes(request, row), "switch": _switch(request, found)}
    if found.tombstone is not None:
        return _held_back(render(request, "newsroom/reading/tombstone.html", context, status=410), found)
    context |= {
        "related": [presenters.related_card(one) for one in related(row)],
        "cards": cards(found),
        "linked_data": news_article(found),
        "alternates": _alternates(found),
    }
    return _held_back(render(request, "newsroom/reading/release.html", context), found)


@require_safe
def release_pdf(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """A release as a tagged PDF in its own language, for whoever may read it. Raises Unavailable."""
    actor = sender(request)
    row = versions.version_at(actor, language, slug)
    log_read(actor, row)
    found = shown_in_pdf(actor, row)
    if found.tombstone is not None:
        return redirect("release", language, slug)
    response = HttpResponse(as_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
    response["Content-Language"] = language
    response["X-Content-Type-Options"] = "nosniff"
    response["Link"] = f'<{found.url}>; rel="canonical"'
    return _held_back(response, found)


def _year(text: str) -> int | None:
    """The year that is meant, if it is one. The first has hours that no calendar of the program has."""
    return int(text) if text.isdecimal() and len(text) == 4 and int(text) > 1 else None


def _language() -> str:
    return get_language() or "en"


def _held_back(response: HttpResponse, found: Shown) -> HttpResponse:
    """What not everybody may read is kept by no cache and no search engine; a tombstone by no search engine."""
    if not found.out:
        response["Cache-Control"] = "private, no-store"
    if not may_be_told(found):
        response["X-Robots-Tag"] = "noindex, noarchive"
    return response


def _writes(request: HttpRequest, row: Version) -> bool:
    return bool(write_release.allows(sender(request), row.release))


def _alternates(found: Shown) -> list[tuple[str, str]]:
    """The languages in which it is out, with their addresses: (language, address)."""
    if not may_be_told(found):
        return []
    both = {found.language: found.url, **{one.language: one.url for one in found.others if one.out}}
    return sorted(both.items()) if len(both) > 1 else []


def _switch(request: HttpRequest, found: Shown) -> dict[str, Any]:
    """Whoever chooses the other language of the page is led to the release in that language, if there is one."""
    wanted = "en" if _language() == "da" else "da"
    same = next((one.url for one in found.others if one.language == wanted), "")
    path = same.removeprefix(settings.VIDENSBRO_BASE_URL) or request.get_full_path()
    return {"action": reverse("language"), "hidden": [("next", path)]}
