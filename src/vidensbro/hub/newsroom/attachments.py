"""Who may have the files of releases and press kits (see `files.owners`). The hour holds for files as for words."""

from __future__ import annotations

import uuid

from django.db.models import Q

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.newsroom.models import Document, Picture, Release, State, Version
from vidensbro.hub.newsroom.rules import see_version, write_release
from vidensbro.hub.newsroom.services.pictures import keep_press_kit


def may_read(actor: Actor, file_id: uuid.UUID) -> bool:
    """Is it a picture, one of its sizes or a document that the actor may see?

    The picture as it was handed in is for those who write the release alone: it may tell where it was taken. Everybody
    else gets what was made from it. Before the hour these are for those who write it, too: journalists get them at the
    newsroom's own addresses, where their reading is put on record.
    """
    sized, handed_in = (Picture.objects.filter(**{way: file_id}) for way in ("sizes__file_id", "file_id"))
    return (
        any(may_see_picture(VISITOR, one) or _keeps(actor, one) for one in sized)
        or any(_keeps(actor, one) for one in handed_in)
        or any(
            may_see_document(VISITOR, one) or _writes(actor, one.release_id)
            for one in Document.objects.filter(file_id=file_id)
        )
    )


def may_see_picture(actor: Actor, row: Picture) -> bool:
    """Does the actor see the press kit or any version of the release that it belongs to?"""
    return row.organisation_id is not None or sees_release(actor, row.release_id)


def may_see_document(actor: Actor, row: Document) -> bool:
    """Does the actor see a version that it goes with: the one in its language, or any if it has none?"""
    return sees_release(actor, row.release_id, row.language)


def sees_release(actor: Actor, release_id: uuid.UUID | None, language: str = "") -> bool:
    """Does the actor see a version that still says something? Of a withdrawn one only those who wrote it do."""
    versions = Version.objects.filter(
        Q(language=language) if language else Q(), release_id=release_id or NO_ID
    )
    shown = see_version.visible(actor, versions.exclude(state=State.WITHDRAWN)).exists()
    return shown or _writes(actor, release_id)


def _keeps(actor: Actor, row: Picture) -> bool:
    if row.organisation is not None:
        return bool(keep_press_kit.allows(actor, row.organisation))
    return _writes(actor, row.release_id)


def _writes(actor: Actor, release_id: uuid.UUID | None) -> bool:
    return write_release.visible(actor, Release.objects.filter(pk=release_id or NO_ID)).exists()
