"""Values of unknown shape taken as what they should be, or as nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from vidensbro.kit.sources.cleaning import clean, clean_lines, without_markup
from vidensbro.kit.sources.jsonrows import Data
from vidensbro.kit.sources.plain.values import a_date, a_number

_BREAKING: Final = re.compile(
    r"<\s*(?:/\s*)?(?:p|br|div|li|ul|ol|h[1-6]|tr|table|section)(?:\s[^<>]*|/)?>", re.IGNORECASE
)
_LANGUAGES: Final = {
    "dan": "da",
    "eng": "en",
    "nor": "no",
    "nob": "no",
    "nno": "no",
    "swe": "sv",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "isl": "is",
    "ice": "is",
    "fin": "fi",
}
# The European Commission writes two countries after its own style guide.
_COUNTRIES: Final = {"EL": "GR", "UK": "GB"}


def text(value: Any) -> str:
    """One clean line of a text or a number; "" for anything else."""
    if isinstance(value, bool):
        return ""
    return clean(str(value)) if isinstance(value, str | int | float) else ""


def lines(value: Any) -> str:
    """Clean text with its paragraphs."""
    return clean_lines(value) if isinstance(value, str) else ""


def mapping(value: Any) -> Data:
    """The mapping, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> Iterator[Data]:
    """The mappings in a list."""
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else iter(())


def texts(value: Any) -> tuple[str, ...]:
    """The texts in a list, or the one text, clean, without empty ones and repetitions."""
    found = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(line for line in map(text, found) if line))


def inside(data: Data, *path: str) -> Any:
    """The value at the end of a path of keys, None where the path ends early."""
    value: Any = data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def is_there(data: Data, path: str) -> bool:
    """Does a mapping hold something at a dotted path, or at one of several separated by "|"?"""
    return any(inside(data, *way.split(".")) not in (None, "", [], {}) for way in path.split("|"))


def day(value: Any) -> date | None:
    """A day, from a date or a moment as sources write them; a year or month stands for its first day."""
    written = text(value)
    try:
        return a_date(written.split(" ")[0]) if written else None
    except ValueError:
        return None


def amount(value: Any) -> int | None:
    """Money in whole units, with Danish thousands or a decimal comma; None when it is none or negative."""
    try:
        number = a_number(value) if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        return None
    return round(number) if 0 <= number < 10**15 else None


def web(value: Any) -> str:
    """An http address; a bare "www." gets its scheme."""
    address = text(value)
    if address.lower().startswith("www."):
        address = f"https://{address}"
    return address if address.lower().startswith(("http://", "https://")) and len(address) <= 1000 else ""


def country(value: Any) -> str:
    """An ISO 3166-1 alpha-2 code."""
    code = text(value).upper()
    code = _COUNTRIES.get(code, code)
    return code if len(code) == 2 and code.isalpha() and code.isascii() else ""


def language(value: Any) -> str:
    """An ISO 639-1 code, from one of two or three letters, with or without a region."""
    code = re.split(r"[-_]", text(value).lower())[0]
    code = _LANGUAGES.get(code, code)
    return code if len(code) == 2 and code.isalpha() and code.isascii() else ""


def within(value: Any, limit: int) -> float | None:
    """A coordinate in degrees, at most `limit` away from zero."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if -limit <= number <= limit else None


def paragraphs(markup: Any) -> str:
    """Text out of HTML, its paragraphs on lines of their own."""
    if not isinstance(markup, str):
        return ""
    parts = (without_markup(part) for part in _BREAKING.sub("\n", markup).split("\n"))
    return clean_lines("\n".join(part for part in parts if part))


def person_name(value: Any) -> str:
    """A name in its spoken order: "Family, Given" turned around."""
    name = text(value)
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}".strip() if comma and "," not in given else name
