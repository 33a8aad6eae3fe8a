"""Lists of needs, and writing, posting and closing one. The page of a need spans features: see `matches.views`."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Denied, Invalid
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.needs import queries, services
from vidensbro.hub.needs.forms import CloseForm, NeedForm, initial
from vidensbro.hub.needs.models import State
from vidensbro.hub.needs.presenters import need_href
from vidensbro.hub.ui.listing import given, listing

PER_PAGE = 20


@require_safe
def open_needs(request: HttpRequest) -> HttpResponse:
    """Needs that are open and that the actor may see, the newest first."""
    search = queries.NeedSearch(
        text=given(request, "q"),
        field=given(request, "field"),
        state=given(request, "state") or State.POSTED,
    )
    context = listing(
        request,
        search,
        queries.needs(sender(request), search),
        label=_("Words in the need"),
        per_page=PER_PAGE,
    )
    return render(request, "needs/list.html", context)


@never_cache
@login_required
@require_safe
def my_needs(request: HttpRequest) -> HttpResponse:
    """The actor's own needs, drafts among them."""
    page = Paginator(queries.my_needs(sender(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "needs/mine.html", {"page": page})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a need; it is a draft until it is posted."""
    actor = sender(request)
    form = NeedForm(request.POST or None, organisations=_organisations(actor))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                row = services.create_draft(actor, organisation_id=form.organisation_id(), **form.columns())
                if "post" in request.POST:
                    services.post(actor, row.pk)
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Posted.") if "post" in request.POST else _("Saved as a draft."))
            return redirect(need_href(row))
    return render(
        request, "needs/form.html", {"form": form, "need": None}, status=400 if form.errors else 200
    )


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a text that was tried as a draft, to be completed."""
    try:
        row = services.create_draft(sender(request), text=request.POST.get("text", ""))
    except Invalid:
        return new(request)
    messages.success(request, _("Saved as a draft. Complete it and post it when you are ready."))
    return redirect("edit-need", row.pk)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Change a need."""
    actor = sender(request)
    row = queries.need(actor, need_id)
    if not (allowed := queries.may_edit(actor, row)):
        raise Denied(allowed.reason)
    form = NeedForm(request.POST or None, initial=initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                services.edit(actor, row.pk, **form.columns())
                if "post" in request.POST and row.state == State.DRAFT:
                    services.post(actor, row.pk)
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Posted.") if "post" in request.POST else _("Saved."))
            return redirect(need_href(row))
    return render(request, "needs/form.html", {"form": form, "need": row}, status=400 if form.errors else 200)


@login_required
@require_POST
def post(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Post a draft."""
    try:
        services.post(sender(request), need_id)
    except Invalid:
        messages.error(request, _("The need is not complete yet. Fill in what is missing and post it."))
        return redirect("edit-need", need_id)
    messages.success(request, _("Posted. The matches are being found."))
    return redirect("need", need_id)


@login_required
@require_POST
def answer(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Say that a need has been answered."""
    services.answer(sender(request), need_id)
    messages.success(request, _("Marked as answered."))
    return redirect("need", need_id)


@login_required
@require_POST
def close(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Close a need."""
    form = CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("What came of it is told at too great length: at most 5,000 characters."))
        return redirect("need", need_id)
    services.close(sender(request), need_id, form.cleaned_data["outcome"])
    messages.success(request, _("Closed."))
    return redirect("need", need_id)


@login_required
@require_POST
def reopen(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Take a need up again."""
    services.reopen(sender(request), need_id)
    messages.success(request, _("The need is open again."))
    return redirect("need", need_id)


@login_required
@require_POST
def delete(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    services.delete_draft(sender(request), need_id)
    messages.success(request, _("The draft has been deleted."))
    return redirect("my-needs")


def _organisations(actor: Actor) -> list[tuple[str, str]]:
    rows = [directory.organisation(actor, one) for one in actor.organisations]
    return sorted(((str(row.pk), organisation_name(row)) for row in rows), key=lambda pair: pair[1])
