"""Documents that go with releases."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.files import services as files
from vidensbro.hub.newsroom.models import Document
from vidensbro.hub.newsroom.services.late_changes import Change, Texts, texts_changed, texts_of
from vidensbro.hub.newsroom.services.material import held_release, material_changed

KINDS = ("pdf", "docx", "xlsx", "pptx", "odt", "ods", "txt", "csv")
"""Codes of `files.kinds`. Pictures have a place of their own, with alternative text and credit."""
MOST = 20
FIELD = "file"
COLUMNS = frozenset({"title", "language", "position"})


@transaction.atomic
def add(
    actor: Actor,
    release_id: uuid.UUID | str,
    upload: UploadedFile[bytes],
    *,
    title: str,
    language: str = "",
) -> Document:
    """Let a release have a document; one with a `language` is shown with the version in that language only.

    Raises:
        NotFound, Denied: see `material.held_release`; Conflict: it has `MOST` already ("too_many").
        Invalid: under the column, or under "file", the code of what is wrong.
    """
    release = held_release(actor, release_id)
    there = release.documents.count()
    if there >= MOST:
        raise Conflict("too_many")
    row = Document(release=release, position=there, title=_line(title), language=language)
    row.file = files.store(actor, upload, allowed=KINDS, field=FIELD)
    check_row(row)
    row.save()
    record(actor, "release.document_added", "release", release.pk, _told(row))
    material_changed(actor, release, _change("added", row))
    return row


@transaction.atomic
def edit(actor: Actor, document_id: uuid.UUID | str, **changes: Any) -> Document:
    """Change a document's title, language or place. Raises NotFound, Denied, Invalid."""
    row = _held(actor, document_id)
    before = texts_of(row, COLUMNS)
    tidy = {name: _line(value) if name == "title" else value for name, value in changes.items()}
    changed = apply_changes(row, tidy, COLUMNS)
    if changed:
        check_row(row)
        row.save()
        told = {**_told(row), "columns": changed}
        record(actor, "release.document_changed", "release", row.release_id, told)
        material_changed(actor, row.release, _change("changed", row, texts_changed(before, row, changed)))
    return row


@transaction.atomic
def remove(actor: Actor, document_id: uuid.UUID | str) -> None:
    """Take a document away. Raises NotFound, Denied."""
    row = _held(actor, document_id)
    record(actor, "release.document_removed", "release", row.release_id, _told(row))
    removed = _change("removed", row)
    row.delete()
    files.check_later(row.file_id)
    material_changed(actor, row.release, removed)


def _held(actor: Actor, document_id: uuid.UUID | str) -> Document:
    row = Document.objects.select_for_update().filter(pk=key_of(document_id)).first()
    if row is None:
        raise NotFound("document", document_id)
    row.release = held_release(actor, row.release_id)
    return row


def _change(done: str, row: Document, texts: Texts = ()) -> Change:
    return Change("document", done, str(row.pk), row.title, row.title, texts)


def _told(row: Document) -> dict[str, Any]:
    """What the log says of it; what is told of a change goes by the language (`presenters.changes`)."""
    return {"document": str(row.pk), "language": row.language}


def _line(text: str) -> str:
    return " ".join(storable(text).split())
