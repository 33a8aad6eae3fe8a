"""JSON files as numbered objects: JSON lines, one big array, or objects one after the other.

Nothing is read whole: an array of millions of records takes the memory of one record and one chunk.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.streams import MAX_LINE, ByteStream, Lines, Position

Data = dict[str, Any]

_ESCAPED: Final = re.compile("[\udc80-\udcff]")
# Escaped quotes are matched with their backslash so that they count for nothing.
_STRUCTURE: Final = re.compile(r'\\[\\"]|[{}\[\]"\n]')
_STRAY: Final = re.compile(r"[^{\n]+|.", re.DOTALL)
_BETWEEN: Final = re.compile(r"[\s,\[\]\x1e]*")
# How near the end of what has been read an error may lie and still come only from not having read on:
# a literal or number that was cut, or a \u escape.
_CUT: Final = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One record as the file has it, and the line at which it begins."""

    line: int
    data: Data


class JsonLines:
    """One JSON object per line (JSON lines, NDJSON)."""

    def __init__(self, stream: ByteStream, start: Position) -> None:
        self._lines = Lines(stream, start)
        self._file = stream.file

    def __iter__(self) -> Iterator[Row | Problem]:
        for item in self._lines:
            if isinstance(item, Problem):
                yield item
            elif item[1].strip():
                yield self._parse(*item)

    def _parse(self, line: int, raw: bytes) -> Row | Problem:
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            return self._explain(line, raw, str(error))
        if not isinstance(data, dict):
            return problem(self._file, line, "not_a_record", value=raw[:80].decode("utf-8", "replace"))
        return Row(line, data)

    def _explain(self, line: int, raw: bytes, error: str) -> Problem:
        if b"\x00" in raw:
            return problem(self._file, line, "nul_bytes")
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as reason:
            around = raw[max(0, reason.start - 20) : reason.end + 20]
            return problem(self._file, line, "encoding", value=around.decode("utf-8", "replace"))
        return problem(self._file, line, "json", value=error)

    def position(self) -> Position:
        """How far the file has been read."""
        return self._lines.position()


class JsonValues:
    """The objects of one JSON array, or objects one after the other, with or without anything between them.

    A broken object is reported and skipped up to its closing brace; reading goes on behind it.
    """

    def __init__(self, stream: ByteStream, start: Position) -> None:
        self._stream = stream
        self._start = start
        self._decoder = json.JSONDecoder()
        self._text = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        self._chunks: Iterator[bytes] = iter(())
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._count = 0
        self._ended = False
        self._indent = ""
        self._array = False
        self._closed = True

    def __iter__(self) -> Iterator[Row | Problem]:
        self._chunks = self._stream.chunks()
        while self._skip_between():
            line = self._line
            self._closed = False
            item = self._value(line)
            self._count += 1
            if self._count > self._start.offset:
                yield item
        if self._stream.problem is not None:
            found = self._stream.problem
            yield Problem(self._stream.file, self._line, "", found.code, found.value)
        elif self._array and not self._closed:
            yield problem(self._stream.file, self._line, "truncated")

    def position(self) -> Position:
        """How far the file has been read; `offset` counts values, for many may stand on one line."""
        return Position(self._line, self._count, self._stream.read, self._stream.total)

    def _more(self) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None:
            self._ended = True
            return False
        self._buffer = self._buffer[self._at :] + self._text.decode(chunk)
        self._at = 0
        return True

    def _skip_between(self) -> bool:
        """Move to the next value; False when there is none."""
        while True:
            found = _BETWEEN.match(self._buffer, self._at)
            end = found.end() if found else self._at
            if found and end > self._at:
                between = found.group()
                self._array = self._array or "[" in between
                self._closed = (self._closed and "[" not in between) or "]" in between
                self._indent = between.rpartition("\n")[2].replace("[", " ")
            self._advance(end)
            if end < len(self._buffer):
                return True
            if not self._more():
                return False

    def _advance(self, end: int) -> None:
        self._line += self._buffer.count("\n", self._at, end)
        self._at = end

    def _value(self, line: int) -> Row | Problem:
        while True:
            try:
                data, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                if self._may_be_cut(error) and self._more():
                    continue
                return self._broken(line, error.msg)
            except RecursionError:
                return self._broken(line, "nested too deeply")
            raw = self._buffer[self._at : end]
            self._advance(end)
            if _ESCAPED.search(raw):
                shown = raw.encode("utf-8", "surrogateescape")[:80].decode("utf-8", "replace")
                return problem(self._stream.file, line, "encoding", value=shown)
            if isinstance(data, dict):
                return Row(line, data)
            return problem(self._stream.file, line, "not_a_record", value=raw[:80])

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        if self._ended or len(self._buffer) - self._at > MAX_LINE:
            return False
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._buffer) - _CUT

    def _broken(self, line: int, reason: str) -> Problem:
        """Skip a value that cannot be read, and say so."""
        if self._buffer[self._at] != "{":
            found = _STRAY.match(self._buffer, self._at)
            self._advance(found.end() if found else self._at + 1)
            return problem(self._stream.file, line, "json", value=reason)
        depth, quoted = 0, False
        while True:
            depth, quoted, ended = self._skip_broken(depth, quoted)
            if ended:
                return problem(self._stream.file, line, "json", value=reason)
            if not self._more():
                code = "truncated" if self._stream.problem is None else "json"
                return problem(self._stream.file, line, code, value=reason)

    def _skip_broken(self, depth: int, quoted: bool) -> tuple[int, bool, bool]:
        """Move on to where the braces balance or the next record begins on a line of its own, or to the end.

        Takes and gives the depth of braces, whether inside a string, and gives whether the value ended.
        """
        end = len(self._buffer) - self._buffer.endswith("\\")
        for mark in _STRUCTURE.finditer(self._buffer, self._at, end):
            character = mark.group()
            if character == "\n":
                quoted = False  # a JSON string cannot hold a raw line break
                if len(self._buffer) - mark.end() <= len(self._indent) and not self._ended:
                    end = mark.start()
                    break
                if self._buffer.startswith(self._indent + "{", mark.end()):
                    self._advance(mark.end())
                    return 0, False, True
            elif character == '"':
                quoted = not quoted
            elif not quoted and character in "{}[]":
                depth += 1 if character in "{[" else -1
                if depth <= 0:
                    self._advance(mark.end())
                    return 0, False, True
        self._advance(end)
        return depth, quoted, False
