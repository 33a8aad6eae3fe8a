"""Works and offers: lists with facets, and a page for each."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.directory.presenters import source_of
from vidensbro.hub.knowledge import presenters, queries
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.ui.facets import Facet, facet
from vidensbro.hub.ui.fields import field_label
from vidensbro.hub.ui.languages import language_name
from vidensbro.hub.ui.listing import PER_PAGE, choice_label, given, listing
from vidensbro.hub.ui.remembering import remembered

WORDS = gettext_noop("Words, in Danish or English")


def _year(text: str) -> int | None:
    """A year that a date can have, 1 to 9999; None for anything else."""
    return int(text) if text.isdecimal() and len(text) == 4 and int(text) else None


@require_safe
def works(request: HttpRequest) -> HttpResponse:
    """Works, searched by what they say and narrowed by facets."""
    search = queries.WorkSearch(
        text=given(request, "q"),
        kind=given(request, "kind"),
        field=given(request, "field"),
        language=given(request, "language"),
        year=_year(given(request, "year")),
    )
    actor = sender(request)
    hits = queries.work_hits(actor, search)
    rows = queries.ranked_works(actor, search, hits) if hits else queries.works(actor, search)
    titles_only = hits is not None and hits.titles_only
    counts = remembered(
        ("works", search, titles_only, sorted(actor.tokens)),
        lambda: queries.work_facets(actor, search, hits),
    )
    facets = [
        *_kind_and_field(request, Work.Kind, counts),
        facet(
            request.GET, "language", (_("Language"), _("All languages")), counts["language"], language_name
        ),
        facet(request.GET, "year", (_("Year"), _("All years")), _latest_first(counts["year"]), str),
    ]
    context = listing(request, search, rows, facets=facets, label=_(WORDS), titles_only=titles_only)
    return render(request, "knowledge/works.html", context)


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """Offers, searched by what they say and narrowed by facets."""
    search = queries.OfferSearch(
        text=given(request, "q"),
        kind=given(request, "kind"),
        field=given(request, "field"),
        city=given(request, "city"),
    )
    actor = sender(request)
    hits = queries.offer_hits(actor, search)
    rows = queries.ranked_offers(actor, search, hits) if hits else queries.offers(actor, search)
    titles_only = hits is not None and hits.titles_only
    counts = remembered(
        ("offers", search, titles_only, sorted(actor.tokens)),
        lambda: queries.offer_facets(actor, search, hits),
    )
    facets = [
        *_kind_and_field(request, Offer.Kind, counts),
        facet(request.GET, "city", (_("City"), _("All cities")), counts["city"], str),
    ]
    context = listing(request, search, rows, facets=facets, label=_(WORDS), titles_only=titles_only)
    return render(request, "knowledge/offers.html", context)


@require_safe
def work(request: HttpRequest, work_id: uuid.UUID) -> HttpResponse:
    """One work."""
    actor = sender(request)
    row = queries.work(actor, work_id)
    found = queries.results(actor, row) if row.kind == Work.Kind.PROJECT else None
    context = {
        "work": row,
        "grants": presenters.grants_of(row, queries.projects(actor, row)),
        "shares": presenters.shares_of(row),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")) if found is not None else None,
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


def _kind_and_field(
    request: HttpRequest, kinds: type[TextChoices], counts: dict[str, dict[str, int]]
) -> list[Facet]:
    return [
        facet(
            request.GET,
            "kind",
            (_("Kind"), _("All kinds")),
            counts["kind"],
            lambda kind: choice_label(kinds, kind),
        ),
        facet(request.GET, "field", (_("Field"), _("All fields")), counts["field"], field_label),
    ]
