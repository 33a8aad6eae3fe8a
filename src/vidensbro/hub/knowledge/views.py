"""Works and offers: lists with facets, and a page for each."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.directory.presenters import source_of
from vidensbro.hub.knowledge import presenters, queries
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.ui.facets import facet
from vidensbro.hub.ui.fields import field_label
from vidensbro.hub.ui.languages import language_name
from vidensbro.hub.ui.remembering import remembered

PER_PAGE = 25
LONGEST = 200


def _year(given: str) -> int | None:
    """A year that a date can have, 1 to 9999; None for anything else."""
    return int(given) if given.isdecimal() and len(given) == 4 and int(given) else None


@require_safe
def works(request: HttpRequest) -> HttpResponse:
    """Works, searched by what they say and narrowed by facets."""
    year = _given(request, "year")
    search = queries.WorkSearch(
        text=_given(request, "q"),
        kind=_given(request, "kind"),
        field=_given(request, "field"),
        language=_given(request, "language"),
        year=_year(year),
    )
    actor = sender(request)
    hits = queries.work_hits(actor, search)
    rows = queries.ranked_works(actor, search, hits) if hits else queries.works(actor, search)
    titles_only = hits is not None and hits.titles_only
    counts = remembered(
        ("works", search, titles_only, sorted(actor.tokens)),
        lambda: queries.work_facets(actor, search, hits),
    )
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "titles_only": titles_only,
        "facets": [
            facet(
                request.GET,
                "kind",
                (_("Kind"), _("All kinds")),
                counts["kind"],
                lambda k: _label(Work.Kind, k),
            ),
            facet(request.GET, "field", (_("Field"), _("All fields")), counts["field"], field_label),
            facet(
                request.GET,
                "language",
                (_("Language"), _("All languages")),
                counts["language"],
                language_name,
            ),
            facet(request.GET, "year", (_("Year"), _("All years")), _latest_first(counts["year"]), str),
        ],
        "narrowed": search != queries.WorkSearch(),
    }
    return render(request, "knowledge/works.html", context)


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """Offers, searched by what they say and narrowed by facets."""
    search = queries.OfferSearch(
        text=_given(request, "q"),
        kind=_given(request, "kind"),
        field=_given(request, "field"),
        city=_given(request, "city"),
    )
    actor = sender(request)
    hits = queries.offer_hits(actor, search)
    rows = queries.ranked_offers(actor, search, hits) if hits else queries.offers(actor, search)
    titles_only = hits is not None and hits.titles_only
    counts = remembered(
        ("offers", search, titles_only, sorted(actor.tokens)),
        lambda: queries.offer_facets(actor, search, hits),
    )
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "titles_only": titles_only,
        "facets": [
            facet(
                request.GET,
                "kind",
                (_("Kind"), _("All kinds")),
                counts["kind"],
                lambda k: _label(Offer.Kind, k),
            ),
            facet(request.GET, "field", (_("Field"), _("All fields")), counts["field"], field_label),
            facet(request.GET, "city", (_("City"), _("All cities")), counts["city"], str),
        ],
        "narrowed": search != queries.OfferSearch(),
    }
    return render(request, "knowledge/offers.html", context)


@require_safe
def work(request: HttpRequest, work_id: uuid.UUID) -> HttpResponse:
    """One work."""
    row = queries.work(sender(request), work_id)
    context = {
        "work": row,
        "contributors": presenters.contributors(row),
        "organisations": presenters.taking_part(row),
        "source": source_of(row),
        "linked_data": presenters.work_data(row),
    }
    return render(request, "knowledge/work.html", context)


@require_safe
def offer(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    """One offer, with everything that is known of it."""
    row = queries.offer(sender(request), offer_id)
    context = {
        "offer": row,
        "title": presenters.offer_title(row),
        "body": presenters.offer_body(row),
        "over": presenters.is_over(row),
        "source": source_of(row),
        "linked_data": presenters.offer_data(row) if row.audience == Offer.Audience.PUBLIC else None,
    }
    return render(request, "knowledge/offer.html", context)


def _latest_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), reverse=True))


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _given(request: HttpRequest, name: str) -> str:
    # A NUL cannot be stored, so no row can have one; PostgreSQL refuses even to be asked.
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]
