"""What journalists are told of, pictures of press kits, and questions, also as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext

from vidensbro.hub.common import clock
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.newsroom.models import Inquiry, Picture, PictureSize, Version
from vidensbro.hub.newsroom.presenters.calendar import issuers_line
from vidensbro.hub.newsroom.queries.journalists import Offered
from vidensbro.hub.newsroom.queries.pictures import address, best
from vidensbro.hub.newsroom.terms import TERMS_WORDS
from vidensbro.hub.ui.fields import FieldLink, field_links

PICTURE_WIDTH = 480


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """A release that a journalist may read before its hour; no word of it is here before the terms are accepted.

    `language` is what the page calls the one of `code`.
    """

    at: datetime | None
    code: str
    language: str
    issuers: str
    fields: list[FieldLink]
    accepted: bool
    headline: str
    href: str


def offered_rows(found: Iterable[Offered]) -> list[OfferedRow]:
    """What is offered, as the page for the press shows it."""
    return [_offered_row(one) for one in found]


def _offered_row(one: Offered) -> OfferedRow:
    row = one.outline
    read = one.version
    if read is not None:
        href = reverse("release", args=[read.language, read.slug])
    else:
        href = reverse("accept-embargo", args=[row.pk])
    return OfferedRow(
        at=row.publish_at,
        code=row.language,
        language=str(row.get_language_display()),
        issuers=issuers_line(row),
        fields=field_links([tag.notation for tag in row.release.field_tags.all()]),
        accepted=read is not None,
        headline=read.headline if read is not None else "",
        href=href,
    )


def terms(language: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The wording of the terms in the page's language, and which language that is."""
    shown = "da" if (language or get_language()) == "da" else "en"
    return shown, TERMS_WORDS[shown]


@dataclass(frozen=True, slots=True)
class KitPicture:
    """A picture of a press kit; without `src` until a worker has made its sizes."""

    row: Picture
    alt: str
    caption: str
    licence: str
    src: str
    width: int
    height: int
    download: str


def kit_picture(row: Picture) -> KitPicture:
    """A picture as the press kit shows it, in the page's language."""
    danish = get_language() == "da"
    size = best(row, PictureSize.Shape.WHOLE, PICTURE_WIDTH)
    return KitPicture(
        row=row,
        alt=row.alt_da if danish else row.alt_en,
        caption=row.caption_da if danish else row.caption_en,
        licence=str(row.get_licence_display()),
        src=address(size) if size is not None else "",
        width=size.width if size is not None else 0,
        height=size.height if size is not None else 0,
        download=reverse("download-release-picture", args=[row.pk]) if size is not None else "",
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the release that it is about, if the actor may see that; `late`: its deadline has passed."""

    row: Inquiry
    about: Version | None
    late: bool


def asked_rows(rows: Iterable[Inquiry], about: Mapping[Any, Version]) -> list[Asked]:
    """Questions as the desk shows them."""
    now = clock.now()
    return [
        Asked(
            row,
            about.get(row.release_id),
            row.state == Inquiry.State.OPEN and row.deadline is not None and row.deadline < now,
        )
        for row in rows
    ]


def inquiry_headers() -> list[str]:
    """What stands over the columns of the file."""
    return [
        gettext("Asked"),
        gettext("Organisation"),
        gettext("Name"),
        gettext("Medium"),
        gettext("E-mail"),
        gettext("Telephone"),
        gettext("Question"),
        gettext("Release"),
        pgettext("of a question", "Deadline"),
        gettext("State"),
        gettext("Dealt with"),
        gettext("By"),
    ]


def inquiry_lines(rows: Iterable[Asked]) -> Iterator[list[object]]:
    """The questions as lines of a table."""
    for one in rows:
        row = one.row
        yield [
            row.at,
            organisation_name(row.organisation),
            row.name,
            row.outlet,
            row.email,
            row.phone,
            row.text,
            one.about.headline if one.about is not None else "",
            row.deadline,
            str(row.get_state_display()),
            row.handled,
            str(row.handled_by) if row.handled_by is not None else "",
        ]
