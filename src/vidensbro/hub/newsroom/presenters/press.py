"""The press desk's calendar, as a table, a list and a file; questions as a file; what journalists are told of."""

from __future__ import annotations

import unicodedata
from calendar import Calendar as Months
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event

from vidensbro.hub.common import clock
from vidensbro.hub.common.text import storable
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.newsroom.models import Contact, Inquiry, Picture, PictureSize, Version
from vidensbro.hub.newsroom.queries.pictures import address, best
from vidensbro.hub.newsroom.queries.press import Offered
from vidensbro.hub.newsroom.services.journalists import TERMS_WORDS
from vidensbro.hub.ui.fields import FieldLink, field_links
from vidensbro.hub.ui.words import and_list

PRODUCT = "-//Vidensbro//Newsroom//EN"
CALENDAR_NAME = "press-releases.ics"
CALENDAR_TYPE = "text/calendar; charset=UTF-8"
PICTURE_WIDTH = 480
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Month:
    """A month where the site is."""

    year: int
    month: int

    @property
    def code(self) -> str:
        """As in an address: "2026-03"."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def label(self) -> str:
        """In words."""
        return date_format(date(self.year, self.month, 1), "F Y")

    def later(self, months: int) -> Month:
        """So many months later, or earlier."""
        number = self.year * 12 + self.month - 1 + months
        return Month(number // 12, number % 12 + 1)

    def span(self) -> tuple[datetime, datetime]:
        """The moments at which it begins and ends there."""
        after = self.later(1)
        return _midnight(date(self.year, self.month, 1)), _midnight(date(after.year, after.month, 1))


def month_of(text: str) -> Month:
    """The month that an address names; this month if it names none."""
    year, _, month = text.partition("-")
    if year.isdecimal() and month.isdecimal():
        found = (int(year[:5]), int(month[:3]))
        if _FIRST_YEAR <= found[0] < _LAST_YEAR and 1 <= found[1] <= 12:
            return Month(*found)
    today = clock.today()
    return Month(today.year, today.month)


@dataclass(frozen=True, slots=True)
class Entry:
    """A version in the calendar, at its hour where the site is."""

    version: Version
    at: datetime
    issuers: str
    href: str
    out: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the table; `within`: it belongs to the month."""

    date: date
    within: bool
    today: bool
    entries: tuple[Entry, ...]


def entries(versions: Iterable[Version]) -> list[Entry]:
    """The versions as the calendar shows them; their issuers should have been fetched."""
    now = clock.now()
    found = []
    for row in versions:
        assert row.publish_at is not None
        href = reverse("release-desk", args=[row.pk])
        at = timezone.localtime(row.publish_at)
        found.append(Entry(row, at, issuers_line(row), href, row.publish_at <= now))
    return found


def issuers_line(row: Version) -> str:
    """Who issues it, in words."""
    return and_list([organisation_name(one.organisation) for one in row.release.issuers.all()])


def weeks(month: Month, shown: Iterable[Entry]) -> list[list[Day]]:
    """The weeks of a month from Monday on (ISO 8601), with days of its neighbours where a week has such."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for one in shown:
        by_day[one.at.date()].append(one)
    today = clock.today()
    return [
        [Day(day, day.month == month.month, day == today, tuple(by_day[day])) for day in week]
        for week in Months(firstweekday=0).monthdatescalendar(month.year, month.month)
    ]


def weekdays() -> list[str]:
    """The days of the week from Monday on, in words."""
    return [str(WEEKDAYS[number]) for number in range(7)]


def calendar_file(shown: Sequence[Entry]) -> bytes:
    """The calendar as a file (RFC 5545), with times in UTC, so that they are right on both sides of summer time.

    Each release has the same identifier every time, so that a file that is opened again changes what is there.
    """
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    for one in shown:
        found.add_component(_event(one))
    return bytes(found.to_ical())


def _event(one: Entry) -> Event:
    version = one.version
    event = Event()
    event.add("uid", f"release-{version.pk}@{urlsplit(settings.VIDENSBRO_BASE_URL).hostname or 'localhost'}")
    event.add("dtstamp", clock.now().astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", version.changed.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", one.at.astimezone(UTC))
    event.add("summary", f"{_clean(version.headline)} ({version.language})")
    embargo = "" if one.out else gettext("Embargoed until this hour.") + "\n"
    event.add("description", f"{embargo}{gettext('Issued by')}: {_clean(one.issuers)}")
    event.add("url", settings.VIDENSBRO_BASE_URL + one.href)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC" if one.out else "CONFIDENTIAL")
    event.add("sequence", version.number)
    return event


def _clean(text: str) -> str:
    """One line without control characters, which no content line may hold (RFC 5545 section 3.1)."""
    kept = "".join(one if unicodedata.category(one) != "Cc" else " " for one in storable(text))
    return " ".join(kept.split())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """A release that a journalist may read before its hour; no word of it is here before the terms are accepted."""

    at: datetime | None
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
class KitContact:
    """Somebody to call, in the page's language."""

    name: str
    title: str
    email: str
    phone: str
    hours: str


def kit_contact(row: Contact) -> KitContact:
    """A contact as the press kit shows it."""
    danish = get_language() == "da"
    return KitContact(
        name=row.name,
        title=row.title_da if danish else row.title_en,
        email=row.email,
        phone=row.phone,
        hours=row.hours_da if danish else row.hours_en,
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
        gettext("Deadline"),
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
