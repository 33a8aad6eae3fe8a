"""YAML files as numbered items, one item in memory at a time.

Scalars stay text, so that `country: NO` is Norway and `id: 007` keeps its zeros. Anchors, aliases and tags
are refused: no value of the format needs them, and they are how a small file becomes a huge one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from vidensbro.kit.sources.jsonrows import Row
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.streams import ByteStream, Lines, Position

MAX_DEPTH: Final = 8
MAX_ITEM: Final = 1 << 22
"""The longest item, in characters."""

_KEY: Final = re.compile(r"([A-Za-z_][\w-]*):\s*(?:\[\s*\])?\s*(?:#.*)?$")
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


class YamlItems:
    """The items of a YAML list, or of the lists under top-level keys; `kind` of an item is the key above it.

    The file is cut into items at the dashes of the outermost list, so that one broken item does not take
    the others with it; each is then read from its events.
    """

    def __init__(self, stream: ByteStream, start: Position) -> None:
        self._stream = stream
        self._lines = Lines(stream, Position())
        self._start = start
        self._line = 0

    def __iter__(self) -> Iterator[tuple[str, Row | Problem]]:
        for kind, line, text in self._items():
            if line <= self._start.line:
                continue
            if isinstance(text, Problem):
                yield kind, text
            else:
                self._line = line
                yield kind, self._read(line, text)

    def position(self) -> Position:
        """How far the file has been read."""
        return Position(self._line, 0, self._stream.read, self._stream.total)

    def _items(self) -> Iterator[tuple[str, int, str | Problem]]:
        kind, begin, indent, strayed = "", 0, -1, False
        item: list[str] = []
        for entry in self._lines:
            if isinstance(entry, Problem):
                yield kind, entry.line, entry
                continue
            number, text = entry[0], entry[1].decode("utf-8", "surrogateescape")
            stripped = text.strip()
            column = len(text) - len(text.lstrip(" "))
            heading = _KEY.match(text)
            starts = (stripped == "-" or stripped.startswith("- ")) and (column == indent or indent < 0)
            between = not stripped or stripped.startswith("#")
            if between or (begin and column > indent and not starts):
                item.append(text)
                continue
            if begin:
                yield kind, begin, "\n".join(item)
            item, begin = [], 0
            if heading:
                kind, indent, strayed = heading.group(1).lower(), -1, False
            elif starts:
                item, begin, indent, strayed = [text], number, column, False
            elif not strayed and not (column == 0 and stripped[:3] in {"---", "..."}):
                strayed = True
                yield kind, number, problem(self._stream.file, number, "layout", value=text)
        if begin:
            yield kind, begin, "\n".join(item)

    def _read(self, line: int, text: str) -> Row | Problem:
        file = self._stream.file
        if len(text) > MAX_ITEM:
            return problem(file, line, "oversize")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return problem(file, line, "encoding")
        try:
            value = next(iter(_Builder(text).document()), None)
        except _KeyProblemError as refused:
            return problem(file, line + refused.line, "yaml", value=refused.value)
        except _RefusedError as refused:
            return problem(file, line + refused.line, "yaml_alias", value=refused.value)
        except yaml.MarkedYAMLError as error:
            at = error.problem_mark.line if error.problem_mark else 0
            return problem(file, line + at, "yaml", value=error.problem or "")
        except yaml.YAMLError as error:
            code = "nul_bytes" if "\x00" in text else "yaml"
            return problem(file, line, code, value=str(error).splitlines()[0])
        if not isinstance(value, dict):
            return problem(file, line, "not_a_record", value=text)
        return Row(line, value)


class _RefusedError(Exception):
    """An anchor, an alias, a tag, or nesting beyond `MAX_DEPTH`."""

    def __init__(self, line: int, value: str) -> None:
        super().__init__(value)
        self.line = line
        self.value = value


class _KeyProblemError(_RefusedError):
    """A key that is no text, or that a mapping has twice."""


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


class _Builder:
    """Values from the events of one item; every scalar a string, or None for a plain null."""

    def __init__(self, text: str) -> None:
        self._events = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> list[Any]:
        for event in self._events:
            if isinstance(event, yaml.SequenceStartEvent):
                return self._sequence(event, 0)
        return []

    def _value(self, event: yaml.Event, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError(_line(event), str(event.anchor))
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            raise _RefusedError(_line(event), str(event.anchor))
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            if event.tag is not None or depth > MAX_DEPTH:
                raise _RefusedError(_line(event), str(event.tag or "depth"))
            if isinstance(event, yaml.MappingStartEvent):
                return self._mapping(depth)
            if isinstance(event, yaml.ScalarEvent):
                return None if event.implicit[0] and event.value in _NULLS else event.value
        return self._sequence(event, depth)

    def _sequence(self, start: yaml.Event, depth: int) -> list[Any]:
        values: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            values.append(self._value(event, depth + 1))
        return values

    def _mapping(self, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._value(event, depth + 1)
            if not isinstance(key, str) or key in values:
                raise _KeyProblemError(_line(event), repr(key))
            values[key] = self._value(next(self._events), depth + 1)
        return values
