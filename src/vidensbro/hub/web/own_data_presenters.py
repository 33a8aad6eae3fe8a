"""An export as a page reads it: by app, with what it is kept for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from vidensbro.hub.audit.purposes import Purpose, purposes, served_by_part
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.web.own_data_codes import named
from vidensbro.hub.web.own_data_words import GROUPS, PARTS, Words, words

Line = tuple[Words, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind; each is a list of (name, value)."""

    label: Words
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What one app keeps."""

    name: str
    label: Words
    purposes: tuple[Purpose, ...]
    groups: tuple[Group, ...]


def sections(exported: Mapping[str, Mapping[str, Any]]) -> list[Section]:
    """The apps that keep anything about somebody, those nearest to the person first."""
    known, served = purposes(), served_by_part()
    found = []
    for name in [*_ORDER, *sorted(exported.keys() - set(_ORDER))]:
        groups = tuple(_groups(name, exported.get(name, {})))
        if groups:
            meant = tuple(known[code] for code in served.get(name, ()) if code in known)
            found.append(Section(name, PARTS.get(name, words(name)), meant, groups))
    return found


_ORDER = (
    *("directory", "knowledge", "imports", "matches", "introductions", "collaborations", "needs", "accounts"),
    *("federation", "joining", "rights", "mail", "files", "desk", "audit"),
)


def _groups(part: str, told: Mapping[str, Any]) -> Iterator[Group]:
    """A group for each list, and one for what stands alone."""
    alone = {name: value for name, value in told.items() if not isinstance(value, list)}
    if any(value not in ("", None) for value in alone.values()):
        yield Group("", (_line(part, alone),))
    for name, rows in told.items():
        if isinstance(rows, list) and rows:
            yield Group(GROUPS.get(name, words(name)), tuple(_line(part, row) for row in rows))


def _line(part: str, row: Any) -> tuple[Line, ...]:
    if not isinstance(row, Mapping):
        return (("", _value(part, row)),)
    return tuple((words(name), _coded(part, name, value)) for name, value in _telling(row))


def _telling(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What tells a reader something: not what is empty, nor a row's number, which stands in the data."""
    return [
        (name, value)
        for name, value in row.items()
        if value not in ("", None, [], {}) and as_uuid(value) is None
    ]


def _coded(part: str, name: str, value: Any) -> str:
    """The value of a column; of one that holds a code, what the code stands for."""
    known = named(part, name, value) if isinstance(value, str) else None
    return _value(part, value) if known is None else str(known)


def _value(part: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return "; ".join(f"{words(name)}: {_coded(part, name, one)}" for name, one in _telling(value))
    if isinstance(value, list):
        return " · ".join(_value(part, one) for one in value)
    return _day_or_text(value) if isinstance(value, str) else str(value)


def _day_or_text(text: str) -> str:
    """A day or a moment as the reader writes it; any other text as it is."""
    if (moment := _moment(text)) is not None:
        return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
    try:
        day = parse_date(text) if len(text) == 10 else None
    except ValueError:
        day = None
    return date_format(day, "SHORT_DATE_FORMAT") if day else text


def _moment(text: str) -> datetime | None:
    if len(text) < 19 or not text[:4].isdigit():
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None
