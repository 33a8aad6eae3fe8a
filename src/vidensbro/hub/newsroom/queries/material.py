"""Pictures and documents, for whoever may see them."""

from __future__ import annotations

import uuid
from typing import Final

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.common.errors import NotFound, Unavailable
from vidensbro.hub.newsroom.attachments import may_see_document, may_see_picture
from vidensbro.hub.newsroom.crediting import digest
from vidensbro.hub.newsroom.models import Document, PictureSize

MADE_WITHIN: Final = 10
"""Seconds after which it is worth to ask again for a picture whose credit was changed."""


def size(actor: Actor, picture_id: uuid.UUID, shape: str, width: int) -> tuple[PictureSize, bool]:
    """A size of a picture, and whether everybody may see it. Raises NotFound: there is none, or not for the actor."""
    rows = PictureSize.objects.select_related("picture", "file")
    row = rows.filter(picture_id=picture_id, shape=shape, width=width).first()
    if row is None:
        raise NotFound("picture", picture_id)
    public = may_see_picture(VISITOR, row.picture)
    if not public and not may_see_picture(actor, row.picture):
        raise NotFound("picture", picture_id)
    return row, public


def for_the_press(row: PictureSize) -> bool:
    """Is it the whole picture, as large as there is?"""
    wider = PictureSize.objects.filter(picture=row.picture_id, shape=row.shape, width__gt=row.width)
    return row.shape == PictureSize.Shape.WHOLE and not wider.exists()


def largest(actor: Actor, picture_id: uuid.UUID) -> PictureSize:
    """The largest size of a picture, which tells of itself what is said of the picture now.

    Raises:
        NotFound: there is none, not for the actor, or none has been made yet.
        Unavailable: its credit or licence was changed, and the file is about to be made anew ("picture_made_anew").
    """
    whole = PictureSize.objects.filter(picture=picture_id, shape=PictureSize.Shape.WHOLE)
    full = whole.select_related("file", "picture__file").order_by("-width").first()
    if full is None or not may_see_picture(actor, full.picture):
        raise NotFound("picture", picture_id)
    if full.credited != digest(full.picture.credit, full.picture.licence):
        raise Unavailable("picture_made_anew", seconds=MADE_WITHIN)
    return full


def document(actor: Actor, document_id: uuid.UUID) -> Document:
    """A document. Raises NotFound: there is none, or not for the actor."""
    row = Document.objects.select_related("file").filter(pk=document_id).first()
    if row is None or not may_see_document(actor, row):
        raise NotFound("document", document_id)
    return row
