"""The directory: organisations and people."""

from __future__ import annotations

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
from vidensbro.hub.ui.listing import choice_label, given, listing
from vidensbro.hub.ui.remembering import remembered


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations, searched by name and by what they are known for, and narrowed by facets."""
    search = queries.OrganisationSearch(
        text=given(request, "q"),
        kind=given(request, "kind"),
        field=given(request, "field"),
        city=given(request, "city"),
        role=given(request, "role"),
    )
    actor = sender(request)
    hits = queries.organisation_hits(actor, search)
    rows = queries.ranked_organisations(actor, search, hits) if hits else queries.organisations(actor, search)
    names_only = hits is not None and hits.titles_only
    counts = remembered(
        ("organisations", search, names_only, sorted(actor.tokens)),
        lambda: queries.organisation_facets(actor, search, hits),
    )
    context = listing(
        request,
        search,
        rows,
        facets=_organisation_facets(request, counts),
        label=_("Name, acronym, or what they are known for"),
        titles_only=names_only,
    )
    return render(request, "directory/organisations.html", context)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People, searched by name and by what they are known for, and narrowed by facets."""
    search = queries.PersonSearch(
        text=given(request, "q"),
        field=given(request, "field"),
        organisation=given(request, "organisation"),
    )
    actor = sender(request)
    hits = queries.person_hits(actor, search)
    rows = queries.ranked_people(actor, search, hits) if hits else queries.people(actor, search)
    names_only = hits is not None and hits.titles_only
    counts = remembered(
        ("people", search, names_only, sorted(actor.tokens)),
        lambda: queries.person_facets(actor, search, hits),
    )
    context = listing(
        request,
        search,
        rows,
        facets=[facet(request.GET, "field", (_("Field"), _("All fields")), counts["field"], field_label)],
        label=_("Name, or what they are known for"),
        titles_only=names_only,
    )
    return render(request, "directory/people.html", context)


def _organisation_facets(request: HttpRequest, counts: dict[str, dict[str, int]]) -> list[Facet]:
    asked = request.GET
    return [
        facet(
            asked,
            "role",
            (_("In the cluster"), _("All")),
            counts["role"],
            lambda role: str(ROLE_LABELS.get(role, role)),
        ),
        facet(
            asked,
            "kind",
            (_("Kind"), _("All kinds")),
            counts["kind"],
            lambda kind: choice_label(Organisation.Kind, kind),
        ),
        facet(asked, "field", (_("Field"), _("All fields")), counts["field"], field_label),
        facet(asked, "city", (_("City"), _("All cities")), counts["city"], str),
    ]
