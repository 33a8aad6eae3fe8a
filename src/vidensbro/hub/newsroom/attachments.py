"""Who may have the files of releases and press kits (see `files.owners`). The hour holds for files as for words."""

from __future__ import annotations

import uuid

from django.db.models import Q

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.newsroom.models import Document, Picture, Release, State, Version
from vidensbro.hub.newsroom.rules import see_version, write_release


def may_read(actor: Actor, file_id: uuid.UUID) -> bool:
    """Is it a picture, one of its sizes or a document that the actor may see?

    The picture as it was handed in is for those who write the release alone: it may tell where it was taken. Everybody
    else gets what was made from it.
    """
    return (
        any(may_see_picture(actor, one) for one in Picture.objects.filter(sizes__file_id=file_id))
        or any(_writes(actor, one) for one in Picture.objects.filter(file_id=file_id))
        or any(may_see_document(actor, one) for one in Document.objects.filter(file_id=file_id))
    )


def may_see_picture(actor: Actor, row: Picture) -> bool:
    """Does the actor see the press kit or any version of the release that it belongs to?"""
    return row.organisation_id is not None or sees_release(actor, row.release_id)


def may_see_document(actor: Actor, row: Document) -> bool:
    """Does the actor see a version that it goes with: the one in its language, or any if it has none?"""
    return sees_release(actor, row.release_id, row.language)


def sees_release(actor: Actor, release_id: uuid.UUID | None, language: str = "") -> bool:
    """Does the actor see a version that still says something? Of a withdrawn one only those who wrote it do."""
    key = release_id or NO_ID
    versions = Version.objects.filter(Q(language=language) if language else Q(), release_id=key)
    shown = see_version.visible(actor, versions.exclude(state=State.WITHDRAWN)).exists()
    return shown or write_release.visible(actor, Release.objects.filter(pk=key)).exists()


def _writes(actor: Actor, row: Picture) -> bool:
    if row.organisation_id is not None:
        return actor.is_secretariat or bool(actor.system) or row.organisation_id in actor.coordinates
    return write_release.visible(actor, Release.objects.filter(pk=row.release_id or NO_ID)).exists()
