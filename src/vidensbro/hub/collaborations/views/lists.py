"""One's own collaborations, and the secretariat's board."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.collaborations import presenters, queries
from vidensbro.hub.collaborations.forms import BoardForm
from vidensbro.hub.ui.exporting import FORMATS, export
from vidensbro.hub.ui.listing import given

PER_PAGE = 25
MOST_ON_BOARD = 500


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Collaborations that the actor takes part in."""
    page = Paginator(queries.mine(sender(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "collaborations/mine.html", {"page": page})


@never_cache
@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every collaboration by stage, for the secretariat."""
    search = _search(request)
    rows = list(queries.board(sender(request), search)[: MOST_ON_BOARD + 1])
    context = {
        "form": BoardForm(request.GET),
        "columns": presenters.columns(rows[:MOST_ON_BOARD]),
        "count": len(rows[:MOST_ON_BOARD]),
        "cut": len(rows) > MOST_ON_BOARD,
        "narrowed": search != queries.CollaborationSearch(),
        "query": request.GET.urlencode(),
    }
    return render(request, "collaborations/board.html", context)


@never_cache
@login_required
@require_safe
def board_file(request: HttpRequest, form: str) -> HttpResponse:
    """What the board shows as a file for a spreadsheet."""
    rows = queries.board(sender(request), _search(request))
    if form not in FORMATS:
        raise Http404
    table = presenters.export_rows(rows, settings.VIDENSBRO_BASE_URL)
    return export(_("collaborations"), form, presenters.export_headers(), table)


def _search(request: HttpRequest) -> queries.CollaborationSearch:
    return queries.CollaborationSearch(
        text=given(request, "q"),
        field=given(request, "field"),
        organisation=given(request, "organisation"),
        quiet=given(request, "quiet"),
        stage=given(request, "stage"),
    )
