"""Pictures and documents of releases and press kits: shown, and handed to the press."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.files import responses
from vidensbro.hub.newsroom.attachments import may_see_document, may_see_picture
from vidensbro.hub.newsroom.models import Document, Picture, PictureSize
from vidensbro.hub.newsroom.queries.pictures import edition
from vidensbro.hub.newsroom.services.journalists import log_file


@require_safe
def picture(request: HttpRequest, picture_id: uuid.UUID, shape: str, width: int) -> HttpResponseBase:
    """A size of a picture, to be shown in a page. What everybody may see, caches may keep."""
    rows = PictureSize.objects.select_related("picture", "file")
    row = rows.filter(picture_id=picture_id, shape=shape, width=width).first()
    if row is None:
        raise NotFound("picture", picture_id)
    public = may_see_picture(VISITOR, row.picture)
    if not public and not may_see_picture(sender(request), row.picture):
        raise NotFound("picture", picture_id)
    etag = f'"{row.file.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is None:
        return responses.picture(row.file, public=public, lasting=request.GET.get("v") == edition(row))
    unchanged["ETag"] = etag
    return unchanged


@require_safe
def download_picture(request: HttpRequest, picture_id: uuid.UUID) -> FileResponse:
    """A picture in full size as a download, with the credit in its name and nothing of the camera in it."""
    actor = sender(request)
    row = Picture.objects.select_related("file").filter(pk=picture_id).first()
    if row is None or not may_see_picture(actor, row):
        raise NotFound("picture", picture_id)
    full = row.sizes.select_related("file").filter(shape=PictureSize.Shape.WHOLE).order_by("-width").first()
    if full is None:
        raise NotFound("picture", picture_id)
    if row.release_id is not None:
        log_file(actor, row.release_id, row.pk)
    ending = PurePosixPath(full.file.name).suffix
    stem = PurePosixPath(row.file.name).stem[:60]
    credit = row.credit[:70].replace("/", "-").replace("\\", "-")
    return responses.attachment(full.file, f"{stem} ({credit}){ending}")


@require_safe
def document(request: HttpRequest, document_id: uuid.UUID) -> FileResponse:
    """A document of a release as a download."""
    actor = sender(request)
    row = Document.objects.select_related("file").filter(pk=document_id).first()
    if row is None or not may_see_document(actor, row):
        raise NotFound("document", document_id)
    log_file(actor, row.release_id, row.pk)
    return responses.attachment(row.file)
