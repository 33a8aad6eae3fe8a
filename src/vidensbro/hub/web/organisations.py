"""The pages of one organisation and of one person: what they are known for and who is near them."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.directory.presenters import numbers, organisation_data, person_data, source_of
from vidensbro.hub.directory.queries.alike import alike
from vidensbro.hub.knowledge import queries as knowledge
from vidensbro.hub.knowledge.presenters import subjects
from vidensbro.hub.ui.fields import field_links

SHOWN = 8


@require_safe
def organisation(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """An organisation. The address of one that was merged leads to the one that it became."""
    actor = sender(request)
    row = directory.organisation(actor, organisation_id)
    if row.successor is not None:
        return redirect("organisation", row.successor.pk, permanent=True)
    works = list(knowledge.works(actor, knowledge.WorkSearch(organisation=str(row.pk)))[: SHOWN * 2])
    context = {
        "organisation": row,
        "ancestors": directory.ancestors(row),
        "numbers": numbers(row),
        "contacts": directory.contact_points(actor, row),
        "known_for": field_links(code for code, _ in knowledge.organisation_known_for(row.pk)),
        "people": directory.people_of(actor, row)[:SHOWN],
        "works": works[:SHOWN],
        "subjects": subjects(works),
        "offers": knowledge.offers(actor, knowledge.OfferSearch(organisation=str(row.pk)))[:SHOWN],
        "near": alike(actor, row),
        "source": source_of(row),
        "linked_data": organisation_data(row),
    }
    return render(request, "web/organisation.html", context)


@require_safe
def person(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """A person. The address of one that was merged leads to the one that it became."""
    actor = sender(request)
    row = directory.person(actor, person_id)
    if row.successor is not None:
        return redirect("person", row.successor.pk, permanent=True)
    works = list(knowledge.works(actor, knowledge.WorkSearch(person=str(row.pk)))[: SHOWN * 2])
    context = {
        "person": row,
        "contacts": directory.contact_points(actor, row),
        "known_for": field_links(code for code, _ in knowledge.known_for(row.pk)),
        "works": works,
        "subjects": subjects(works),
        "near": knowledge.coauthors(actor, row, SHOWN),
        "source": source_of(row),
        "linked_data": person_data(row) if row.visibility == row.Visibility.PUBLIC else None,
    }
    return render(request, "web/person.html", context)
