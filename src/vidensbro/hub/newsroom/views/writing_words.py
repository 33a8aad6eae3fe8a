"""The words of a version: changing and correcting them, comparing wordings, bringing one back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.forms.beginning import NewRelease
from vidensbro.hub.newsroom.forms.words import CorrectionForm, Editor, number_in
from vidensbro.hub.newsroom.models import State, Version
from vidensbro.hub.newsroom.presenters import writing as presenters
from vidensbro.hub.newsroom.queries import writing as queries
from vidensbro.hub.newsroom.services import Wording
from vidensbro.hub.newsroom.text import as_html

METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Preview:
    """A wording as it will be read; texts are safe HTML."""

    words: Wording
    body: SafeString
    facts: list[tuple[str, SafeString]]


def preview_of(words: Wording) -> Preview:
    """A wording as it will be read."""
    facts = [(one.heading, as_html(one.body, below=3)) for one in words.fact_boxes]
    return Preview(words, as_html(words.body, below=2), facts)


@never_cache
@login_required
@require_http_methods(METHODS)
def edit(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Change the words of a version that is not out. Of what is typed nothing is lost, whoever saved meanwhile, or
    removed the version."""
    actor = sender(request)
    try:
        row = queries.own(actor, version_id)
    except NotFound:
        if request.method != "POST" or not queries.was_removed(version_id):
            raise
        return _as_new(request)
    if request.method != "POST":
        if queries.is_out(row):
            return redirect("correct-release", row.pk)
        return _page(request, row, Editor.of(services.wording_of(row), row.number))
    early = _unsaved(request, row)
    if early is not None:
        return early
    editor = Editor.sent(request.POST)
    if not editor.is_valid():
        return _page(request, row, editor)
    before = row.state
    try:
        row = services.edit(actor, row.pk, editor.number, editor.wording())
    except Invalid as error:
        editor.told(error)
        return _page(request, row, editor)
    except Conflict as error:
        return _conflict(request, version_id, editor, error)
    except NotFound:
        return _as_new(request)
    messages.success(request, _saved(before, row.state))
    return redirect("release-desk", row.pk)


@never_cache
@login_required
@require_http_methods(METHODS)
def correct(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Change what is out, with a note for everybody; `?wording=3` begins with that wording of the history."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    if not queries.decides(actor, row):
        raise Denied("coordinator_only")
    if not queries.is_out(row):
        return redirect("edit-release", row.pk)
    if row.state == State.WITHDRAWN:
        raise Conflict("version_not_out")
    if request.method != "POST":
        words = _wording_asked_for(request, row) or services.wording_of(row)
        return _correction_page(request, row, Editor.of(words, row.number), CorrectionForm())
    early = _unsaved(request, row, correcting=True)
    if early is not None:
        return early
    editor, note = Editor.sent(request.POST), CorrectionForm(request.POST)
    if not all([editor.is_valid(), note.is_valid()]):
        return _correction_page(request, row, editor, note)
    try:
        services.correct(actor, row.pk, editor.number, editor.wording(), note.cleaned_data["note"])
    except Invalid as error:
        editor.told(error)
        return _correction_page(request, row, editor, note)
    except Conflict as error:
        return _conflict(request, version_id, editor, error, note)
    messages.success(request, _("Corrected. The note stands below the release."))
    return redirect("release-desk", row.pk)


@never_cache
@login_required
@require_safe
def history(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Every wording, and how two of them differ: `?from=1&to=3`, else the last two."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    past = presenters.history(row, queries.revisions(row))
    numbers = [one.revision.number for one in past]
    first = _number(request.GET.get("from"), numbers, numbers[1] if len(numbers) > 1 else numbers[0])
    second = _number(request.GET.get("to"), numbers, numbers[0])
    before, after = (Wording.from_json(queries.revision(row, one).content) for one in (first, second))
    context = {
        "version": row,
        "past": past,
        "first": first,
        "second": second,
        "differences": presenters.shown_differences(before, after),
        "out": queries.is_out(row),
        "may_correct": queries.decides(actor, row) and row.state != State.WITHDRAWN,
    }
    return render(request, "newsroom/writing/history.html", context)


@never_cache
@login_required
@require_POST
def bring_back(request: HttpRequest, version_id: uuid.UUID, number: int) -> HttpResponse:
    """Let a version that is not out say again what it said before."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    words = Wording.from_json(queries.revision(row, number).content)
    try:
        services.edit(actor, row.pk, number_in(request.POST), words)
    except Conflict as error:
        messages.error(request, str(words_for(error.reason)))
        return redirect("release-history", row.pk)
    messages.success(request, _("The wording is back."))
    return redirect("release-desk", row.pk)


def _unsaved(request: HttpRequest, row: Version, *, correcting: bool = False) -> HttpResponse | None:
    """The page after a button that saves nothing; None if this is to be saved."""
    note = CorrectionForm(initial={"note": request.POST.get("note", "")}) if correcting else None
    if action := request.POST.get("action", ""):
        return _page(request, row, Editor.again(request.POST, action), note=note)
    if "preview" not in request.POST:
        return None
    editor = Editor.sent(request.POST)
    preview = preview_of(editor.wording()) if editor.is_valid() else None
    return _page(request, row, editor, note=note, preview=preview)


def _conflict(
    request: HttpRequest,
    version_id: uuid.UUID,
    editor: Editor,
    error: Conflict,
    note: CorrectionForm | None = None,
) -> HttpResponse:
    """What was typed, beside what stands in its way."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    if error.reason == "version_changed":
        clash = presenters.clash(row, editor.number, editor.wording())
        editor.number = row.number
        return _page(request, row, editor, note=note, clash=clash, status=409)
    editor.problems.append(str(words_for(error.reason)))
    if error.reason == "version_out" and queries.decides(actor, row) and row.state != State.WITHDRAWN:
        # The hour struck while this was written: from now on it is a correction.
        return _page(request, row, editor, note=CorrectionForm(), status=409)
    return _page(request, row, editor, note=note, status=409)


def _as_new(request: HttpRequest) -> HttpResponse:
    """What was typed for a version that has been removed, to be saved as a new release."""
    actor = sender(request)
    queries.require_writer(actor)
    form = NewRelease.again(
        lambda chosen, name: presenters.issuer_choices(actor, chosen, name), request.POST, ""
    )
    form.editor.problems.append(
        _(
            "Somebody has removed this version meanwhile. What you typed stands here and can be saved as a new release."
        )
    )
    context = {"form": form, "editor": form.editor, "finding": ""}
    return render(request, "newsroom/writing/new.html", context, status=409)


def _correction_page(
    request: HttpRequest, row: Version, editor: Editor, note: CorrectionForm
) -> HttpResponse:
    return _page(request, row, editor, note=note)


def _page(
    request: HttpRequest,
    row: Version,
    editor: Editor,
    *,
    note: CorrectionForm | None = None,
    status: int = 0,
    **context: Any,
) -> HttpResponse:
    wrong = editor.has_errors or (note is not None and bool(note.errors))
    found = {
        "version": row,
        "editor": editor,
        "note": note,
        "forms": [*([note] if note is not None else []), *editor.all_forms],
        "has_errors": wrong,
        "waits": row.state in (State.IN_REVIEW, State.APPROVED, State.SCHEDULED),
        **context,
    }
    return render(request, "newsroom/writing/edit.html", found, status=status or (400 if wrong else 200))


def _wording_asked_for(request: HttpRequest, row: Version) -> Wording | None:
    text = request.GET.get("wording", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        return None
    return Wording.from_json(queries.revision(row, int(text)).content)


def _saved(before: str, after: str) -> str:
    if before != after:
        return _("Saved. It is a draft again: these words have not been approved.")
    return _("Saved.")


def _number(text: str | None, there: list[int], otherwise: int) -> int:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise
    return number if number in there else otherwise
