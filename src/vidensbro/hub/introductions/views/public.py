"""Public pages: how matches turn out, and whom the cluster recommends, asks and introduces."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common import clock
from vidensbro.hub.introductions import presenters, queries
from vidensbro.hub.matches.ranker import report
from vidensbro.hub.matches.ranker_words import ranker_view
from vidensbro.hub.ui.remembering import remembered

MINUTES = 10


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Asked, answered, said yes, introduced and met, month by month."""
    actor, (since, until) = sender(request), last_twelve_months()
    question = ("introduction-figures", since, until, *sorted(actor.tokens))
    found = remembered(question, lambda: queries.figures(actor, since, until), 60 * MINUTES)
    return render(request, "introductions/figures.html", {"figures": presenters.figures_view(found)})


@require_safe
def neutrality(request: HttpRequest) -> HttpResponse:
    """Who was recommended, asked and introduced, by size, kind, region and membership of the organisations."""
    actor, (since, until) = sender(request), last_twelve_months()
    question = ("neutrality", since, until, *sorted(actor.tokens))
    found = remembered(question, lambda: queries.neutrality(actor, since, until), 60 * MINUTES)
    shown = {"neutrality": presenters.neutrality_view(found), "ranker": ranker_view(report())}
    return render(request, "introductions/neutrality.html", shown)


def last_twelve_months() -> tuple[date, date]:
    """From the first day of the month eleven months ago until today."""
    today = clock.today()
    months = today.year * 12 + today.month - 1 - 11
    return date(months // 12, months % 12 + 1, 1), today
