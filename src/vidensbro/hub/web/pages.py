"""Home, the fields, and pages about the site itself."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.knowledge import queries as knowledge
from vidensbro.hub.matches.forms import NeedBoxForm
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import State
from vidensbro.hub.ui.fields import field_definition, field_label, field_links
from vidensbro.hub.web.examples import examples
from vidensbro.hub.web.fields import path_to, tree
from vidensbro.hub.web.queries import field_counts, numbers
from vidensbro.kit.text.taxonomy import Taxonomy

RECENT = 6
SHOWN = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The need box, how it works, needs of others, and figures."""
    recent = needs.needs(sender(request), needs.NeedSearch(state=State.POSTED))
    context = {
        "form": NeedBoxForm(),
        "examples": examples(),
        "recent": recent[:RECENT],
        "numbers": numbers(),
    }
    return render(request, "web/home.html", context)


@require_safe
def fields(request: HttpRequest) -> HttpResponse:
    """Every field with how much there is in it."""
    return render(request, "web/fields.html", {"tree": tree(field_counts())})


@require_safe
def field(request: HttpRequest, notation: str) -> HttpResponse:
    """One field: what it is, and a little of everything in it."""
    taxonomy = Taxonomy.bundled()
    if notation not in taxonomy:
        raise Http404
    actor = sender(request)
    organisations = directory.organisations(actor, directory.OrganisationSearch(field=notation))
    people = directory.people(actor, directory.PersonSearch(field=notation))
    context = {
        "notation": notation,
        "label": field_label(notation),
        "definition": field_definition(notation),
        "above": path_to(notation),
        "below": field_links(concept.notation for concept in taxonomy.narrower(notation)),
        "organisations": organisations[:SHOWN],
        "people": people[:SHOWN],
        "works": knowledge.works(actor, knowledge.WorkSearch(field=notation))[:SHOWN],
        "offers": knowledge.offers(actor, knowledge.OfferSearch(field=notation))[:SHOWN],
        "needs": needs.needs(actor, needs.NeedSearch(field=notation, state=State.POSTED))[:SHOWN],
    }
    return render(request, "web/field.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the site is."""
    return render(request, "web/about.html", {"numbers": numbers()})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored about people, and how to have it corrected or erased."""
    keeping = {
        "mail": settings.VIDENSBRO_RETENTION_MAIL_DAYS,
        "text": settings.VIDENSBRO_RETENTION_TEXT_DAYS,
        "account": settings.VIDENSBRO_RETENTION_ACCOUNT_DAYS,
        "log": settings.VIDENSBRO_RETENTION_LOG_YEARS,
    }
    return render(request, "web/privacy.html", {"keeping": keeping})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "web/accessibility.html")
