"""Imports and merge proposals, for the secretariat and administrators."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.imports import presenters, queries, services, wording
from vidensbro.hub.imports.forms import ScheduleForm, SourceForm

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """One import: how far it is and what was wrong."""
    actor = sender(request)
    row = queries.run_of(actor, run_id)
    page = Paginator(queries.problems(actor, run_id), PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.problem_counts(actor, run_id)
    context = {
        "run": row,
        "source": wording.source(row.source),
        "percent": presenters.progress(row),
        "left": presenters.time_left(row),
        "counts": presenters.counted(counts, queries.examples(actor, run_id, counts)),
        "changes": [
            presenters.changes_view(actor, kind, new, changed, queries.first_changes(actor, run_id, kind))
            for kind, new, changed in queries.change_counts(actor, run_id)
        ],
        "fates": presenters.fates(row),
        "undoing": services.UNDO_ASKED in row.undoing and row.undone is None,
        "page": page,
        "problems": [presenters.problem_view(one) for one in page.object_list],
    }
    return render(request, "imports/run.html", context)


@login_required
@require_POST
def undo(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Have an import taken back."""
    services.ask_to_undo(sender(request), run_id)
    messages.success(request, _("The import is being undone. This page tells what becomes of its rows."))
    return redirect("import-run", run_id)


@never_cache
@login_required
@require_safe
def schedules(request: HttpRequest) -> HttpResponse:
    """What is fetched and imported again and again."""
    actor = sender(request)
    require(actor, is_staff, "staff_only")
    rows = [presenters.schedule_view(row) for row in queries.schedules(actor)]
    return render(request, "imports/schedules.html", {"schedules": rows, "form": SourceForm()})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_schedule(request: HttpRequest) -> HttpResponse:
    """Have a source, which the address names, fetched again and again; without one it is asked for."""
    actor = sender(request)
    require(actor, is_staff, "staff_only")
    chosen = SourceForm(request.GET)
    if not chosen.is_valid():
        if request.method == "POST":
            raise Invalid({"source": ("invalid_choice",)})
        return redirect("import-schedules")
    source = chosen.cleaned_data["source"]
    form = ScheduleForm(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_schedule(actor, source, form.wish(), form.cleaned_data["hours"], form.first())
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(
                request, _("%(source)s is fetched from now on.") % {"source": wording.source(source)}
            )
            return redirect("import-schedules")
    context = {"form": form, "source": source, "name": wording.source(source)}
    return render(request, "imports/new_schedule.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def pause_schedule(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Let a schedule rest, or with an empty `paused` go on."""
    row = services.pause_schedule(sender(request), schedule_id, bool(request.POST.get("paused")))
    said = _("%(source)s is paused.") if row.paused else _("%(source)s goes on.")
    messages.success(request, said % {"source": wording.source(row.source)})
    return redirect("import-schedules")


@login_required
@require_POST
def remove_schedule(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Have a source fetched no more."""
    services.remove_schedule(sender(request), schedule_id)
    messages.success(request, _("Removed. What was imported stays."))
    return redirect("import-schedules")


@never_cache
@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Rows that may be one."""
    actor = sender(request)
    require(actor, is_staff, "staff_only")
    pairs = queries.merge_queue(actor)
    context = {
        "proposals": [presenters.proposal_view(pair) for pair in pairs],
        "merges": [presenters.merge_view(one) for one in queries.latest_merges(actor)],
    }
    return render(request, "imports/proposals.html", context)


@login_required
@require_POST
def merge(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Join the two rows; `kept` says which one stays."""
    services.merge(sender(request), proposal_id, as_uuid(request.POST.get("kept", "")))
    messages.success(request, _("Joined. What pointed to the one now points to the other."))
    return redirect("proposals")


@login_required
@require_POST
def undo_merge(request: HttpRequest, merge_id: uuid.UUID) -> HttpResponse:
    """Take a merge back."""
    services.undo_merge(sender(request), merge_id)
    messages.success(
        request,
        _("Undone. What was moved is back where it was; what has been added since stays where it is."),
    )
    return redirect("proposals")


@login_required
@require_POST
def keep_apart(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Settle that they are two."""
    services.keep_apart(sender(request), proposal_id)
    messages.success(request, _("Kept apart. They will not be proposed again."))
    return redirect("proposals")
