"""Lists of needs, and writing, posting and closing one. The page of a need spans features: see `web.needs`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

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
from vidensbro.hub.accounts.policies import is_member, require
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Denied, Invalid
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.needs import queries, services, wording
from vidensbro.hub.needs.forms import ApproveForm, CloseForm, HelpForm, NeedForm, TeaserForm, again, initial
from vidensbro.hub.needs.models import CLOSED_CIRCLES, Need, NeedTeaser, State
from vidensbro.hub.needs.presenters import need_href
from vidensbro.hub.needs.teasers import check, propose
from vidensbro.hub.ui.listing import given, listing

PER_PAGE = 20
FOUND = 20
"""Organisations that a name is looked up to, at most."""
SHOWN_TEASERS = 6


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
    actor = sender(request)
    if search.state == State.POSTED and not search.field and context["page"].number == 1:
        context["teasers"] = queries.teasers(actor, search.text)[:SHOWN_TEASERS]
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
    """Write a need; it is a draft until it is posted. Whoever may not is told so before writing."""
    actor = sender(request)
    require(actor, is_member, "members_only")
    form = _form(request, actor, organisations=_organisations(actor))
    if form.is_valid():
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
    form = _form(request, actor, row)
    if form.is_valid():
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


@require_safe
def teasers(request: HttpRequest) -> HttpResponse:
    """What others look for without saying who they are."""
    search = queries.TeaserSearch(text=given(request, "q"))
    rows = queries.teasers(sender(request), search.text)
    context = listing(request, search, rows, label=_("Words in the teaser"), per_page=PER_PAGE)
    return render(request, "needs/teasers.html", context)


@require_safe
def teaser(request: HttpRequest, teaser_id: uuid.UUID) -> HttpResponse:
    """One teaser, and a way to say that one can help."""
    return _teaser_page(request, teaser_id, HelpForm())


@login_required
@require_POST
def offer_help(request: HttpRequest, teaser_id: uuid.UUID) -> HttpResponse:
    """Take what somebody can help with."""
    form = HelpForm(request.POST)
    if form.is_valid():
        try:
            services.offer_help(sender(request), teaser_id, form.cleaned_data["message"])
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Thank you. Your message has been passed on."))
            return redirect("teaser", teaser_id)
    return _teaser_page(request, teaser_id, form)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_teaser(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """For the owner's side: write the teaser, see what it gives away, and who has answered."""
    actor = sender(request)
    row = queries.need(actor, need_id)
    held = queries.teaser_of(actor, row)
    if row.visibility not in CLOSED_CIRCLES:
        raise Conflict("teaser_not_needed")
    form = TeaserForm(request.POST or None, initial=_teaser_so_far(row, held))
    if form.is_valid():
        try:
            services.write_teaser(actor, row.pk, **form.cleaned_data)
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(
                request, _("Saved. Look at the warnings, and approve the teaser when it is right.")
            )
            return redirect("need-teaser", row.pk)
    return _own_teaser_page(request, row, held, form)


@login_required
@require_POST
def approve_teaser(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Let others see the teaser as it was looked at."""
    form = ApproveForm(request.POST)
    if form.is_valid():
        try:
            services.approve_teaser(sender(request), need_id, **form.cleaned_data)
        except Invalid:
            messages.error(
                request, _("There are warnings. Tick that you have seen them, or change the text.")
            )
        else:
            messages.success(request, _("Approved. Others can see the teaser while the need is open."))
    return redirect("need-teaser", need_id)


@login_required
@require_POST
def withdraw_teaser(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Show the teaser no longer."""
    services.withdraw_teaser(sender(request), need_id)
    messages.success(request, _("The teaser is no longer shown."))
    return redirect("need-teaser", need_id)


def _teaser_page(request: HttpRequest, teaser_id: uuid.UUID, form: HelpForm) -> HttpResponse:
    actor = sender(request)
    row = queries.teaser(actor, teaser_id)
    context: dict[str, Any] = {
        "teaser": row,
        "form": form,
        "said": queries.own_interest(actor, row),
        "own": queries.may_see(actor, row.need),
        "may_help": actor.is_member and actor.user_id is not None,
    }
    return render(request, "needs/teaser.html", context, status=400 if form.errors else 200)


def _own_teaser_page(
    request: HttpRequest, row: Need, held: NeedTeaser | None, form: TeaserForm
) -> HttpResponse:
    context: dict[str, Any] = {
        "need": row,
        "teaser": held,
        "form": form,
        "interests": queries.interests(sender(request), row),
    }
    if held is not None:
        checked = check(row, held.text, held.language)
        context |= {
            "checked": checked,
            "warned": wording.warned(checked),
            "crowd": wording.crowd_line(checked.crowd),
            "crowd_reason": wording.crowd_reason(checked.crowd),
            "crowd_advice": wording.crowd_advice(checked.crowd),
            "approve": ApproveForm(initial={"text": held.text}),
        }
    return render(request, "needs/own_teaser.html", context, status=400 if form.errors else 200)


def _teaser_so_far(row: Need, held: NeedTeaser | None) -> dict[str, str]:
    """What is written, or a proposal."""
    if held is None:
        return {"text": propose(row), "audience": NeedTeaser.Audience.MEMBERS}
    return {"text": held.text, "audience": held.audience}


def _form(
    request: HttpRequest, actor: Actor, row: Need | None = None, organisations: Sequence[tuple[str, str]] = ()
) -> NeedForm:
    """The form as it was sent, or not yet judged where an organisation is only being looked for."""
    filled = again(request.POST) if request.method == "POST" else initial(row) if row else {}
    choices = {
        "organisations": organisations,
        "audience": _circle(actor, filled.get("audience") or (), filled.get("audience_name") or ""),
    }
    if request.method == "POST" and "find" not in request.POST:
        return NeedForm(request.POST, initial=initial(row) if row else {}, **choices)
    return NeedForm(initial=filled, **choices)


def _circle(actor: Actor, chosen: Iterable[str], name: str) -> list[tuple[str, str]]:
    """Organisations to choose from: those that are chosen, then those that a name finds."""
    rows = queries.organisations_by_id(actor, chosen)
    if name.strip():
        there = {row.pk for row in rows}
        search = directory.OrganisationSearch(text=name.replace("\x00", "")[:200])
        rows += [row for row in directory.organisations(actor, search)[:FOUND] if row.pk not in there]
    return [(str(row.pk), organisation_name(row)) for row in rows]


def _organisations(actor: Actor) -> list[tuple[str, str]]:
    rows = [directory.organisation(actor, one) for one in actor.organisations]
    return sorted(((str(row.pk), organisation_name(row)) for row in rows), key=lambda pair: pair[1])
