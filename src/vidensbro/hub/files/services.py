"""Taking files in, and letting go of those that nothing points to."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.files.kinds import DOCUMENTS, Kind, kind_of
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.files.names import shown_name
from vidensbro.hub.files.places import reaching, storage
from vidensbro.hub.files.sniffing import Refused, check
from vidensbro.hub.outbox import services as outbox

ORPHAN = "files.orphan"
"""Topic whose keys are ids of stored files: remove one that nothing points to."""
REMOVE = "files.remove"
"""Topic whose keys are names in the storage: the row is gone, remove the bytes."""
SWEEP = "files.sweep"
"""Topic with the one key "all": remove bytes that no row names, left behind by a crash."""
PATIENCE = timedelta(hours=24)
FIELD = "file"


class Uploader(Protocol):
    """Whoever uploads: an actor."""

    @property
    def user_id(self) -> uuid.UUID | None: ...

    @property
    def reference(self) -> str: ...


def allowed_kinds() -> tuple[str, ...]:
    """The kinds that this installation takes."""
    return (*DOCUMENTS, "zip") if settings.VIDENSBRO_FILE_ZIP else DOCUMENTS


@transaction.atomic
def store(
    actor: Uploader,
    upload: UploadedFile[bytes],
    *,
    allowed: tuple[str, ...] | None = None,
    field: str = FIELD,
) -> StoredFile:
    """Keep an uploaded file, if it is what its name says and no larger than VIDENSBRO_FILE_MEGABYTES.

    Whoever calls has checked that the actor may, and lets a row of its own point to it in the same transaction; a
    file that nothing points to a day later is removed. `allowed` are codes of `files.kinds`.

    Raises:
        Invalid: under `field`, the code of what is wrong with it.
        Unavailable: the storage is out of order.
    """
    name = shown_name(upload.name or "")
    kind = _accepted(upload, name, allowed_kinds() if allowed is None else allowed, field)
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    row = StoredFile(
        name=name,
        content_type=kind.content_type,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        uploaded_by=actor.user_id,
    )
    with reaching():
        row.file.name = storage().save(_random_name(), upload)
    row.save()
    record(actor, "file.stored", "file", row.pk, {"type": kind.code, "size": row.size})
    check_later(row.pk)
    return row


def check_later(file_id: uuid.UUID, delay: timedelta = PATIENCE) -> None:
    """Have a file removed after `delay` if nothing points to it then. Call inside a transaction."""
    outbox.put(ORPHAN, str(file_id), delay=delay)


@transaction.atomic
def remove_orphan(file_id: uuid.UUID | str) -> bool:
    """Remove a file that nothing points to; False if something does, or it is gone. For jobs."""
    row = StoredFile.objects.select_for_update().filter(pk=file_id).first()
    if row is None or is_used(row):
        return False
    outbox.put(REMOVE, row.place)
    row.delete()
    return True


def is_used(row: StoredFile) -> bool:
    """Does a row of any app point to this file?"""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in StoredFile._meta.related_objects
    )


def remove_bytes(name: str) -> None:
    """Remove what lies under a name of the storage, if no row names it. May be called again."""
    if not StoredFile.objects.filter(file=name).exists():
        storage().delete(name)


def sweep(older_than: datetime | None = None) -> int:
    """Remove bytes that no row names and that are older than a day; how many."""
    limit = older_than or clock.now() - PATIENCE
    gone = 0
    for name in _stored_names():
        if storage().get_modified_time(name) < limit and not StoredFile.objects.filter(file=name).exists():
            storage().delete(name)
            gone += 1
    return gone


def _stored_names() -> Iterator[str]:
    place = storage()
    try:
        folders, _ = place.listdir("")
    except FileNotFoundError:
        return
    for folder in sorted(folders):
        for name in sorted(place.listdir(folder)[1]):
            yield f"{folder}/{name}"


def _accepted(upload: UploadedFile[bytes], name: str, allowed: tuple[str, ...], field: str) -> Kind:
    most = settings.VIDENSBRO_FILE_MEGABYTES * 2**20
    kind = kind_of(name, allowed)
    if not upload.size:
        raise Invalid({field: ("file_empty",)})
    if upload.size > most:
        raise Invalid({field: ("file_too_large",)})
    if kind is None:
        raise Invalid({field: ("file_type_unknown",)})
    try:
        check(upload, upload.size, kind)
    except Refused as refused:
        raise Invalid({field: (refused.code,)}) from refused
    return kind


def _random_name() -> str:
    """Two letters of folder, so that no folder grows without bound, and 128 random bits; no extension."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"
