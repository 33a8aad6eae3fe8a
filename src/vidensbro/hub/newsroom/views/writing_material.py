"""What goes with a release: pictures, documents, contacts, and what it is about."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.forms import show_problems
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.newsroom.forms.material import (
    ContactForm,
    DocumentForm,
    NewDocumentForm,
    NewPictureForm,
    PictureForm,
    contact_values,
    picture_values,
)
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.presenters import writing as presenters
from vidensbro.hub.newsroom.queries import writing as queries
from vidensbro.hub.newsroom.services import contacts, documents, ordering, pictures, subjects
from vidensbro.hub.newsroom.views.writing_alone import one_at_a_time
from vidensbro.hub.ui.listing import given

METHODS = ["GET", "HEAD", "POST"]
Found = Callable[[Version, uuid.UUID | str], Any]
FIND: dict[str, Found] = {
    "pictures": queries.picture,
    "documents": queries.document,
    "contacts": queries.contact,
}
REMOVE: dict[str, Callable[[Actor, uuid.UUID | str], None]] = {
    "pictures": pictures.remove,
    "documents": documents.remove,
    "contacts": contacts.remove,
}


@never_cache
@login_required
@require_http_methods(METHODS)
def add_picture(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Let the release have another picture."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    form = NewPictureForm(request.POST or None, request.FILES or None)

    def save() -> None:
        pictures.add_to_release(actor, row.release_id, form.cleaned_data["file"], **form.columns())

    return _form(request, row, form, "newsroom/writing/picture.html", save)


@never_cache
@login_required
@require_http_methods(METHODS)
@one_at_a_time
def edit_picture(request: HttpRequest, version_id: uuid.UUID, picture_id: uuid.UUID) -> HttpResponse:
    """Change what is said of a picture, and its most important point."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    picture = queries.picture(row, picture_id)
    form = PictureForm(request.POST or None, initial=picture_values(picture))
    shown = {"picture": picture, "src": presenters.preview(picture)}

    def save() -> None:
        pictures.edit(actor, picture.pk, **form.changes(form.columns()))

    return _form(request, row, form, "newsroom/writing/picture.html", save, **shown)


@never_cache
@login_required
@require_http_methods(METHODS)
def add_document(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Let the release have another document."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    form = NewDocumentForm(request.POST or None, request.FILES or None)

    def save() -> None:
        columns = form.cleaned_data
        documents.add(
            actor, row.release_id, columns["file"], title=columns["title"], language=columns["language"]
        )

    return _form(request, row, form, "newsroom/writing/document.html", save)


@never_cache
@login_required
@require_http_methods(METHODS)
@one_at_a_time
def edit_document(request: HttpRequest, version_id: uuid.UUID, document_id: uuid.UUID) -> HttpResponse:
    """Change what is said of a document."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    document = queries.document(row, document_id)
    initial = {"title": document.title, "language": document.language}
    form = DocumentForm(request.POST or None, initial=initial)

    def save() -> None:
        documents.edit(actor, document.pk, **form.changes(form.cleaned_data))

    return _form(request, row, form, "newsroom/writing/document.html", save, document=document)


@never_cache
@login_required
@require_http_methods(METHODS)
def add_contact(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Name somebody whom the press may call."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    form = ContactForm(request.POST or None, organisations=presenters.issuers_of(row))

    def save() -> None:
        contacts.add(actor, row.release_id, form.cleaned_data["organisation"], **form.columns())

    return _form(request, row, form, "newsroom/writing/contact.html", save)


@never_cache
@login_required
@require_http_methods(METHODS)
@one_at_a_time
def edit_contact(request: HttpRequest, version_id: uuid.UUID, contact_id: uuid.UUID) -> HttpResponse:
    """Change what is said of a contact."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    try:
        contact = queries.contact(row, contact_id)
    except NotFound:
        if request.method != "POST" or not queries.contact_was_removed(row, contact_id):
            raise
        return _contact_again(request, row)
    form = ContactForm(
        request.POST or None, initial=contact_values(contact), organisations=presenters.issuers_of(row)
    )

    def save() -> None:
        changes = form.changes(form.cleaned_data)
        contacts.edit(actor, contact.pk, organisation_id=changes.pop("organisation", None), **changes)

    return _form(request, row, form, "newsroom/writing/contact.html", save, contact=contact)


def _contact_again(request: HttpRequest, row: Version) -> HttpResponse:
    """What was typed for a contact that has been removed, to be added as another."""
    form = ContactForm(request.POST, organisations=presenters.issuers_of(row))
    form.add_error(None, _("Somebody has removed this contact meanwhile. Save to add it again."))
    context = {"version": row, "form": form, "target": reverse("add-release-contact", args=[row.pk])}
    return render(request, "newsroom/writing/contact.html", context, status=409)


@never_cache
@login_required
@require_POST
def move(request: HttpRequest, version_id: uuid.UUID, relation: str, key: uuid.UUID) -> HttpResponse:
    """Let a picture, document or contact stand one place earlier."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    if relation not in FIND:
        raise Http404
    ordering.move(actor, row.release_id, relation, key, -1)
    return redirect(_place(row, relation))


@never_cache
@login_required
@require_POST
def remove(request: HttpRequest, version_id: uuid.UUID, relation: str, key: uuid.UUID) -> HttpResponse:
    """Take a picture, document or contact away."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    if relation not in FIND:
        raise Http404
    REMOVE[relation](actor, FIND[relation](row, key).pk)
    messages.success(request, _("Removed."))
    return redirect(_place(row, relation))


@never_cache
@login_required
@require_http_methods(METHODS)
def about(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Find needs, collaborations, works and people (`?q=`), and say that the release is about one."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    if request.method == "POST":
        subjects.add(actor, row.release_id, request.POST.get("kind", ""), request.POST.get("key", ""))
        messages.success(request, _("Saved."))
        return redirect(_place(row, "subjects"))
    text = given(request, "q")
    context = {
        "version": row,
        "q": text,
        "found": presenters.candidates(actor, text),
    }
    return render(request, "newsroom/writing/about.html", context)


@never_cache
@login_required
@require_POST
def remove_subject(request: HttpRequest, version_id: uuid.UUID, subject_id: int) -> HttpResponse:
    """Say no longer that the release is about something."""
    actor = sender(request)
    row = queries.own(actor, version_id)
    subjects.remove(actor, queries.subject(row, subject_id).pk)
    messages.success(request, _("Removed."))
    return redirect(_place(row, "subjects"))


def _form(
    request: HttpRequest,
    row: Version,
    form: forms.Form,
    template: str,
    save: Callable[[], None],
    **context: Any,
) -> HttpResponse:
    """The page of a form, or back to the version's page when it has been saved."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except Invalid as error:
            show_problems(form, error)
        except Conflict as error:
            form.add_error(None, str(words_for(error.reason)))
        else:
            messages.success(request, _("Saved."))
            return redirect(_place(row, template.rsplit("/", 1)[1].removesuffix(".html") + "s"))
    found = {"version": row, "form": form, **context}
    return render(request, template, found, status=400 if form.errors else 200)


def _place(row: Version, part: str) -> str:
    return f"{reverse('release-desk', args=[row.pk])}#{part}"
