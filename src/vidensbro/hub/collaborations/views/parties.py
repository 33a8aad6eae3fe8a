"""Who takes part."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.collaborations import presenters, queries, services
from vidensbro.hub.collaborations.forms import EvidenceForm, LeaveForm, PartyForm, WhoForm
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.messages import words_for

FORM_METHODS = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def add(request: HttpRequest, collaboration_id: uuid.UUID) -> HttpResponse:
    """Let an organisation take part."""
    actor = sender(request)
    row = _editable(actor, collaboration_id)
    form = PartyForm(request.POST or None, request.FILES or None, initial={"evidence_by": actor.name})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_party(
                actor,
                row.pk,
                name=data["name"],
                role=data["role"],
                date=data["date"],
                evidence=form.evidence_given(),
                shared=data["shared"],
            )
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error("name", str(words_for(error.reason)))
        else:
            messages.success(request, _("The party has been added."))
            return redirect("collaboration", row.pk)
    return _form(request, form, row, _("A new party"))


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def leave(request: HttpRequest, collaboration_id: uuid.UUID, party_id: int) -> HttpResponse:
    """Let a party leave."""
    actor = sender(request)
    row = _editable(actor, collaboration_id)
    party = next((one for one in row.parties.all() if one.pk == party_id), None)
    if party is None:
        raise NotFound("party", party_id)
    form = LeaveForm(request.POST or None, request.FILES or None, initial={"evidence_by": actor.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_party(
                actor, row.pk, party_id, date=form.cleaned_data["date"], evidence=form.evidence_given()
            )
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("The party has left."))
            return _back(actor, row)
    heading = _("%(party)s leaves") % {"party": presenters.party_name(party)}
    return _form(request, form, row, heading)


@login_required
@require_POST
def share(request: HttpRequest, collaboration_id: uuid.UUID, party_id: int) -> HttpResponse:
    """Everybody of an organisation, or only those named."""
    actor = sender(request)
    row = _editable(actor, collaboration_id)
    services.set_shared(actor, collaboration_id, party_id, request.POST.get("shared") == "1")
    messages.success(request, _("Saved."))
    return _back(actor, row)


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def name(request: HttpRequest, collaboration_id: uuid.UUID, party_id: int) -> HttpResponse:
    """Name somebody who takes part."""
    actor = sender(request)
    row = _editable(actor, collaboration_id)
    form = WhoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.name_person(actor, row.pk, party_id, data["who"], data["role"])
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error("who", str(words_for(error.reason)))
        else:
            messages.success(request, _("Saved."))
            return redirect("collaboration", row.pk)
    context = {"form": form, "collaboration": row}
    return render(request, "collaborations/who.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, collaboration_id: uuid.UUID, named_id: int) -> HttpResponse:
    """Somebody no longer takes part by name."""
    actor = sender(request)
    row = _editable(actor, collaboration_id)
    services.remove_person(actor, row.pk, named_id)
    messages.success(request, _("Removed."))
    return _back(actor, row)


def _back(actor: Actor, row: Collaboration) -> HttpResponse:
    """To the page, or to the list for one who has just shut himself or herself out of it."""
    still = queries.collaborations(actor).filter(pk=row.pk).exists()
    return redirect("collaboration", row.pk) if still else redirect("collaborations")


def _editable(actor: Actor, collaboration_id: uuid.UUID) -> Collaboration:
    row = queries.collaboration(actor, collaboration_id)
    if not (allowed := queries.may_edit(actor, row)):
        raise Denied(allowed.reason)
    return row


def _form(request: HttpRequest, form: EvidenceForm, row: Collaboration, heading: str) -> HttpResponse:
    context = {"form": form, "collaboration": row, "heading": heading}
    return render(request, "collaborations/fact.html", context, status=400 if form.errors else 200)
