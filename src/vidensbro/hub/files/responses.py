"""Serving a stored file: as a download, never as a page; pictures that this program made are shown."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.base import File
from django.http import FileResponse

from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.files.names import shown_name
from vidensbro.hub.files.places import reaching, storage

HEADERS = {
    # Even a browser that were made to show it would give it no origin, no scripts and nothing to load.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


MADE_HERE = frozenset({"image/jpeg", "image/png", "image/webp"})
_LASTING = "public, max-age=31536000, s-maxage=3600, immutable"
"""What has been seen need not be fetched again; what lies between is asked hourly, so that what is withdrawn goes."""


def attachment(row: StoredFile, name: str = "") -> FileResponse:
    """The file as a download under the name that it came with, or `name`. The caller has checked that the actor may.

    Raises:
        Unavailable: the storage does not have it or cannot be reached ("file_storage").
    """
    return _response(row, HEADERS, shown_name(name) or row.name, as_attachment=True)


def picture(row: StoredFile, *, public: bool, lasting: bool = False) -> FileResponse:
    """A picture that this program made itself, to be shown in a page. Never for what somebody handed in.

    `public`: everybody may have it, so other sites may show it and caches keep it; `lasting`: what its address shows
    never changes. The caller has checked that the actor may have it.

    Raises:
        LookupError: it is no picture; Unavailable: as `attachment`.
    """
    if row.content_type not in MADE_HERE:
        raise LookupError(f"{row.content_type} is never shown")
    headers = dict(HEADERS)
    if public:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Cache-Control"] = _LASTING if lasting else "public, max-age=300"
    headers["ETag"] = f'"{row.sha256}"'
    return _response(row, headers, row.name, as_attachment=False)


def _response(row: StoredFile, headers: Mapping[str, str], name: str, *, as_attachment: bool) -> FileResponse:
    with reaching():
        content: File[bytes] = storage().open(row.place, "rb")
        content.seek(0)
    response = FileResponse(
        content,
        as_attachment=as_attachment,
        filename=name,
        content_type=row.content_type,
        headers=dict(headers),
    )
    response["Content-Length"] = str(row.size)
    return response
