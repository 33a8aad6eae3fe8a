"""Pictures and documents of releases and press kits: shown, and handed to the press."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.files import responses
from vidensbro.hub.newsroom.queries import material
from vidensbro.hub.newsroom.queries.pictures import edition
from vidensbro.hub.newsroom.services.journalists import log_file


@require_safe
def picture(request: HttpRequest, picture_id: uuid.UUID, shape: str, width: int) -> HttpResponseBase:
    """A size of a picture, to be shown in a page. What everybody may see, caches may keep."""
    actor = sender(request)
    row, public = material.size(actor, picture_id, shape, width)
    release = row.picture.release_id
    if not public and release is not None and material.for_the_press(row):
        log_file(actor, release, row.picture_id)
    etag = f'"{row.file.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is None:
        return responses.picture(row.file, public=public, lasting=request.GET.get("v") == edition(row))
    unchanged["ETag"] = etag
    return unchanged


@require_safe
def download_picture(request: HttpRequest, picture_id: uuid.UUID) -> FileResponse:
    """A picture in full size as a download: its name and its metadata tell whose it is, and nothing of the camera."""
    actor = sender(request)
    full = material.largest(actor, picture_id)
    row = full.picture
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
    row = material.document(actor, document_id)
    log_file(actor, row.release_id, row.pk, row.language)
    return responses.attachment(row.file)
