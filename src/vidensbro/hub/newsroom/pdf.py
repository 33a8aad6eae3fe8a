"""A release as a tagged PDF (PDF/UA-1, ISO 14289-1), from the HTML of its page.

Making one takes a second of a core, and more. What is out is therefore made ahead by a worker and lies in the cache
that all processes share, under its version; what is not there is made for whoever asks first, and kept by that process.
What is kept names the content of which it was made, so nothing else is ever handed out. What is not out is never kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import import_module
from importlib.metadata import version as installed
from typing import Final
from urllib.parse import urlsplit

from django.core.cache import cache as shared
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from vidensbro import __version__
from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.common.caching import pdfs
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.files.models import StoredFile
from vidensbro.hub.newsroom.announcements import PDF
from vidensbro.hub.newsroom.making_once import Busy, MakingOnce
from vidensbro.hub.newsroom.models import OUT, PictureSize, Version
from vidensbro.hub.newsroom.presenters.release import Shown, is_out, shown
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.outbox import services as outbox

KEPT_AHEAD: Final = 90 * 24 * 3600
"""Seconds. What is withdrawn goes at once, what is changed is replaced; the newest ones are looked after every hour."""
KEPT_HERE: Final = 3600
MOST_BYTES: Final = 8 * 2**20
"""A PDF that is larger, of a release with very many pictures, is not put into the database."""
NEWEST: Final = 100
APART: Final = timedelta(seconds=10)
AT_ONCE: Final = 2
WAITING: Final = 4
ASK_AGAIN: Final = 30
"""Seconds after which those that are being made are made, even on a busy machine."""

_making: Final = MakingOnce[bytes](AT_ONCE, WAITING)


def shown_in_pdf(actor: Actor, row: Version) -> Shown:
    """A version as its PDF shows it, whatever the language of the page that led there.

    A PDF is passed on: what everybody may read shows no more in it than everybody may see. Raises NotFound.
    """
    with translation.override(row.language):
        return shown(VISITOR if is_out(row) else actor, row)


def as_pdf(found: Shown) -> bytes:
    """The PDF of what `shown_in_pdf` gave: what is kept of exactly this, or made now.

    Raises:
        Unavailable: too many are being made ("pdf_busy"); the program that sets pages, or a library that it needs
            (Pango), is not there ("pdf_engine"); the storage of pictures is out of order.
    """
    page = _page(found)
    name = _name(page)
    kept = (pdfs.get(name) or _ahead(found.version, name)) if found.out else None
    if kept is not None:
        return kept
    try:
        return _making.get(name, lambda: _made_here(found, page, name))
    except Busy as error:
        raise Unavailable("pdf_busy", seconds=ASK_AGAIN) from error


def make_ahead(version_id: str) -> bool:
    """Have the PDF of a version lie ready if everybody may read that, and none if not; whether one does. For jobs.

    Idempotent: one that lies there of the same content stays. Raises Unavailable, as `as_pdf`.
    """
    row = versions.out().filter(pk=key_of(version_id)).first()
    if row is None:
        shared.delete(_place(version_id))
        return False
    found = shown_in_pdf(VISITOR, row)
    page = _page(found)
    name = _name(page)
    if _ahead(row, name) is not None:
        return True
    made = _made(page, _own_pictures(found))
    return len(made) <= MOST_BYTES and _keep(row, name, made)


@transaction.atomic
def have_all_made(*, newest_only: bool) -> None:
    """Have a worker look after every PDF that is or was out, or the `NEWEST`, the newest first. For jobs.

    One after the other with room between, because after an update all are made anew, and mail must not wait for that.
    """
    rows = Version.objects.filter(state__in=OUT).order_by("-publish_at", "pk").values_list("pk", flat=True)
    for place, one in enumerate(rows[:NEWEST] if newest_only else rows):
        outbox.put(PDF, str(one), delay=place * APART)


@transaction.atomic
def _keep(row: Version, name: str, made: bytes) -> bool:
    """Unless it was withdrawn meanwhile: whoever withdraws holds the row as well, and has this removed afterwards."""
    if versions.out().select_for_update(of=("self",)).filter(pk=row.pk).first() is None:
        return False
    shared.set(_place(row.pk), (name, made), KEPT_AHEAD)
    return True


def _ahead(row: Version, name: str) -> bytes | None:
    """What a worker made of this content."""
    there: tuple[str, bytes] | None = shared.get(_place(row.pk))
    return there[1] if there is not None and there[0] == name else None


def _place(version_id: object) -> str:
    return f"release-pdf:{version_id}"


def _page(found: Shown) -> str:
    with translation.override(found.language):
        return render_to_string("newsroom/reading/pdf.html", {"shown": found})


def _name(page: str) -> str:
    """Names the content: the page, whose addresses name the bytes of its pictures, and the programs that set it."""
    parts = (page, __version__, _engine())
    return "pdf:" + hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _engine() -> str:
    return installed("weasyprint")


def _made_here(found: Shown, page: str, name: str) -> bytes:
    # Whoever came between may have made it.
    kept: bytes | None = pdfs.get(name)
    if kept is not None:
        return kept
    made = _made(page, _own_pictures(found))
    if found.out:
        pdfs.set(name, made, KEPT_HERE)
    return made


def _made(page: str, pictures: Mapping[str, StoredFile]) -> bytes:
    try:
        rendering = import_module("vidensbro.hub.newsroom.pdf_rendering")
    except (ImportError, OSError) as error:
        # Without Pango the import itself fails, with an OSError.
        raise Unavailable("pdf_engine", str(error).splitlines()[0]) from error
    made: bytes = rendering.rendered(page, pictures)
    return made


def _own_pictures(found: Shown) -> dict[str, StoredFile]:
    """The sizes of the pictures that the page shows, by the path of their address."""
    keys = [key_of(one.id) for one in found.pictures]
    rows = PictureSize.objects.select_related("file").filter(picture_id__in=keys)
    by_size = {(str(row.picture_id), row.width): row.file for row in rows if row.shape == "whole"}
    return {
        urlsplit(one.src).path: by_size[one.id, one.width]
        for one in found.pictures
        if (one.id, one.width) in by_size
    }
