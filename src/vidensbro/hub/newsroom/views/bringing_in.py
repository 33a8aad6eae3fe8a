"""Bringing in a release that there is already: read, taken apart, and shown to be confirmed. Nothing is stored here."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.newsroom.forms.beginning import NewRelease
from vidensbro.hub.newsroom.forms.bringing_in import BringInForm
from vidensbro.hub.newsroom.presenters import bringing_in as presenters
from vidensbro.hub.newsroom.queries import writing as queries
from vidensbro.hub.newsroom.services.bringing_in import Proposal, proposal
from vidensbro.hub.newsroom.views.writing import found_by, new_page
from vidensbro.kit.sources.releases import ReleaseProblem, read_release


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Ask for a file or a text; answer with the form of a new release in which everything recognised stands."""
    actor = sender(request)
    queries.require_writer(actor)
    form = BringInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        read = read_release(*_given(form))
        if read.draft is not None:
            return new_page(request, _filled(actor, proposal(actor, read.draft), read.problems))
        field = "file" if form.cleaned_data.get("file") else "text"
        for problem in read.problems:
            form.add_error(field, presenters.problem_words(problem))
    status = 400 if form.errors else 200
    return render(request, "newsroom/bringing_in/bring_in.html", {"form": form}, status=status)


def _given(form: BringInForm) -> tuple[str, bytes]:
    file = cast("UploadedFile[bytes] | None", form.cleaned_data.get("file"))
    if file is not None:
        return str(file.name), file.read()
    return "text.txt", str(form.cleaned_data["text"]).encode()


def _filled(actor: Actor, found: Proposal, problems: tuple[ReleaseProblem, ...]) -> NewRelease:
    issuers = [str(one.pk) for one in found.issuers]
    if not issuers and len(actor.organisations) == 1:
        issuers = [str(one) for one in actor.organisations]
    settings = {"issuers": issuers, "language": found.language, f"place_{found.language}": found.place}
    people = [asdict(one) for one in found.people]
    notes = presenters.notes(found, problems)
    return NewRelease.filled(found_by(actor), found.words, settings, people, notes)
