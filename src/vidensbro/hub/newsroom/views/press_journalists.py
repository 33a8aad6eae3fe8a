"""Journalists who may read before the hour: whom the secretariat trusts, and what those who are trusted find."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom.models import WRITTEN, Version
from vidensbro.hub.newsroom.presenters import press as presenters
from vidensbro.hub.newsroom.press_forms import AcceptForm, TrustForm
from vidensbro.hub.newsroom.queries import journalists as queries
from vidensbro.hub.newsroom.queries import press, versions
from vidensbro.hub.newsroom.services import journalists as services
from vidensbro.hub.newsroom.terms import TERMS

METHODS = ["GET", "HEAD", "POST"]
SHOWN = 50


@never_cache
@login_required
@require_http_methods(METHODS)
def journalists(request: HttpRequest) -> HttpResponse:
    """Who is trusted, what they accepted and read; a POST trusts somebody."""
    actor = sender(request)
    rows = queries.journalists(actor)
    form = TrustForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.trust(actor, form.cleaned_data["email"], form.cleaned_data["outlet"])
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("%(name)s is trusted from now on.") % {"name": row.user})
            return redirect("journalists")
    accepted = list(queries.acceptances(actor)[:SHOWN])
    about = press.headlines(actor, [one.release_id for one in accepted], get_language() or "en")
    context = {
        "form": form,
        "journalists": rows,
        "accepted": [(one, about.get(one.release_id)) for one in accepted],
        "readings": queries.read_lately(actor, services.READ, SHOWN),
    }
    return render(request, "newsroom/press/journalists.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
    """End the trust in somebody."""
    row = services.end_trust(sender(request), user_id)
    messages.success(request, _("%(name)s sees nothing before the hour any more.") % {"name": row.user})
    return redirect("journalists")


@never_cache
@login_required
@require_safe
def for_the_press(request: HttpRequest) -> HttpResponse:
    """What a trusted journalist may read before its hour, and what she has asked."""
    actor = sender(request)
    context = {
        "offered": presenters.offered_rows(queries.offered(actor)),
        "asked": press.own_inquiries(actor)[:SHOWN],
    }
    return render(request, "newsroom/press/for_the_press.html", context)


@never_cache
@login_required
@require_http_methods(METHODS)
def accept(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """The terms, with what may be known before them; a POST accepts them by name, and the release can be read."""
    actor = sender(request)
    if (read := versions.visible(actor).filter(pk=version_id).first()) is not None:
        return _to_release(read)
    row = queries.offer(actor, version_id)
    shown, wording = presenters.terms()
    form = AcceptForm(request.POST or None, initial={"name": actor.name, "terms": TERMS})
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            services.accept(actor, row.pk, given["name"], given["terms"], shown)
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error(None, str(words_for(error.reason)))
        else:
            return _to_release(versions.version(actor, row.pk))
    context = {
        "form": form,
        "terms": TERMS,
        "wording": wording,
        "offer": presenters.offered_rows([queries.Offered(None, row)])[0],
    }
    return render(request, "newsroom/press/accept.html", context, status=400 if form.errors else 200)


def _to_release(row: Version) -> HttpResponse:
    """Where a version that the actor may see is read."""
    if row.state in WRITTEN:
        return redirect("release-desk", row.pk)
    return redirect("release", row.language, row.slug)
