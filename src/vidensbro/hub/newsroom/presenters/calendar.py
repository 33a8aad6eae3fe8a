"""The press desk's calendar: a month as a table or a list, and what is planned as a file."""

from __future__ import annotations

import unicodedata
from calendar import Calendar as Months
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext
from icalendar import Calendar, Event

from vidensbro.hub.common import clock
from vidensbro.hub.common.text import storable
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.ui.words import and_list

PRODUCT = "-//Vidensbro//Newsroom//EN"
CALENDAR_NAME = "press-releases.ics"
CALENDAR_TYPE = "text/calendar; charset=UTF-8"
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

    def weeks(self) -> list[list[date]]:
        """The days of its weeks from Monday on (ISO 8601), those of its neighbours among them."""
        return Months(firstweekday=0).monthdatescalendar(self.year, self.month)

    def weeks_span(self) -> tuple[datetime, datetime]:
        """The moments at which its first week begins and its last one ends there."""
        days = self.weeks()
        return _midnight(days[0][0]), _midnight(days[-1][-1] + timedelta(days=1))

    def holds(self, moment: datetime) -> bool:
        """Does it lie in the month there?"""
        since, until = self.span()
        return since <= moment < until


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
    """The weeks of a month as a table shows them, with what there is on the days of its neighbours as well."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for one in shown:
        by_day[one.at.date()].append(one)
    today = clock.today()
    return [
        [Day(day, day.month == month.month, day == today, tuple(by_day[day])) for day in week]
        for week in month.weeks()
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
