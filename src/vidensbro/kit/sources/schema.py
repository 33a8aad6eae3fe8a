"""A guard against sources that change their form overnight.

The first rows of a file are held back until they have been counted. If a field that nearly every record of
the source has is missing in most of them, nothing of the file is handed out but one problem that names it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol

from vidensbro.kit.sources.archives import Located
from vidensbro.kit.sources.model import Record
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.streams import Position

SAMPLE: Final = 200
"""How many rows are looked at before the first is handed out."""

LEAST: Final = 20
"""In fewer rows than this a missing field says nothing about the source."""

SHARE: Final = 0.5
"""A field that is missing in more than this share of the rows has vanished."""

Fields = Callable[[Any], Iterable[tuple[str, bool]]]
"""Of a row: each field that is expected in it, and whether it is there."""

Mapper = Callable[[Any, str], Iterable[Record | Problem]]
"""Of a row and the name of its file: the records in it, each after what was wrong with it."""


class Rows(Protocol):
    """Rows of any form and problems of a file, in its order."""

    def __iter__(self) -> Iterator[Any]: ...

    def position(self) -> Position:
        """How far the file has been read."""
        ...


class GuardedReader:
    """Rows made into records, unless the source has changed its form."""

    def __init__(
        self, file: str, rows: Rows, mapper: Mapper, fields: Fields, part: Callable[[Any], str] | None = None
    ) -> None:
        """`part` names the part of the file that a row stands in; each is judged by its own first rows."""
        self._file = file
        self._rows = rows
        self._mapper = mapper
        self._fields = fields
        self._part = part or _whole
        self._at = Position()
        self._judged: Counter[str] = Counter()
        self._lacking: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Record | Problem]:
        held: list[tuple[list[Record | Problem], Position]] = []
        part, trusted = "", False
        for row in self._rows:
            here = part if isinstance(row, Problem) else self._part(_inner(row))
            if here != part:
                if gone := self._vanished():
                    yield gone
                    return
                yield from self._released(held)
                part, trusted = here, False
            items = self._items(row)
            if trusted:
                self._at = self._rows.position()
                yield from items
                continue
            self._judge(row)
            held.append((list(items), self._rows.position()))
            if len(held) == SAMPLE:
                if gone := self._vanished():
                    yield gone
                    return
                yield from self._released(held)
                trusted = True
        gone = self._vanished()
        yield from [gone] if gone else self._released(held)

    def position(self) -> Position:
        """Where to go on after the item that was handed out last."""
        return self._at

    def _items(self, row: Any) -> Iterable[Record | Problem]:
        if isinstance(row, Problem):
            return [row]
        if isinstance(row, Located):
            return self._mapper(row.row, row.file)
        return self._mapper(row, self._file)

    def _judge(self, row: Any) -> None:
        if isinstance(row, Problem):
            return
        for field, there in self._fields(_inner(row)):
            self._judged[field] += 1
            self._lacking[field] += not there

    def _vanished(self) -> Problem | None:
        for field, seen in self._judged.items():
            lacking = self._lacking[field]
            if seen >= LEAST and lacking > SHARE * seen:
                return problem(self._file, 0, "schema_changed", field, f"{lacking} / {seen}")
        return None

    def _released(self, held: list[tuple[list[Record | Problem], Position]]) -> Iterator[Record | Problem]:
        """Hand out what was held back; from here on the counting begins anew."""
        for items, at in held:
            self._at = at
            yield from items
        held.clear()
        self._judged.clear()
        self._lacking.clear()


def _inner(row: Any) -> Any:
    return row.row if isinstance(row, Located) else row


def _whole(row: Any) -> str:
    return ""
