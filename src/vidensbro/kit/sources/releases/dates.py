"""Place, date and embargo of a release, in Danish and English."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januar january jan",
            "februar february feb",
            "marts march mar",
            "april apr",
            "maj may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY: Final = r"(?:man|tirs|ons|tors|fre|lør|søn)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WEEKDAY: Final = rf"(?:{_DAY})(?:\s+d(?:en)?\.?)?,?\s+"
_DATE: Final = (
    rf"(?:{_WEEKDAY})?(?:den\s+|d\.\s*|the\s+)?"
    rf"(?:(?P<y1>\d{{4}})-(?P<m1>\d{{2}})-(?P<d1>\d{{2}})"
    rf"|(?P<d2>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?:of\s+)?(?P<n2>{MONTH})\.?,?\s+(?P<y2>\d{{4}})"
    rf"|(?P<n3>{MONTH})\.?\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})"
    rf"|(?P<d4>\d{{1,2}})[./-](?P<m4>\d{{1,2}})[./-](?P<y4>\d{{4}}))(?![\d-])"
)
DATE: Final = re.compile(rf"(?<![\d.]){_DATE}", re.IGNORECASE)
_TIME: Final = re.compile(
    r"(?:\b(?:kl(?:okken)?\.?|at)\s*|\b)(?P<hour>2[0-4]|[01]?\d)(?!\d)"
    r"(?:[.:](?P<minute>[0-5]\d)(?:[.:]\d{2})?)?\s*(?P<half>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"\b(?:kl(?:okken)?\.?|at)\s*\d|\d{1,2}[.:]\d{2}\b|\d\s*[ap]\.?m\b", re.IGNORECASE)
_UTC: Final = re.compile(r"\b(?:GMT|UTC)\b")

_PLACE: Final = (
    rf"(?P<place>(?!(?:{_DAY})\b)(?-i:[A-ZÆØÅ][^\W\d_]+(?:[ /-](?:[A-ZÆØÅ][^\W\d_]*|og|and|i|på|of))*"
    r"(?:,\s[A-ZÆØÅ][^\W\d_.]+)?))"
)
_LINE: Final = re.compile(
    rf"^(?:{_PLACE}\s*(?:,|\||[–—-])?\s+)?{DATE.pattern}(?:\s*,?\s*{_TIME.pattern}\s*(?:CES?T)?)?",
    re.IGNORECASE,
)
_PLACE_AFTER: Final = re.compile(rf"^\s*(?:,|\||[–—-])\s*{_PLACE}\s*$")
_PARTING: Final = re.compile(r"^\s*(?:[–—:|]|--?\s|/[^/]{2,40}/\s*[–—-]*)\s*")
_LABEL: Final = re.compile(
    r"^(?:dato|date|udgivet|publiceret|published|released|frigivet|opdateret)\s*[:.]?\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A place and date line: what it says, the line itself, and what follows it in the same text."""

    place: str
    date: dt.date
    line: str
    rest: str


def date_in(text: str) -> dt.date | None:
    """The first date that a text names and the calendar has."""
    for match in DATE.finditer(text):
        if found := _date(match):
            return found
    return None


def _date(match: re.Match[str]) -> dt.date | None:
    groups = match.groupdict()
    for key in "1234":
        if groups.get(f"d{key}"):
            name = groups.get(f"n{key}")
            month = _MONTHS[name.casefold()] if name else int(groups[f"m{key}"] or 0)
            try:
                return dt.date(int(groups[f"y{key}"] or 0), month, int(groups[f"d{key}"] or 0))
            except ValueError:
                return None
    return None


def dated(text: str) -> Dated | None:
    """A place and date line, alone or before the first words ("Aarhus, den 7. maj 2026 – En ny …")."""
    label = _LABEL.match(text)
    begin = label.end() if label else 0
    match = _LINE.match(text[begin:])
    date = _date(match) if match else None
    if match is None or date is None:
        return None
    place = (match.group("place") or "").strip()
    rest = text[begin + match.end() :]
    if not rest.strip(" .|–—-"):
        return Dated(place, date, text, "")
    after = _PLACE_AFTER.match(rest)
    if after and not place and len(rest) <= 60:
        return Dated(after.group("place"), date, text, "")
    parting = _PARTING.match(rest)
    if parting is None:
        return None
    line = text[: begin + match.end() + parting.end()].strip()
    return Dated(place, date, line, rest[parting.end() :].strip())


def embargo_hour(text: str) -> tuple[dt.datetime | None, bool]:
    """Until when an embargo holds, and whether the line names the hour. Midnight begins a day without one.

    The hour is one of Copenhagen, unless the line says GMT or UTC.
    """
    found = next(((match, date) for match in DATE.finditer(text) if (date := _date(match))), None)
    if found is None:
        return None, False
    match, date = found
    zone = ZoneInfo("UTC") if _UTC.search(text) else COPENHAGEN
    rest = f"{text[: match.start()]} \n {text[match.end() :]}"
    clock = _CLOCK.search(rest)
    time = _TIME.search(rest, clock.start()) if clock else None
    if time is None:
        return dt.datetime.combine(date, dt.time(), zone), False
    hour, minute = int(time["hour"]), int(time["minute"] or 0)
    half = (time["half"] or "").casefold().replace(".", "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    days, hour = divmod(hour, 24)
    return dt.datetime.combine(date, dt.time(hour, minute), zone) + dt.timedelta(days=days), True
