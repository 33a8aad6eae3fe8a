"""Trying a need, and feedback. The page of one need spans features: see `web.needs`."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Denied, Invalid
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.matches import presenters, ranker, services, trials, wording
from vidensbro.hub.matches.forms import REASONS, FeedbackForm, NeedBoxForm
from vidensbro.kit.matching.model import Need


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def try_need(request: HttpRequest) -> HttpResponse:
    """Matches for a text that is not kept. A visitor may try; a GET shows the empty box."""
    if request.method != "POST":
        return render(request, "matches/try.html", {"form": NeedBoxForm()})
    form = NeedBoxForm(request.POST)
    if not form.is_valid():
        return render(request, "matches/try.html", {"form": form, "switch": _again(request)}, status=400)
    actor = sender(request)
    need = Need(text=form.cleaned_data["text"])
    try:
        found = trials.trial(actor, need, kinds=form.cleaned_data["kinds"], filters=form.filters())
    except Invalid as error:
        show_problems(form, error)
        return render(request, "matches/try.html", {"form": form, "switch": _again(request)}, status=400)
    context = {
        "form": form,
        "text": need.text,
        "language": found.language,
        "groups": presenters.groups(found.matches, found.rows),
        "weighed": ranker.report().used,
        "advice": [wording.advice(one) for one in found.advice],
        "left_out": presenters.refused(found.left_out),
        "digest": services.digest_of(need),
        "reasons": REASONS,
        "switch": _again(request),
    }
    return render(request, "matches/results.html", context)


@require_POST
def feedback(request: HttpRequest) -> HttpResponse:
    """Take what somebody thinks of a match."""
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return render(request, "matches/feedback.html", {"form": form}, status=400)
    given, actor = form.cleaned_data, sender(request)
    if actor.user_id is None:
        raise Denied("sign_in_needed")
    held = services.give_feedback(
        actor,
        given["kind"],
        given["target"],
        given["verdict"],
        reason=given["reason"],
        note=given["note"],
        need_id=given["need"],
        text_digest=given["digest"],
    )
    if getattr(request, "htmx", False):
        return render(request, "matches/said.html", {"feedback": held})
    if given["need"] is None:
        return render(request, "matches/thanks.html", {"feedback": held})
    messages.success(request, _("Thank you. The next answers take it into account."))
    return redirect(f"{reverse('need', args=[given['need']])}#matches")


@require_POST
def take_back(request: HttpRequest, feedback_id: uuid.UUID) -> HttpResponse:
    """Remove what one has said. From the answers to a text, which is sent along, these are given anew."""
    services.take_back_feedback(sender(request), feedback_id)
    if getattr(request, "htmx", False):
        return render(request, "matches/said.html", {"feedback": None})
    messages.success(request, _("Taken back."))
    if "text" in request.POST:
        return try_need(request)
    about = as_uuid(request.POST.get("need", ""))
    return redirect(f"{reverse('need', args=[about])}#matches") if about else redirect("home")


def _again(request: HttpRequest) -> dict[str, object]:
    """What the language button sends: the same need and choices once more."""
    kept = [
        (name, value)
        for name in request.POST
        if name not in {"csrfmiddlewaretoken", "language"}
        for value in request.POST.getlist(name)
    ]
    return {"action": reverse("match"), "hidden": kept}
