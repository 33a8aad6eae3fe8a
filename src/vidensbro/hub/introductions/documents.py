"""Files that the owner's side hands over with an introduction: the last stage of disclosure."""

from __future__ import annotations

import uuid

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.files import services as files
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.introductions.models import Document, Introduction, Stage, State
from vidensbro.hub.introductions.rules import (
    answer_introduction,
    decide_introduction,
    request_introduction,
    see_introduction,
)
from vidensbro.hub.introductions.services.answering import read_link
from vidensbro.hub.introductions.services.rows import held_for
from vidensbro.hub.introductions.showing import at_least, stage_of

MOST = 20
_ONGOING = (State.DRAFTED, State.ASKED, State.ACCEPTED, State.INTRODUCED)


@transaction.atomic
def add(actor: Actor, introduction_id: uuid.UUID | str, upload: UploadedFile[bytes]) -> Document:
    """Hand a file over. For the owner's side; the counterpart sees it once the stage "documents" is agreed to.

    Raises:
        NotFound, Denied; Invalid: what is wrong with the file; Conflict: "not_open", "too_many".
    """
    row = held_for(actor, introduction_id, decide_introduction)
    if row.state not in _ONGOING:
        raise Conflict("not_open")
    if row.documents.count() >= MOST:
        raise Conflict("too_many")
    stored = files.store(actor, upload)
    found = Document.objects.create(introduction=row, file=stored, added_by_id=actor.user_id)
    record(actor, "introduction.document_added", "introduction", row.pk, {"file": str(stored.pk)})
    return found


@transaction.atomic
def remove(actor: Actor, document_id: uuid.UUID | str) -> uuid.UUID:
    """Take a file back; the id of its introduction. For the owner's side. Raises NotFound, Denied."""
    found = Document.objects.filter(pk=key_of(document_id)).first()
    # To the counterpart a file that is not shown yet is not there.
    if found is None or not may_read(actor, found.file_id):
        raise NotFound("document", document_id)
    row = held_for(actor, found.introduction_id, decide_introduction)
    record(actor, "introduction.document_removed", "introduction", row.pk, {"file": str(found.file_id)})
    found.delete()
    files.check_later(found.file_id)
    return row.pk


def of(row: Introduction) -> list[Document]:
    """Every file of an introduction, for the owner's side and the secretariat. One query."""
    return list(row.documents.select_related("file").order_by("created", "pk"))


def may_read(actor: Actor, file_id: uuid.UUID) -> bool:
    """May the actor have this file: the owner's side, the secretariat, and the counterpart once it is shown?"""
    rows = Introduction.objects.select_related(
        "need__organisation", "need__owner", "person__user", "organisation"
    )
    for row in see_introduction.visible(actor, rows.filter(documents__file_id=file_id)):
        if request_introduction.allows(actor, row):
            return True
        if answer_introduction.allows(actor, row) and at_least(stage_of(row), Stage.DOCUMENTS):
            return True
    return False


def file_by_link(token: str, document_id: uuid.UUID | str) -> StoredFile:
    """A file for the holder of a link. Writes nothing. Raises NotFound: the link is dead, or it is not shown yet."""
    _, row = read_link(token)
    found = row.documents.select_related("file").filter(pk=key_of(document_id)).first()
    if found is None or not at_least(stage_of(row), Stage.DOCUMENTS):
        raise NotFound("document", document_id)
    return found.file
