"""The press desk: what is planned, which approvals wait, who asked what."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.newsroom.models import Inquiry
from vidensbro.hub.newsroom.presenters import calendar
from vidensbro.hub.newsroom.presenters import press as presenters
from vidensbro.hub.newsroom.press_forms import InquirySearchForm
from vidensbro.hub.newsroom.queries import press as queries
from vidensbro.hub.newsroom.queries import subscribing
from vidensbro.hub.newsroom.queries.press import InquirySearch
from vidensbro.hub.newsroom.rules import handle_inquiry, trusts
from vidensbro.hub.newsroom.services import inquiries as services
from vidensbro.hub.ui.exporting import FORMATS, export
from vidensbro.hub.ui.listing import given

PER_PAGE = 25
SHOWN = 10


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Everything that waits, and the month."""
    actor = sender(request)
    month = calendar.month_of(given(request, "month"))
    shown = calendar.entries(queries.planned(actor, *month.weeks_span()))
    waiting = queries.open_inquiries(actor)
    context = {
        "month": month,
        "earlier": month.later(-1),
        "after": month.later(1),
        "as_list": given(request, "view") == "list",
        "planned": [one for one in shown if month.holds(one.at)],
        "weeks": calendar.weeks(month, shown),
        "weekdays": calendar.weekdays(),
        "waiting": queries.waiting(actor),
        "inquiries": _asked(actor, list(waiting[:SHOWN])),
        "open_count": waiting.count(),
        "lists_count": subscribing.lists(actor).count(),
        "kits": queries.own_places(actor),
        "trusts": trusts(actor),
        "now": clock.now(),
    }
    return render(request, "newsroom/press/desk.html", context)


@never_cache
@login_required
@require_safe
def calendar_file(request: HttpRequest) -> HttpResponse:
    """What is planned from last month on, for a calendar program."""
    actor = sender(request)
    since, until = calendar.month_of("").later(-1).span()[0], calendar.month_of("").later(24).span()[1]
    content = calendar.calendar_file(calendar.entries(queries.planned(actor, since, until)))
    response = HttpResponse(content, content_type=calendar.CALENDAR_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{calendar.CALENDAR_NAME}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@login_required
@require_safe
def inquiries(request: HttpRequest) -> HttpResponse:
    """Who asked what."""
    actor = sender(request)
    search = _search(request)
    rows = queries.inquiries(actor, search)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    places = [(one.pk, organisation_name(one)) for one in queries.places_asked(actor)]
    context = {
        "form": InquirySearchForm(request.GET, auto_id="by-%s", places=places),
        "page": page,
        "rows": _asked(actor, list(page.object_list)),
        "count": page.paginator.count,
        "narrowed": search != InquirySearch(),
        "query": request.GET.urlencode(),
    }
    return render(request, "newsroom/press/inquiries.html", context)


@never_cache
@login_required
@require_safe
def inquiries_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file for a spreadsheet."""
    actor = sender(request)
    rows = list(queries.inquiries(actor, _search(request)))
    if form not in FORMATS:
        raise Http404
    table = presenters.inquiry_lines(_asked(actor, rows))
    return export(_("press-inquiries"), form, presenters.inquiry_headers(), table)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inquiry(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    """One question; a POST says that it is dealt with."""
    actor = sender(request)
    row = queries.inquiry(actor, inquiry_id)
    if request.method == "POST":
        try:
            done = services.handle(actor, row.pk, request.POST.get("state", ""))
        except Conflict as error:
            messages.warning(request, str(words_for(error.reason)))
            return redirect("press-inquiry", row.pk)
        messages.success(request, _said(done))
        return redirect("press-inquiry", row.pk)
    context = {
        "asked": _asked(actor, [row])[0],
        "handles": bool(handle_inquiry.allows(actor, row)),
        "earlier": queries.earlier_of(actor, row)[:SHOWN],
    }
    return render(request, "newsroom/press/inquiry.html", context)


def _asked(actor: Actor, rows: list[Inquiry]) -> list[presenters.Asked]:
    about = queries.headlines(actor, [row.release_id for row in rows], get_language() or "en")
    return presenters.asked_rows(rows, about)


def _said(row: Inquiry) -> str:
    if row.state == Inquiry.State.OPEN:
        return _("The question waits again.")
    answered = row.state == Inquiry.State.ANSWERED
    return _("Noted: answered.") if answered else _("Noted: it is not answered.")


def _search(request: HttpRequest) -> InquirySearch:
    return InquirySearch(
        text=given(request, "q"), state=given(request, "state"), organisation=given(request, "organisation")
    )
