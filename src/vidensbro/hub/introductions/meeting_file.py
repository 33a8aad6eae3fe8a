"""A first meeting as a calendar file (RFC 5545)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress, vText

from vidensbro.hub.common.text import storable

PRODUCT = "-//Vidensbro//Introductions//EN"
METHOD = "PUBLISH"
CONTENT_TYPE = f"text/calendar; method={METHOD}; charset=UTF-8"
NAME = "meeting.ics"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What goes into the file. `organiser` is the name and address of whoever offered the time, if known.

    `key` names the meeting for good, so that a file that is opened twice changes the entry that is there.
    """

    key: str
    starts: datetime
    ends: datetime
    written: datetime
    summary: str
    description: str
    organiser: tuple[str, str]
    site: str


def meeting_file(meeting: Meeting) -> bytes:
    """The calendar file of one meeting.

    Times are in UTC (RFC 5545 section 3.3.5, form 2), so that they are right whatever the reader's program knows of
    summer time, and in the hour that comes twice in autumn as well. The file is published (RFC 5546 section 3.2.1):
    both sides have said yes already, so no answer is asked for.
    """
    event = Event()
    event.add("uid", f"{meeting.key}@{_host(meeting.site)}")
    event.add("dtstamp", _utc(meeting.written))
    event.add("dtstart", _utc(meeting.starts))
    event.add("dtend", _utc(meeting.ends))
    event.add("summary", _line(meeting.summary))
    event.add("description", _clean(meeting.description))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("sequence", 0)
    event.add("organizer", _organiser(meeting.organiser))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", METHOD)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _organiser(who: tuple[str, str]) -> vCalAddress:
    name, address = who
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["CN"] = vText(_line(name))
    return found


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _host(site: str) -> str:
    return urlsplit(site).hostname or "localhost"


def _clean(text: str) -> str:
    """Without control characters, which no content line may hold (RFC 5545 section 3.1)."""
    return "".join(sign for sign in storable(text) if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def _line(text: str) -> str:
    """On one line, and without the sign that ends a quoted parameter (RFC 5545 section 3.2)."""
    return " ".join(_clean(text).split()).replace('"', "'")
