"""Setting pages. Import it where a PDF is made and nowhere else: without Pango the import fails (OSError).

The renderer fetches nothing from any network and no file but our own static ones: it is given the version's own
pictures, and everything else that a page might name is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.files.places import reaching, storage

VARIANT: Final = "pdf/ua-1"

logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)


def rendered(html: str, pictures: Mapping[str, StoredFile]) -> bytes:
    """The page as PDF. `pictures` are the files that may be shown, by the path of their address."""
    document = HTML(string=html, base_url=f"{settings.VIDENSBRO_BASE_URL}/", url_fetcher=Fetcher(pictures))
    made: bytes = document.write_pdf(pdf_variant=VARIANT, pdf_tags=True)
    return made


class Fetcher(URLFetcher):  # type: ignore[misc]
    """Gives the renderer what belongs to the page: pictures by the path of their address, and static files."""

    def __init__(self, pictures: Mapping[str, StoredFile]) -> None:
        super().__init__(allowed_protocols=())
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """What lies at an address of this site. Raises LookupError for everything else, which is left out then."""
        base, asked = urlsplit(settings.VIDENSBRO_BASE_URL), urlsplit(url)
        if (asked.scheme, asked.netloc) != (base.scheme, base.netloc):
            raise LookupError(f"{url} is not of this site")
        path = asked.path.removeprefix(base.path)
        if path in self._pictures:
            row = self._pictures[path]
            return _response(url, _stored(row), row.content_type)
        if path.startswith(settings.STATIC_URL):
            return _response(url, _static(unquote(path.removeprefix(settings.STATIC_URL))), _type(path))
        raise LookupError(f"{url} does not belong to the release")


def _stored(row: StoredFile) -> bytes:
    with reaching(), storage().open(row.place, "rb") as content:
        return bytes(content.read())


def _static(name: str) -> bytes:
    """A static file; the finders and the storage both refuse what lies outside their folders."""
    if settings.STATIC_ROOT:
        with staticfiles_storage.open(name) as content:
            return bytes(content.read())
    found = finders.find(name)
    if not found:
        raise LookupError(f"there is no static file {name}")
    with open(found, "rb") as content:
        return content.read()


def _type(path: str) -> str:
    endings = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png"}
    return next((kind for ending, kind in endings.items() if path.endswith(ending)), "")


def _response(url: str, content: bytes, content_type: str) -> URLFetcherResponse:
    headers = {"Content-Type": content_type} if content_type else {}
    return URLFetcherResponse(url, content, headers)
