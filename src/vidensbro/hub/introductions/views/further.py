"""What a counterpart can do besides answering: see more, choose a time, fetch files; signed in or by link."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.files.responses import attachment
from vidensbro.hub.introductions import disclosure, documents, meetings, queries, services
from vidensbro.hub.introductions.forms import AcceptForm, ChooseTimeForm
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.presenters.one import TOGETHER, future_times
from vidensbro.hub.introductions.services import Answerer, LinkGone
from vidensbro.hub.introductions.views.answering import counterpart_page, dead, refused


@never_cache
@require_POST
def more(request: HttpRequest, token: str) -> HttpResponse:
    """Ask to be shown more, or accept a confidentiality agreement, with the link of a mail."""
    try:
        link, row = services.read_link(token)
    except LinkGone as gone:
        return dead(request, gone.reason)
    return _more(request, row, _holder(row), reverse("answer", args=[token]), link, token)


@never_cache
@login_required
@require_POST
def more_signed_in(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Ask to be shown more, or accept a confidentiality agreement, signed in."""
    actor = sender(request)
    row = queries.introduction(actor, introduction_id)
    by = Answerer(actor, person_id=row.person_id)
    return _more(request, row, by, reverse("introduction", args=[row.pk]))


@never_cache
@require_POST
def time(request: HttpRequest, token: str) -> HttpResponse:
    """Choose one of the times on offer, with the link of a mail."""
    try:
        _link, row = services.read_link(token)
    except LinkGone as gone:
        return dead(request, gone.reason)
    return _time(request, row, _holder(row), reverse("answer", args=[token]), token)


@never_cache
@login_required
@require_POST
def time_signed_in(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Choose one of the times on offer, signed in."""
    actor = sender(request)
    row = queries.introduction(actor, introduction_id)
    if not (allowed := queries.may_answer(actor, row)):
        raise Denied(allowed.reason)
    by = Answerer(actor, person_id=row.person_id)
    return _time(request, row, by, reverse("introduction", args=[row.pk]))


@never_cache
@require_safe
def document(request: HttpRequest, token: str, document_id: uuid.UUID) -> HttpResponseBase:
    """A file that the owner's side handed over, with the link of a mail."""
    return attachment(documents.file_by_link(token, document_id))


@never_cache
@login_required
@require_safe
def meeting(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """The calendar file of the first meeting, for both sides once they have been introduced."""
    return _calendar(queries.introduction(sender(request), introduction_id))


@never_cache
@require_safe
def meeting_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar file of the first meeting, with the link of a mail."""
    _link, row = services.read_link(token)
    return _calendar(row)


def _holder(row: Introduction) -> Answerer:
    return Answerer(VISITOR, via_link=True, person_id=row.person_id)


def _calendar(row: Introduction) -> HttpResponse:
    content = meetings.file_of(row) if row.state in TOGETHER else b""
    if not content:
        raise NotFound("meeting", row.pk)
    return HttpResponse(
        content,
        content_type=meetings.CONTENT_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{meetings.NAME}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _time(request: HttpRequest, row: Introduction, by: Answerer, back: str, token: str = "") -> HttpResponse:
    form = ChooseTimeForm(request.POST, times=future_times(row), auto_id="choose_%s")
    if not form.is_valid():
        return counterpart_page(request, row, token, choose_form=form)
    try:
        services.choose_time(by, row.pk, int(form.cleaned_data["time_id"]))
    except Invalid as error:
        show_problems(form, error)
        return counterpart_page(request, row, token, choose_form=form)
    except Conflict as error:
        return refused(request, error)
    messages.success(request, _("Chosen. When both have said yes, both get the meeting as a calendar file."))
    return redirect(back)


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
            return counterpart_page(request, row, token, accept_form=form)
        number = request.POST.get("disclosure", "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise NotFound("disclosure", number)
        disclosure.accept_confidentiality(by, int(number), form.cleaned_data["name"], link=link)
    except Conflict as error:
        return refused(request, error)
    messages.success(request, _("Accepted. This is what the owner shows you."))
    return redirect(back)
