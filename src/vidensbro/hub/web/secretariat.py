"""The secretariat's overview."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.imports import queries as imports
from vidensbro.hub.imports import wording
from vidensbro.hub.imports.presenters import progress, proposal_view
from vidensbro.hub.matches import queries as matches
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import State
from vidensbro.hub.outbox import queries as outbox

SHOWN = 6


@never_cache
@login_required
@require_safe
def secretariat(request: HttpRequest) -> HttpResponse:
    """What waits for somebody: new needs, needs without a good answer, imports, rows that may be one."""
    actor = sender(request)
    require(actor, is_staff, "staff_only")
    weak = matches.weak_needs(actor)[:SHOWN] if actor.is_secretariat else ()
    context = {
        "new": needs.needs(actor, needs.NeedSearch(state=State.POSTED))[:SHOWN],
        "weak": weak,
        "runs": [(run, wording.source(run.source), progress(run)) for run in imports.runs(actor)[:SHOWN]],
        "proposals": [proposal_view(pair) for pair in imports.merge_queue(actor, 3)],
        "proposals_open": imports.merge_proposals(actor).count(),
        "waiting": [topic for topic in outbox.status() if topic.open or topic.dead],
    }
    return render(request, "web/secretariat.html", context)
