"""An export as a page reads it: by app, with what it is kept for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from vidensbro.hub.accounts.models import Role
from vidensbro.hub.audit.purposes import Purpose, purposes, served_by_part
from vidensbro.hub.directory.models import Membership
from vidensbro.hub.web.own_data_words import COLUMNS, GROUPS, PARTS, Words, words

Line = tuple[Words, str]
CODES: Mapping[str, Mapping[str, Words]] = {
    "role": {**dict(Role.choices), **dict(Membership.Role.choices)},
    "language": dict(settings.LANGUAGES),
}
"""Columns that hold a code, and what each code is called."""


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
        groups = tuple(_groups(exported.get(name, {})))
        if groups:
            meant = tuple(known[code] for code in served.get(name, ()) if code in known)
            found.append(Section(name, PARTS.get(name, words(name)), meant, groups))
    return found


_ORDER = (
    *("directory", "knowledge", "imports", "matches", "introductions", "collaborations", "needs", "accounts"),
    *("federation", "joining", "rights", "mail", "files", "desk", "audit"),
)


def _groups(told: Mapping[str, Any]) -> Iterator[Group]:
    """A group for each list, and one for what stands alone."""
    alone = {name: value for name, value in told.items() if not isinstance(value, list)}
    if any(value not in ("", None) for value in alone.values()):
        yield Group("", (_line(alone),))
    for name, rows in told.items():
        if isinstance(rows, list) and rows:
            yield Group(GROUPS.get(name, words(name)), tuple(_line(row) for row in rows))


def _line(row: Any) -> tuple[Line, ...]:
    if not isinstance(row, Mapping):
        return (("", _value(row)),)
    return tuple(
        (COLUMNS.get(name, words(name)), _coded(name, value))
        for name, value in row.items()
        if value not in ("", None, [], {})
    )


def _coded(name: str, value: Any) -> str:
    """The value of a column; of one that holds a code, what the code stands for."""
    codes = CODES.get(name, {})
    return str(codes[value]) if isinstance(value, str) and value in codes else _value(value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return "; ".join(
            f"{words(name)}: {_value(one)}" for name, one in value.items() if one not in ("", None)
        )
    if isinstance(value, list):
        return " · ".join(_value(one) for one in value)
    moment = _moment(value) if isinstance(value, str) else None
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else str(value)


def _moment(text: str) -> datetime | None:
    if len(text) < 19 or not text[:4].isdigit():
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None
