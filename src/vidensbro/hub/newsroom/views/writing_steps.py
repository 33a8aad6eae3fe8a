"""The steps of a version: handed in, approved, set on an hour, out, withdrawn, removed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.forms.hour import HourForm, WithdrawalForm, hour_of
from vidensbro.hub.newsroom.forms.words import number_in
from vidensbro.hub.newsroom.models import State, Version
from vidensbro.hub.newsroom.presenters import writing as presenters
from vidensbro.hub.newsroom.queries import writing as queries

METHODS = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_POST
def step(request: HttpRequest, version_id: uuid.UUID, act: str) -> HttpResponse:
    """Take a step that needs nothing but a click. What stands in its way is said on the version's page."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    if act not in STEPS:
        raise Http404
    try:
        said = STEPS[act](actor, row, request)
    except Conflict as error:
        messages.error(request, str(words_for(error.reason)))
    except Invalid as error:
        for field, codes in error.problems.items():
            words = " ".join(str(words_for(code)) for code in codes)
            messages.error(request, f"{presenters.part_label(field)}: {words}")
    else:
        messages.success(request, said)
    return redirect("release-desk", row.pk)


@never_cache
@login_required
@require_http_methods(METHODS)
def schedule(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Set the hour, as the clock on the wall shows it."""
    actor = sender(request)
    row = _decided(actor, version_id)
    if row.state not in (State.APPROVED, State.SCHEDULED) or queries.is_out(row):
        raise Conflict("version_out" if queries.is_out(row) else "version_not_approved")
    initial = hour_of(row.publish_at) if row.publish_at is not None else {}
    form = HourForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.schedule(actor, row.pk, form.cleaned_data["moment"])
        except Invalid as error:
            show_problems(form, Invalid({"day": error.problems["publish_at"]}))
        else:
            messages.success(request, _("Everybody sees it from %(hour)s on.") % {"hour": _hour(row)})
            return redirect("release-desk", row.pk)
    context = {"version": row, "form": form, "zone": timezone.get_default_timezone_name()}
    return render(request, "newsroom/writing/schedule.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(METHODS)
def withdraw(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Take away what is out, with a note for everybody."""
    actor = sender(request)
    row = _decided(actor, version_id)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw(actor, row.pk, form.cleaned_data["note"])
        messages.success(request, _("Withdrawn. Its address says so from now on."))
        return redirect("release-desk", row.pk)
    context = {"version": row, "form": form}
    return render(request, "newsroom/writing/withdraw.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(METHODS)
def remove(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Remove a version that was never out, after asking once."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    if request.method == "POST":
        services.remove_draft(actor, row.pk, number_in(request.POST) or None)
        messages.success(request, _("The version has been removed."))
        return redirect("my-releases")
    last = not row.release.versions.exclude(pk=row.pk).exists()
    return render(request, "newsroom/writing/remove.html", {"version": row, "last": last})


def _hand_in(actor: Actor, row: Version, request: HttpRequest) -> str:
    services.hand_in(actor, row.pk, number_in(request.POST))
    return presenters.handed_in(row)


def _take_back(actor: Actor, row: Version, request: HttpRequest) -> str:
    services.take_back(actor, row.pk)
    return _("Taken back. It is a draft again.")


def _approve(actor: Actor, row: Version, request: HttpRequest) -> str:
    organisation, seen = request.POST.get("organisation", ""), request.POST.get("seen")
    now = services.approve(actor, row.pk, organisation, number_in(request.POST), seen=seen)
    if now.state == State.APPROVED:
        return _("Approved. All who issue it have said yes: the hour can be set.")
    return _("Approved. Others have not said yes yet.")


def _unschedule(actor: Actor, row: Version, request: HttpRequest) -> str:
    services.unschedule(actor, row.pk)
    return _("The hour has been taken back.")


def _publish(actor: Actor, row: Version, request: HttpRequest) -> str:
    services.schedule(actor, row.pk, clock.now())
    return _("It is out: everybody sees it now.")


STEPS: dict[str, Callable[[Actor, Version, HttpRequest], str]] = {
    "hand-in": _hand_in,
    "take-back": _take_back,
    "approve": _approve,
    "unschedule": _unschedule,
    "publish": _publish,
}


def _decided(actor: Actor, version_id: uuid.UUID) -> Version:
    row = queries.own(actor, version_id)
    if not queries.decides(actor, row):
        raise Denied("coordinator_only")
    return row


def _hour(row: Version) -> Any:
    moment = timezone.localtime(row.publish_at, timezone.get_default_timezone())
    return formats.date_format(moment, "DATETIME_FORMAT")
