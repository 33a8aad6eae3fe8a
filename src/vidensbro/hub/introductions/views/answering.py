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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.introductions import disclosure, meetings, presenters, queries, services, wording
from vidensbro.hub.introductions.forms import AcceptForm, LaterForm, NoForm, YesForm
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.presenters.one import TOGETHER, future_times
from vidensbro.hub.introductions.services import Answerer, LinkGone
from vidensbro.hub.introductions.views.asking import owner_page

Answering = Callable[[str, dict[str, Any]], object]
_DEAD = {"unknown": 404}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the link of a mail: it works once, on POST only."""
    try:
        _link, row = services.open_link(token)
    except LinkGone as gone:
        return _dead(request, gone.reason)
    if request.method != "POST":
        return _page(request, row, token)
    try:
        return _answered(
            request,
            row,
            lambda said, given: services.answer_by_link(token, said, **given),
            lambda said: redirect("answer-given", said),
            token,
        )
    except LinkGone as gone:
        return _dead(request, gone.reason)


@never_cache
@require_POST
def more(request: HttpRequest, token: str) -> HttpResponse:
    """Ask to be shown more, or accept a confidentiality agreement, with the link of a mail."""
    try:
        link, row = services.open_link(token)
    except LinkGone as gone:
        return _dead(request, gone.reason)
    by = Answerer(VISITOR, via_link=True, person_id=row.person_id)
    return _more(request, row, by, reverse("answer", args=[token]), link, token)


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
        return _page(request, row)
    by = Answerer(actor, person_id=row.person_id)
    return _answered(
        request,
        row,
        lambda said, values: _said(by, row, said, values),
        lambda said: _thanked(request, row, said),
    )


@never_cache
@login_required
@require_POST
def more_signed_in(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Ask to be shown more, or accept a confidentiality agreement, signed in."""
    actor = sender(request)
    row = queries.introduction(actor, introduction_id)
    return _more(
        request, row, Answerer(actor, person_id=row.person_id), reverse("introduction", args=[row.pk])
    )


@never_cache
@login_required
@require_safe
def meeting(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """The calendar file of the first meeting, for both sides once they have been introduced."""
    row = queries.introduction(sender(request), introduction_id)
    content = meetings.file_of(row) if row.state in TOGETHER else b""
    if not content:
        raise NotFound("meeting", introduction_id)
    return HttpResponse(
        content,
        content_type=meetings.CONTENT_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{meetings.NAME}"',
            "X-Content-Type-Options": "nosniff",
        },
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
        return _page(request, row, token, **{said: form})
    try:
        say(said, form.answer())
    except Invalid as error:
        show_problems(form, error)
        return _page(request, row, token, **{said: form})
    except Conflict as error:
        return _refused(request, error)
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


def _more(
    request: HttpRequest,
    row: Introduction,
    by: Answerer,
    back: str,
    link: AnswerLink | None = None,
    token: str = "",
) -> HttpResponse:
    try:
        if request.POST.get("more") != "accept":
            disclosure.ask_for(by, row.pk, request.POST.get("stage", ""))
            messages.success(request, _("The owner has been asked."))
            return redirect(back)
        form = AcceptForm(request.POST)
        if not form.is_valid():
            return _page(request, row, token, accept_form=form)
        number = request.POST.get("disclosure", "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise NotFound("disclosure", number)
        disclosure.accept_confidentiality(by, int(number), form.cleaned_data["name"], link=link)
    except Conflict as error:
        return _refused(request, error)
    messages.success(request, _("Accepted. This is what the owner shows you."))
    return redirect(back)


def _page(request: HttpRequest, row: Introduction, token: str = "", **forms: Any) -> HttpResponse:
    """The request as the counterpart may read it, with the forms to answer it; `forms` are those with errors."""
    action = reverse("answer", args=[token]) if token else reverse("introduction", args=[row.pk])
    further = reverse("answer-more", args=[token]) if token else reverse("introduction-more", args=[row.pk])
    context = {
        "introduction": row,
        "view": presenters.counterpart_view(row),
        "action": action,
        "more_action": further,
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


def _refused(request: HttpRequest, error: Conflict) -> HttpResponse:
    context = {"heading": _("This cannot be done now"), "sentence": words_for(error.reason)}
    return render(request, "introductions/dead_link.html", context, status=409)


def _dead(request: HttpRequest, reason: str) -> HttpResponse:
    heading, sentence = wording.DEAD_LINKS.get(reason, wording.DEAD_LINKS["unknown"])
    context = {"heading": heading, "sentence": sentence}
    return render(request, "introductions/dead_link.html", context, status=_DEAD.get(reason, 410))
