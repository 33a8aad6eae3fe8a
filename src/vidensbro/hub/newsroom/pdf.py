"""A release as a tagged PDF (PDF/UA-1, ISO 14289-1), from the HTML of its page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import import_module
from typing import Final, cast
from urllib.parse import urlsplit

from vidensbro.hub.common.caching import pages
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.newsroom.models import PictureSize
from vidensbro.hub.newsroom.presenters.release import Shown

SECONDS: Final = 600


def as_pdf(shown: Shown, html: str) -> bytes:
    """The page of a release as PDF. What is out is kept for ten minutes: making it takes a second.

    Raises:
        Unavailable: the program that sets pages, or a library that it needs (Pango), is not there ("pdf_engine").
    """
    key = "pdf:" + hashlib.sha256(html.encode("utf-8", "surrogatepass")).hexdigest()
    kept = pages.get(key) if shown.out else None
    if kept is not None:
        return cast(bytes, kept)
    made = _made(html, _own_pictures(shown))
    if shown.out:
        pages.set(key, made, SECONDS)
    return made


def _made(html: str, pictures: Mapping[str, StoredFile]) -> bytes:
    try:
        rendering = import_module("vidensbro.hub.newsroom.pdf_rendering")
    except (ImportError, OSError) as error:
        # Without Pango the import itself fails, with an OSError.
        raise Unavailable("pdf_engine", str(error).splitlines()[0]) from error
    made: bytes = rendering.rendered(html, pictures)
    return made


def _own_pictures(shown: Shown) -> dict[str, StoredFile]:
    """The sizes of the pictures that the page shows, by the path of their address."""
    keys = [key_of(one.id) for one in shown.pictures]
    rows = PictureSize.objects.select_related("file").filter(picture_id__in=keys)
    by_size = {(str(row.picture_id), row.width): row.file for row in rows if row.shape == "whole"}
    return {
        urlsplit(one.src).path: by_size[one.id, one.width]
        for one in shown.pictures
        if (one.id, one.width) in by_size
    }
