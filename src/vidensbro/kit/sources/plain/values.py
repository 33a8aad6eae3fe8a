"""Values of the plain format: text from a cell, read as what its field holds.

Each reader gives the value, or raises `ValueError` when the text is not one. Dates and numbers are accepted
as Danish spreadsheets write them: 31.03.2026 and 31-03-2026, 1.250.000, 55,67.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.cleaning import clean, clean_lines, clean_markdown

_ISO: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T.*)?$", re.ASCII)
_DANISH: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})$", re.ASCII)
_MOMENT: Final = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})"
    r"(?:[T ]+(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$",
    re.ASCII,
)
_YEARS: Final = range(1900, 2200)
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(?:[.\s]\d{3})+(?:,\d+)?$", re.ASCII)
_ID: Final = re.compile(r"[^\s;]{1,100}$")
_YES: Final = frozenset({"true", "yes", "ja", "sand", "1", "x"})
_NO: Final = frozenset({"false", "no", "nej", "falsk", "0"})
_LANGUAGE: Final = re.compile(r"[a-z]{2}$")
_COUNTRY: Final = re.compile(r"[A-Z]{2}$")
_CURRENCY: Final = re.compile(r"[A-Z]{3}$")
_NOTATION: Final = re.compile(r"[\w.:/-]{1,80}$")


def a_date(text: str) -> date:
    """A day; a year or month alone stands for its first day. Day first where the year comes last."""
    if found := _ISO.match(text):
        year, month, day = found.groups()
        return date(int(year), int(month or 1), int(day or 1))
    if found := _DANISH.match(text):
        day, month, year = found.groups()
        return date(int(year), int(month), int(day))
    raise ValueError(text)


def a_last_date(text: str) -> date:
    """A day; a year alone stands for its last day, a month alone for its last."""
    found = _ISO.match(text)
    if not found or found.group(3):
        return a_date(text)
    year, month = int(found.group(1)), int(found.group(2) or 12)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def a_moment(text: str) -> datetime:
    """A minute of a day, as 2026-03-31T08:00 or 31.03.2026 08.00, with a time zone or without; a whole day stands for
    its first minute. Years from 1900 to 2199."""
    found = _MOMENT.match(text)
    if not found:
        raise ValueError(text)
    day, hour, minute, zone = found.groups()
    there = a_date(day)
    moment = datetime(there.year, there.month, there.day, int(hour or 0), int(minute or 0))
    if there.year not in _YEARS:
        raise ValueError(text)
    if not zone:
        return moment
    return datetime.fromisoformat(f"{moment.isoformat()}{zone}")


def a_number(text: str) -> float:
    """A decimal number, with comma or point, with Danish thousands or without."""
    if _THOUSANDS.match(text):
        text = re.sub(r"[.\s]", "", text)
    number = float(text.replace(",", "."))
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def an_amount(text: str) -> int:
    """Money, rounded to whole units, not negative and below 10**15."""
    number = round(a_number(text))
    if not 0 <= number < 10**15:
        raise ValueError(text)
    return number


def within(low: float, high: float) -> Callable[[str], float]:
    """A reader of numbers from `low` to `high`, written with comma or point."""

    def read(text: str) -> float:
        number = float(text.replace(",", "."))
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return read


def a_level(text: str) -> int:
    """A technology readiness level, 1 to 9."""
    level = int(re.sub(r"^trl\s*", "", text, flags=re.IGNORECASE))
    if not 1 <= level <= 9:
        raise ValueError(text)
    return level


def a_truth(text: str) -> bool:
    """True or false, in English or Danish."""
    lowered = text.lower()
    if lowered in _YES or lowered in _NO:
        return lowered in _YES
    raise ValueError(text)


def a_web_address(text: str) -> str:
    """An http or https address; one without a scheme gets https."""
    address = text if "://" in text else f"https://{text}"
    if (
        not re.match(r"https?://[\w.-]+(:\d+)?([/?#][^\s<>\"']*)?$", address, re.IGNORECASE)
        or len(address) > 1000
    ):
        raise ValueError(text)
    return address


def _matching(pattern: re.Pattern[str], change: Callable[[str], str] = str) -> Callable[[str], str]:
    def read(text: str) -> str:
        value = change(text)
        if not pattern.match(value):
            raise ValueError(text)
        return value

    return read


def _identifier(check: Callable[[str], str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if value := check(text):
            return value
        raise ValueError(text)

    return read


READERS: Final[dict[str, Callable[[str], Any]]] = {
    "line": clean,
    "text": clean_lines,
    "markdown": clean_markdown,
    "id": _matching(_ID),
    "notation": _matching(_NOTATION),
    "date": a_date,
    "last_date": a_last_date,
    "moment": a_moment,
    "amount": an_amount,
    "latitude": within(-90, 90),
    "longitude": within(-180, 180),
    "level": a_level,
    "truth": a_truth,
    "web": a_web_address,
    "language": _matching(_LANGUAGE, str.lower),
    "country": _matching(_COUNTRY, str.upper),
    "currency": _matching(_CURRENCY, str.upper),
    "orcid": _identifier(identifiers.orcid),
    "ror": _identifier(identifiers.ror),
    "doi": _identifier(identifiers.doi),
    "cvr": _identifier(identifiers.cvr),
    "gln": _identifier(identifiers.gln),
}
"""For each type of field, how its text is read."""

PROBLEM_CODES: Final = {
    "date": "date",
    "last_date": "date",
    "moment": "date",
    "orcid": "identifier",
    "ror": "identifier",
    "doi": "identifier",
    "cvr": "identifier",
    "gln": "identifier",
}
"""The code of the problem when a value of a type cannot be read; `invalid` for the others."""
