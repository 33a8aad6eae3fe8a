"""The counterpart's side: answering from a mail without an account, or signed in. A GET shows and does nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Invalid
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.introductions import presenters, queries, services, wording
from vidensbro.hub.introductions.forms import AcceptForm, ChooseTimeForm, LaterForm, NoForm, YesForm
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.presenters.handing import may_choose_time
from vidensbro.hub.introductions.presenters.one import future_times
from vidensbro.hub.introductions.services import Answerer, LinkGone
from vidensbro.hub.introductions.views.asking import owner_page

Answering = Callable[[str, dict[str, Any]], object]
_DEAD = {"unknown": 404}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the link of a mail: it works once, on POST only. A link of a later mail shows how things stand."""
    try:
        _link, row = services.read_link(token)
    except LinkGone as gone:
        return dead(request, gone.reason)
    if request.method != "POST":
        return counterpart_page(request, row, token)
    try:
        return _answered(
            request,
            row,
            lambda said, given: services.answer_by_link(token, said, **given),
            lambda said: redirect("answer-given", said),
            token,
        )
    except LinkGone as gone:
        return dead(request, gone.reason)


@never_cache
@require_safe
def given(request: HttpRequest, said: str) -> HttpResponse:
    """Thanks for an answer; says nothing of what it was about."""
    if said not in wording.GIVEN:
        raise Http404
    return render(request, "introductions/given.html", {"sentence": wording.GIVEN[said]})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """One introduction: for the counterpart the request and its answer, for the owner's side everything else."""
    actor = sender(request)
    row = queries.introduction(actor, introduction_id)
    if queries.may_request(actor, row) and not queries.may_answer(actor, row):
        if request.method == "POST":
            raise Conflict("not_asked")
        return owner_page(request, actor, row)
    if request.method != "POST":
        return counterpart_page(request, row)
    by = Answerer(actor, person_id=row.person_id)
    return _answered(
        request,
        row,
        lambda said, values: _said(by, row, said, values),
        lambda said: _thanked(request, row, said),
    )


def _answered(
    request: HttpRequest,
    row: Introduction,
    say: Answering,
    done: Callable[[str], HttpResponse],
    token: str = "",
) -> HttpResponse:
    """Take an answer, or show the page again with what is wrong."""
    said = request.POST.get("answer", "")
    form = _forms(row, request).get(said)
    if form is None:
        raise Invalid({"answer": ("required",)})
    if not form.is_valid():
        return counterpart_page(request, row, token, **{said: form})
    try:
        say(said, form.answer())
    except Invalid as error:
        show_problems(form, error)
        return counterpart_page(request, row, token, **{said: form})
    except Conflict as error:
        return refused(request, error)
    return done(said)


def _said(by: Answerer, row: Introduction, said: str, values: dict[str, Any]) -> None:
    if said == "yes":
        services.accept(by, row.pk, **values)
    elif said == "later":
        services.postpone(by, row.pk, **values)
    else:
        services.decline(by, row.pk, **values)


def _thanked(request: HttpRequest, row: Introduction, said: str) -> HttpResponse:
    messages.success(request, str(wording.GIVEN[said]))
    return redirect("introduction", row.pk)


def counterpart_page(request: HttpRequest, row: Introduction, token: str = "", **forms: Any) -> HttpResponse:
    """The request as the counterpart may read it, with the forms to answer it; `forms` are those with errors."""

    def there(by_link: str, signed_in: str) -> str:
        return reverse(by_link, args=[token]) if token else reverse(signed_in, args=[row.pk])

    times = future_times(row) if may_choose_time(row) else []
    context = {
        "introduction": row,
        "view": presenters.counterpart_view(row, token),
        "action": there("answer", "introduction"),
        "more_action": there("answer-more", "introduction-more"),
        "time_action": there("answer-time", "choose-time"),
        "meeting_href": there("answer-meeting", "meeting-file"),
        "choose_form": ChooseTimeForm(times=times, auto_id="choose_%s") if times else None,
        "form": next(iter(forms.values()), None),
        "accept_form": AcceptForm(auto_id="accept_%s"),
        "by_link": bool(token),
        **_forms(row),
        **forms,
    }
    return render(request, "introductions/answer.html", context, status=400 if forms else 200)


def _forms(row: Introduction, request: HttpRequest | None = None) -> dict[str, YesForm | LaterForm | NoForm]:
    """The three forms. Their fields have names of their own, so that labels find them on one page."""
    data = request.POST if request is not None else None
    return {
        "yes": YesForm(data, times=future_times(row), auto_id="yes_%s"),
        "later": LaterForm(data, auto_id="later_%s"),
        "no": NoForm(data, auto_id="no_%s"),
    }


def refused(request: HttpRequest, error: Conflict) -> HttpResponse:
    """What is in the way, for whoever has no other page to be told it on."""
    context = {"heading": _("This cannot be done now"), "sentence": words_for(error.reason)}
    return render(request, "introductions/dead_link.html", context, status=409)


def dead(request: HttpRequest, reason: str) -> HttpResponse:
    """What became of a link with which nothing can be done; tells nothing of what it was about."""
    heading, sentence = wording.DEAD_LINKS.get(reason, wording.DEAD_LINKS["unknown"])
    context = {"heading": heading, "sentence": sentence}
    return render(request, "introductions/dead_link.html", context, status=_DEAD.get(reason, 410))
