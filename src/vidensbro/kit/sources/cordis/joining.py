"""What belongs to a project, kept on disk while its archive is read, so that memory stays small."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

import orjson

from vidensbro.kit.sources.jsonrows import Data
from vidensbro.kit.sources.shapes import amount, text


@dataclass(frozen=True, slots=True)
class Joined:
    """Of one project: (organisation, role) in order, (kind, code, name) of what it is about, and (organisation, what
    it gets, what its part costs) in whole euros."""

    organisations: tuple[tuple[str, str], ...] = ()
    terms: tuple[tuple[str, str, str], ...] = ()
    shares: tuple[tuple[str, int | None, int | None], ...] = ()


class Joining:
    """The rows of the smaller tables by project: the rows in a scratch file, in memory only where each begins."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (closed by `close`, after the last project)
        self._begins: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        self._end = 0

    def add(self, kind: str, rows: Iterable[Data]) -> None:
        """Take in a table: organization, euroscivoc, topics or legalbasis."""
        is_organisation = kind == "organization"
        for row in rows:
            kept = _participation(row) if is_organisation else _term(kind, row)
            line = orjson.dumps([is_organisation, *kept[1:]], option=orjson.OPT_APPEND_NEWLINE)
            self._begins[kept[0]].append(self._end)
            self._end += self._file.write(line)

    def ready(self) -> None:
        """To be called once, after the last table."""
        self._file.flush()

    def of(self, project: str) -> Joined:
        """What belongs to a project."""
        rows = [self._read(begin) for begin in self._begins.get(project, ())]
        taking_part = sorted((row[1:] for row in rows if row[0]), key=lambda one: int(one[0]))
        return Joined(
            tuple(dict.fromkeys((str(name), str(role)) for _place, name, role, *_ in taking_part)),
            tuple(dict.fromkeys((row[1], row[2], row[3]) for row in rows if not row[0])),
            tuple(_shares(taking_part)),
        )

    def close(self) -> None:
        """Let go of the disk."""
        self._file.close()

    def _read(self, begin: int) -> list[Any]:
        self._file.seek(begin)
        row: list[Any] = orjson.loads(self._file.readline())
        return row


def _shares(taking_part: Iterable[list[Any]]) -> Iterator[tuple[str, int | None, int | None]]:
    """What each organisation gets and what its part costs; who takes part in two roles has both together."""
    sums: dict[str, list[int | None]] = {}
    for _place, name, _role, *money in dict.fromkeys(map(tuple, taking_part)):
        held = sums.setdefault(str(name), [None, None])
        for column, value in enumerate(money):
            if value is not None:
                held[column] = (held[column] or 0) + int(value)
    for name, (given, total) in sums.items():
        if given is not None or total is not None:
            yield name, given, total


def _participation(row: Data) -> tuple[str, int, str, str, int | None, int | None]:
    place = text(row.get("order"))
    role = text(row.get("role")).lower() or "participant"
    return (
        text(row.get("projectid")),
        int(place) if place.isdecimal() else 10**6,
        text(row.get("organisationid")),
        role,
        _given(row),
        # A cost of nothing is one that was not told: partners without a contribution report none.
        amount(row.get("totalcost")) or None,
    )


def _given(row: Data) -> int | None:
    """What the organisation itself gets: without what it passes on to third parties, who have rows of their own."""
    net = amount(row.get("neteccontribution"))
    return amount(row.get("eccontribution")) if net is None else net


def _term(kind: str, row: Data) -> tuple[str, str, str, str]:
    code = row.get("euroscivoccode") or row.get("topic") or row.get("legalbasis")
    name = row.get("euroscivoctitle") or row.get("title")
    return text(row.get("projectid")), kind, text(code), text(name)
