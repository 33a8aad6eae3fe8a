"""The derived sizes of a picture, made by a worker."""

from __future__ import annotations

import hashlib
import uuid
from typing import IO, Final, cast

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.files import services as files
from vidensbro.hub.files.kinds import KINDS
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.files.places import reaching, storage
from vidensbro.hub.newsroom.announcements import looks_anew
from vidensbro.hub.newsroom.crediting import digest, noted
from vidensbro.hub.newsroom.imaging import Made, derived
from vidensbro.hub.newsroom.models import OUT, Picture, PictureSize, State, Version

SIZES = "newsroom.sizes"
"""Topic whose keys are ids of pictures: make their sizes."""
MADE_FOR: Final = ("focal_x", "focal_y", "credit", "licence", "file_id")
"""Columns of a picture on which its sizes depend: where they are cut, and what their files tell."""


def make_sizes(picture_id: uuid.UUID | str) -> None:
    """Make every size of a picture, and let go of those that are no longer right. For jobs.

    Idempotent: each size is there or not there at any instant, with its file; one that comes out as it was, stays. What
    is made for a focal point or a credit that was changed meanwhile is not kept: another entry waits for that.

    Raises:
        Refused: the file has become unreadable; Unavailable: the storage is out of order.
    """
    row = Picture.objects.select_related("file").filter(pk=picture_id).first()
    if row is None:
        return
    most = settings.VIDENSBRO_FILE_MEGABYTES * 2**20
    seen: set[tuple[str, int]] = set()
    with reaching(), storage().open(row.file.place, "rb") as content:
        told = noted(row.credit, row.licence)
        for made in derived(cast(IO[bytes], content), (row.focal_x, row.focal_y), most, told):
            if not _keep(row, made):
                return
            seen.add((made.shape, made.width))
    _finish(row, seen)


@transaction.atomic
def _keep(row: Picture, made: Made) -> bool:
    """Let the picture have this size; False if it has become another meanwhile."""
    now = Picture.objects.select_for_update().filter(pk=row.pk).first()
    if now is None or any(getattr(now, name) != getattr(row, name) for name in MADE_FOR):
        return False
    credited = digest(row.credit, row.licence)
    there = row.sizes.select_related("file").filter(shape=made.shape, width=made.width).first()
    if there is not None and there.file.sha256 == hashlib.sha256(made.content).hexdigest():
        PictureSize.objects.filter(pk=there.pk).exclude(credited=credited).update(credited=credited)
        return True
    stored = _stored(row, made)
    if there is None:
        row.sizes.create(
            shape=made.shape, width=made.width, height=made.height, file=stored, credited=credited
        )
        return True
    gone = there.file_id
    there.file, there.height, there.credited = stored, made.height, credited
    there.save()
    files.check_later(gone)
    return True


def _stored(row: Picture, made: Made) -> StoredFile:
    kind = KINDS[made.kind]
    name = f"{row.pk}-{made.shape}-{made.width}{kind.extensions[0]}"
    upload = SimpleUploadedFile(name, made.content, kind.content_type)
    return files.store(system_actor("newsroom"), upload, allowed=(made.kind,))


@transaction.atomic
def _finish(row: Picture, seen: set[tuple[str, int]]) -> None:
    """Let go of other sizes, and have told anew what shows the picture already."""
    for one in row.sizes.all():
        if (one.shape, one.width) not in seen:
            one.delete()
            files.check_later(one.file_id)
    shown = Version.objects.filter(release=row.release_id, state__in=OUT).exclude(state=State.WITHDRAWN)
    for version in shown if row.release_id is not None else ():
        looks_anew(version)
