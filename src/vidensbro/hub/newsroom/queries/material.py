"""Pictures and documents, for whoever may see them."""

from __future__ import annotations

import uuid

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.newsroom.attachments import may_see_document, may_see_picture
from vidensbro.hub.newsroom.models import Document, Picture, PictureSize


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


def largest(actor: Actor, picture_id: uuid.UUID) -> tuple[Picture, PictureSize]:
    """A picture and its largest size. Raises NotFound: there is none, not for the actor, or none has been made yet."""
    row = Picture.objects.select_related("file").filter(pk=picture_id).first()
    if row is None or not may_see_picture(actor, row):
        raise NotFound("picture", picture_id)
    full = row.sizes.select_related("file").filter(shape=PictureSize.Shape.WHOLE).order_by("-width").first()
    if full is None:
        raise NotFound("picture", picture_id)
    return row, full


def document(actor: Actor, document_id: uuid.UUID) -> Document:
    """A document. Raises NotFound: there is none, or not for the actor."""
    row = Document.objects.select_related("file").filter(pk=document_id).first()
    if row is None or not may_see_document(actor, row):
        raise NotFound("document", document_id)
    return row
