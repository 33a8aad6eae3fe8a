"""Serving a stored file: as a download, never as a page."""

from __future__ import annotations

from django.core.files.base import File
from django.http import FileResponse

from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.files.places import reaching, storage

HEADERS = {
    # Even a browser that were made to show it would give it no origin, no scripts and nothing to load.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def attachment(row: StoredFile) -> FileResponse:
    """The file as a download under the name that it came with. The caller has checked that the actor may have it.

    Raises:
        Unavailable: the storage does not have it or cannot be reached ("file_storage").
    """
    with reaching():
        content: File[bytes] = storage().open(row.place, "rb")
        content.seek(0)
    response = FileResponse(
        content, as_attachment=True, filename=row.name, content_type=row.content_type, headers=HEADERS
    )
    response["Content-Length"] = str(row.size)
    return response
