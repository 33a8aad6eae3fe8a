"""One collaboration: its page, and what is done there."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.policies import is_member, require
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.collaborations import presenters, queries, services
from vidensbro.hub.collaborations.fact_forms import FORMS, TO_RECORD, FactForm
from vidensbro.hub.collaborations.forms import AboutForm, BeginForm, WhoForm, about, when_and_why
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.common.errors import Denied, Invalid
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.introductions import queries as introductions

FORM_METHODS = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_safe
def collaboration(request: HttpRequest, collaboration_id: uuid.UUID) -> HttpResponse:
    """The parties' page: what it is about, who takes part, what happened; with `?all=1` also what was corrected."""
    actor = sender(request)
    row = queries.collaboration(actor, collaboration_id)
    everything = request.GET.get("all") == "1"
    may_edit = bool(queries.may_edit(actor, row))
    last = queries.last_entry(row) if may_edit else None
    own = last is not None and (actor.is_secretariat or last.recorded_by_id == actor.user_id)
    context = {
        "collaboration": row,
        "steps": presenters.timeline(queries.timeline(row, everything=everything), editable=may_edit),
        "everything": everything,
        "may_edit": may_edit,
        "last": last if own else None,
        "milestones": queries.open_milestones(row),
        "parties": [one for one in row.parties.all() if one.until is None],
        "former": [one for one in row.parties.all() if one.until is not None],
        "to_record": [(kind, FORMS[kind].heading) for kind in TO_RECORD],
        "who_form": WhoForm(),
    }
    return render(request, "collaborations/collaboration.html", context)


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a collaboration."""
    actor = sender(request)
    require(actor, is_member, "members_only")
    ours = _organisations(actor)
    if not ours and not actor.is_secretariat:
        raise Denied("collaboration_needs_organisation")
    form = BeginForm(request.POST or None, organisations=ours, free=actor.is_secretariat)
    if request.method == "POST" and form.is_valid():
        try:
            row = _begin(actor, form)
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("The collaboration has been entered."))
            return redirect("collaboration", row.pk)
    return _form(request, "collaborations/begin.html", form)


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def new_from(request: HttpRequest, introduction_id: uuid.UUID) -> HttpResponse:
    """Begin the collaboration that an introduction led to, or open it once it has begun."""
    actor = sender(request)
    introductions.introduction(actor, introduction_id)
    if found := queries.of_introduction(actor, introduction_id):
        return redirect("collaboration", found.pk)
    if request.method == "POST":
        row = services.begin_from(actor, introduction_id)
        messages.success(request, _("The collaboration has begun. Say what it is about."))
        return redirect("edit-collaboration", row.pk)
    return render(request, "collaborations/begin_from.html", {"introduction_id": introduction_id})


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, collaboration_id: uuid.UUID) -> HttpResponse:
    """Change title, purpose and fields."""
    actor = sender(request)
    row = _editable(actor, collaboration_id)
    form = AboutForm(request.POST or None, initial=about(row))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.edit(
                actor, row.pk, title=data["title"], purpose=data["purpose"], fields=data["fields_chosen"]
            )
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("collaboration", row.pk)
    return _form(request, "collaborations/edit.html", form, collaboration=row)


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def add(request: HttpRequest, collaboration_id: uuid.UUID, kind: str) -> HttpResponse:
    """Record a fact."""
    actor = sender(request)
    row = _editable(actor, collaboration_id)
    if kind not in TO_RECORD:
        raise Http404
    form = FORMS[kind](
        request.POST or None,
        request.FILES or None,
        initial={"evidence_by": actor.name},
        row=row,
        milestones=queries.open_milestones(row),
    )
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            services.record_fact(
                actor,
                row.pk,
                form.fact(),
                date=data["date"],
                evidence=form.evidence_given(),
                note=data["note"],
            )
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Recorded."))
            return redirect("collaboration", row.pk)
    return _fact_form(request, form, row)


@never_cache
@login_required
@require_http_methods(FORM_METHODS)
def correct(request: HttpRequest, collaboration_id: uuid.UUID, step_id: uuid.UUID) -> HttpResponse:
    """Put a fact right; what it said before is kept."""
    actor = sender(request)
    row = _editable(actor, collaboration_id)
    step = queries.step(actor, collaboration_id, step_id)
    if step.kind not in FORMS:
        raise Http404
    form_class = FORMS[step.kind]
    form = form_class(
        request.POST or None,
        request.FILES or None,
        initial={**when_and_why(step), **form_class.values(step)},
        row=row,
        milestones=queries.open_milestones(row),
        correcting=step,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.correct(
                actor,
                row.pk,
                step.pk,
                form.fact(),
                date=data["date"],
                evidence=form.evidence_given(),
                note=data["note"],
            )
        except Invalid as error:
            show_problems(form, error)
        else:
            messages.success(request, _("Corrected. What it said before is kept."))
            return redirect("collaboration", row.pk)
    return _fact_form(request, form, row)


@login_required
@require_POST
def undo(request: HttpRequest, collaboration_id: uuid.UUID) -> HttpResponse:
    """Take back the last entry."""
    services.undo(sender(request), collaboration_id, request.POST.get("step", ""))
    messages.success(request, _("The last entry has been undone."))
    return redirect("collaboration", collaboration_id)


def _begin(actor: Actor, form: BeginForm) -> Collaboration:
    data = form.cleaned_data
    with transaction.atomic():
        first = data.get("own_name", "")
        own = uuid.UUID(data["own"]) if data.get("own") else None
        return services.begin_between(
            actor,
            (first, own, data["own_role"]),
            (data["partner"], None, data["partner_role"]),
            title=data["title"],
            purpose=data["purpose"],
            fields=data["fields_chosen"],
            date=data["date"],
            stage=data["stage"],
            readiness=data["readiness"],
        )


def _editable(actor: Actor, collaboration_id: uuid.UUID) -> Collaboration:
    row = queries.collaboration(actor, collaboration_id)
    if not (allowed := queries.may_edit(actor, row)):
        raise Denied(allowed.reason)
    return row


def _fact_form(request: HttpRequest, form: FactForm, row: Collaboration) -> HttpResponse:
    return _form(request, "collaborations/fact.html", form, collaboration=row, heading=form.heading)


def _form(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=400 if form.errors else 200)


def _organisations(actor: Actor) -> list[tuple[str, str]]:
    rows = [directory.organisation(actor, one) for one in actor.organisations]
    return sorted(((str(row.pk), organisation_name(row)) for row in rows), key=lambda pair: pair[1])
