"""The directory: organisations and people."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.directory import queries
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.presenters import ROLE_LABELS
from vidensbro.hub.ui.facets import Facet, facet
from vidensbro.hub.ui.fields import field_label
from vidensbro.hub.ui.remembering import remembered

PER_PAGE = 25
LONGEST = 200


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations, searched by name and by what they are known for, and narrowed by facets."""
    search = queries.OrganisationSearch(
        text=_given(request, "q"),
        kind=_given(request, "kind"),
        field=_given(request, "field"),
        city=_given(request, "city"),
        role=_given(request, "role"),
    )
    actor = sender(request)
    hits = queries.organisation_hits(actor, search)
    rows = queries.ranked_organisations(actor, search, hits) if hits else queries.organisations(actor, search)
    names_only = hits is not None and hits.titles_only
    counts = remembered(
        ("organisations", search, names_only, sorted(actor.tokens)),
        lambda: queries.organisation_facets(actor, search, hits),
    )
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "names_only": names_only,
        "facets": _organisation_facets(request, counts),
        "narrowed": search != queries.OrganisationSearch(),
    }
    return render(request, "directory/organisations.html", context)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People, searched by name and by what they are known for, and narrowed by facets."""
    search = queries.PersonSearch(
        text=_given(request, "q"),
        field=_given(request, "field"),
        organisation=_given(request, "organisation"),
    )
    actor = sender(request)
    hits = queries.person_hits(actor, search)
    rows = queries.ranked_people(actor, search, hits) if hits else queries.people(actor, search)
    names_only = hits is not None and hits.titles_only
    counts = remembered(
        ("people", search, names_only, sorted(actor.tokens)),
        lambda: queries.person_facets(actor, search, hits),
    )
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "search": search,
        "names_only": names_only,
        "facets": [
            facet(request.GET, "field", (_("Field"), _("All fields")), counts["field"], field_label),
        ],
        "narrowed": search != queries.PersonSearch(),
    }
    return render(request, "directory/people.html", context)


def _organisation_facets(request: HttpRequest, counts: dict[str, dict[str, int]]) -> list[Facet]:
    given = request.GET
    return [
        facet(
            given,
            "role",
            (_("In the cluster"), _("All")),
            counts["role"],
            lambda role: str(ROLE_LABELS.get(role, role)),
        ),
        facet(
            given,
            "kind",
            (_("Kind"), _("All kinds")),
            counts["kind"],
            lambda kind: _label(Organisation.Kind, kind),
        ),
        facet(given, "field", (_("Field"), _("All fields")), counts["field"], field_label),
        facet(given, "city", (_("City"), _("All cities")), counts["city"], str),
    ]


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _given(request: HttpRequest, name: str) -> str:
    # A NUL cannot be stored, so no row can have one; PostgreSQL refuses even to be asked.
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]
