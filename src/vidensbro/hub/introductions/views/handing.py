"""The owner's side while it goes on: other times, showing more unasked, handing files over; and whose case it is."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Denied, Invalid
from vidensbro.hub.introductions import disclosure, documents, presenters, queries, services
from vidensbro.hub.introductions.forms import DocumentForm, OfferForm, TimesForm, initial_times
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.views.asking import owner_page


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Offer (other) times for a first meeting after the request was sent."""
    actor = sender(request)
    row = queries.introduction(actor, introduction_id)
    if not (allowed := queries.may_request(actor, row)):
        raise Denied(allowed.reason)
    form = TimesForm(request.POST or None, initial=initial_times(list(row.times.all())))
    form.minutes_each = row.minutes
    if request.method == "POST" and form.is_valid():
        try:
            services.request_times(actor, row.pk, form.cleaned_data["times"])
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(
                request,
                _("Saved. The other side can choose one of them.")
                if form.cleaned_data["times"]
                else _("Saved. No time is offered now."),
            )
            return redirect("introduction", row.pk)
    context = {
        "introduction": row,
        "other": presenters.owner_view(actor, row).other,
        "form": form,
        "time_zone": settings.TIME_ZONE,
    }
    return render(request, "introductions/times.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def offer(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Show the next step without having been asked."""
    form = OfferForm(request.POST)
    if not form.is_valid():
        raise Invalid({"stage": ("invalid_choice",)})
    given = form.cleaned_data
    disclosure.offer(
        sender(request),
        introduction_id,
        given["stage"],
        needs_confidentiality=given["needs_confidentiality"],
    )
    messages.success(request, _("Done. The other side has been told."))
    return redirect("introduction", introduction_id)


@never_cache
@login_required
@require_POST
def add_document(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Hand a file over."""
    actor = sender(request)
    row = queries.introduction(actor, introduction_id)
    if not (allowed := queries.may_decide(actor, row)):
        raise Denied(allowed.reason)
    form = DocumentForm(request.POST, request.FILES, auto_id="document_%s")
    if not form.is_valid():
        return _again(request, row, form)
    try:
        documents.add(actor, row.pk, form.cleaned_data["file"])
    except Invalid as error:
        show_problems(form, error)
        return _again(request, row, form)
    messages.success(request, _("Added."))
    return redirect("introduction", row.pk)


@login_required
@require_POST
def remove_document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """Take a file back."""
    introduction_id = documents.remove(sender(request), document_id)
    messages.success(request, _("Removed."))
    return redirect("introduction", introduction_id)


@login_required
@require_POST
def broker(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Hand an introduction to a colleague in the secretariat, or to nobody."""
    actor = sender(request)
    row = queries.introduction(actor, introduction_id)
    services.assign_broker(actor, row.pk, request.POST.get("broker") or None)
    messages.success(request, _("Saved."))
    return redirect("introduction", row.pk)


def _again(request: HttpRequest, row: Introduction, form: DocumentForm) -> HttpResponse:
    return owner_page(request, sender(request), row, document_form=form)
