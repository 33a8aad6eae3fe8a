"""The owner's side: requesting an introduction, and everything that follows from there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
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
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.introductions import disclosure, presenters, queries, services, wording
from vidensbro.hub.introductions.forms import (
    BrokerForm,
    CloseForm,
    DecideForm,
    DocumentForm,
    NewRequestForm,
    NoteForm,
    RequestForm,
    initial_request,
)
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.presenters.counterparts import Choices, choices, starter
from vidensbro.hub.introductions.presenters.handing import broker_choices
from vidensbro.hub.introductions.presenters.one import evidence_groups
from vidensbro.hub.matches import presenters as matches
from vidensbro.hub.matches import queries as match_queries
from vidensbro.hub.matches import wording as match_wording
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.models import State as NeedState


@dataclass(frozen=True, slots=True)
class _Request:
    """What a new request is about."""

    need: Need
    key: str
    groups: list[matches.Group]
    choices: Choices


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Write a request. It is a draft, to be looked at as the other side will see it before it is sent."""
    actor = sender(request)
    about = _about(request, actor, need_id)
    form = NewRequestForm(
        request.POST or None,
        counterparts=about.choices.open,
        initial={"message": starter(about.need), "counterpart": about.choices.first},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.draft(
                actor, need_id, match_key=about.key, **form.counterpart_ids(), **form.request()
            )
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error(None, wording.unavailable(error.reason))
        else:
            return redirect("introduction", row.pk)
    context = {
        "need": about.need,
        "match_key": about.key,
        "form": form,
        "groups": about.groups,
        "passed": about.choices.passed,
        "closed": _closed(about),
        "time_zone": settings.TIME_ZONE,
    }
    return render(request, "introductions/new.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Change a request before it is sent."""
    actor = sender(request)
    row = queries.introduction(actor, introduction_id)
    if not (allowed := queries.may_request(actor, row)):
        raise Denied(allowed.reason)
    form = RequestForm(
        request.POST or None, initial=initial_request(row.message, row.minutes, list(row.times.all()))
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(actor, row.pk, **form.request())
        except Invalid as error:
            show_problems(form, error)
        else:
            return redirect("introduction", row.pk)
    context = {
        "introduction": row,
        "other": presenters.owner_view(actor, row).other,
        "form": form,
        "time_zone": settings.TIME_ZONE,
    }
    return render(request, "introductions/edit.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def ask(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Send a request. What stands in the way is said on its page."""
    actor = sender(request)
    try:
        services.ask(actor, introduction_id, override=request.POST.get("override", ""))
    except Conflict as error:
        messages.error(request, wording.unavailable(error.reason))
    except Invalid as error:
        for code in dict.fromkeys(code for codes in error.problems.values() for code in codes):
            messages.error(request, str(words_for(code)))
    else:
        messages.success(request, _("Sent. You get a mail when there is an answer."))
    return redirect("introduction", introduction_id)


@login_required
@require_POST
def agree(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """The owner's yes to what the secretariat asked."""
    services.agree(sender(request), introduction_id)
    messages.success(request, _("You have agreed."))
    return redirect("introduction", introduction_id)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Take a request back."""
    actor, form = sender(request), NoteForm(request.POST)
    row = queries.introduction(actor, introduction_id)
    if not form.is_valid():
        return owner_page(request, actor, row, withdraw_form=form)
    services.withdraw(actor, introduction_id, form.cleaned_data["note"])
    messages.success(request, _("Withdrawn."))
    return redirect("introduction", introduction_id)


@never_cache
@login_required
@require_POST
def close(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Say what became of an introduction."""
    actor, form = sender(request), CloseForm(request.POST)
    row = queries.introduction(actor, introduction_id)
    if not form.is_valid():
        return owner_page(request, actor, row, close_form=form)
    services.close(actor, introduction_id, **form.cleaned_data)
    messages.success(request, _("Thank you. What became of it makes the next answers better."))
    return redirect("introduction", introduction_id)


@login_required
@require_POST
def decide(request: HttpRequest, disclosure_id: int) -> HttpResponse:
    """Show the other side more, or not."""
    form = DecideForm(request.POST)
    if not form.is_valid():
        raise Invalid({"agreed": ("required",)})
    agreed = form.cleaned_data["agreed"] == "yes"
    found = disclosure.decide(
        sender(request),
        disclosure_id,
        agreed,
        needs_confidentiality=form.cleaned_data["needs_confidentiality"],
    )
    messages.success(request, _("Agreed.") if agreed else _("Refused."))
    return redirect("introduction", found.introduction_id)


def owner_page(request: HttpRequest, actor: Actor, row: Introduction, **forms: Any) -> HttpResponse:
    """The page of an introduction for the owner's side and the secretariat; `forms` are those with errors."""
    if not (allowed := queries.may_request(actor, row)):
        raise Denied(allowed.reason)
    given = next(iter(forms.values()), None)
    context = {
        "introduction": row,
        "view": presenters.owner_view(actor, row),
        "groups": evidence_groups(actor, row),
        "form": given,
        "withdraw_form": NoteForm(auto_id="withdraw_%s"),
        "close_form": CloseForm(auto_id="close_%s"),
        "document_form": DocumentForm(auto_id="document_%s"),
        "broker_form": _broker_form(actor, row),
        "may_override": bool(queries.may_broker(actor, row)),
        **forms,
    }
    return render(request, "introductions/introduction.html", context, status=400 if forms else 200)


def _broker_form(actor: Actor, row: Introduction) -> BrokerForm | None:
    brokers = broker_choices(actor, row)
    if not brokers:
        return None
    return BrokerForm(brokers=brokers, initial={"broker": str(row.broker_id or "")}, auto_id="assign_%s")


def _about(request: HttpRequest, actor: Actor, need_id: uuid.UUID) -> _Request:
    """The need, the match asked from and those behind it. Raises NotFound, Denied; Invalid without a match."""
    need = needs.need(actor, need_id)
    if not (answer := needs.may_see_matches(actor, need)):
        raise Denied(answer.reason)
    key = str(request.POST.get("match") or request.GET.get("match", "")).replace("\x00", "")
    found = match_queries.matches_of(actor, need.pk)
    match = next((one for one in found.matches if f"{one.kind}:{one.id}" == key), None)
    if match is None:
        raise NotFound("match", key)
    view = matches.view(match, found.rows)
    groups = [matches.Group(view.kind, match_wording.kind_plural(view.kind), (view,), ())]
    return _Request(need, key, groups, choices(actor, need, key))


def _closed(about: _Request) -> str:
    """Why nobody can be asked at all; "" if somebody can."""
    if about.need.state not in {NeedState.POSTED, NeedState.ANSWERED}:
        return str(words_for("need_not_posted"))
    if about.choices.open:
        return ""
    if about.choices.passed:
        return _("Nobody behind this answer can be asked now.")
    return _("No person or organisation is known to stand behind this answer.")
