"""Records of XML files, cut out one by one, so that a broken one does not take the others with it.

No document types, no entities but the five of XML itself, no network (see OWASP's "XML External Entity
Prevention"). The memory is that of one record.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from lxml import etree

from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.streams import MAX_LINE, Position

_COMMENT: Final = re.compile(rb"<!--.*?-->", re.DOTALL)
_DOCTYPE: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_NAMESPACE: Final = re.compile(rb"\sxmlns(?::([\w.-]+))?\s*=\s*(\"[^\"<]*\"|'[^'<]*')")
_ELEMENT: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_ERROR: Final = re.compile(rb"<(?:[\w.-]+:)?error\s+code\s*=\s*[\"'](\w+)[\"'][^>]*>([^<]*)")
_KEPT: Final = 256
"""How much of what has been read is kept where a start tag may have been cut."""


class Chunks(Protocol):
    """Where bytes come from: a `ByteStream`, or what is `Held`."""

    file: str
    read: int
    total: int
    problem: Problem | None

    def chunks(self, offset: int = 0) -> Iterator[bytes]:
        """The bytes from `offset` on."""
        ...


@dataclass(slots=True)
class Held:
    """Bytes that are in memory already, such as a member of an archive."""

    file: str
    data: bytes
    read: int = 0
    total: int = 0
    problem: Problem | None = None

    def chunks(self, offset: int = 0) -> Iterator[bytes]:
        """The bytes from `offset` on."""
        yield self.data[offset:]


@dataclass(frozen=True, slots=True)
class XmlRow:
    """One record and the line at which it begins."""

    line: int
    element: etree._Element


def parse(file: str, line: int, data: bytes, encoding: str = "") -> XmlRow | Problem:
    """A whole document, or one record with its declarations, as an element; never from anywhere else."""
    if _DOCTYPE.search(data):
        return problem(file, line, "doctype")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding=encoding or None,
    )
    try:
        return XmlRow(line, etree.fromstring(data, parser))
    except (etree.XMLSyntaxError, ValueError) as error:
        at = getattr(error, "lineno", None) or 1
        return problem(file, line + at - 1, "xml", value=getattr(error, "msg", "") or str(error))


class XmlRecords:
    """The elements of one local name, in the order of a file; pages written one after the other are read on.

    What an OAI-PMH page says instead of records (its `error` element) comes out as a problem.
    `Position.offset` counts records.
    """

    def __init__(self, stream: Chunks, start: Position, tag: str) -> None:
        self._stream = stream
        self._start = start
        self._open = re.compile(rb"<((?:[\w.-]+:)?" + re.escape(tag.encode()) + rb")(?=[\s>/])")
        self._buffer = b""
        self._line = 1
        self._count = 0
        self._ended = False
        self._root = b""
        self._encoding = "utf-8"
        self._namespaces: dict[bytes, bytes] = {}
        self._chunks: Iterator[bytes] = iter(())

    def __iter__(self) -> Iterator[XmlRow | Problem]:
        self._chunks = self._stream.chunks()
        while True:
            found = self._open.search(self._buffer)
            if found is None:
                if self._more():
                    if len(self._buffer) <= MAX_LINE:
                        continue
                    yield problem(self._stream.file, self._line, "unknown_format")
                    return
                yield from self._between(self._buffer)
                break
            hostile = list(self._between(self._buffer[: found.start()]))
            yield from hostile
            if any(item.code == "doctype" for item in hostile):
                return
            self._drop(found.start())
            item = self._record(found.group(1))
            self._count += 1
            if self._count > self._start.offset:
                yield item
        yield from self._end()

    def position(self) -> Position:
        """How far the file has been read."""
        return Position(self._line, self._count, self._stream.read, self._stream.total)

    def _more(self) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None:
            self._ended = True
            return False
        self._buffer += chunk
        return True

    def _drop(self, size: int) -> None:
        self._line += self._buffer.count(b"\n", 0, size)
        self._buffer = self._buffer[size:]

    def _between(self, context: bytes) -> Iterator[Problem]:
        """Learn from what stands around the records: encoding, namespaces, the root, errors."""
        context = _COMMENT.sub(b"", context)
        if _DOCTYPE.search(context):
            yield problem(self._stream.file, self._line, "doctype")
            return
        if declared := _ENCODING.search(context):
            self._encoding = _ascii_like(declared.group(1).decode())
        for prefix, address in _NAMESPACE.findall(context):
            self._namespaces[prefix] = address
        if root := _ELEMENT.search(context):
            self._root = self._root if self._root and b"</" in context[: root.start()] else root.group(1)
        for code, message in _ERROR.findall(context):
            said = f"{code.decode()}: {message.decode(self._encoding, 'replace').strip()}"
            yield problem(self._stream.file, self._line, "refused", value=said)

    def _record(self, name: bytes) -> XmlRow | Problem:
        """The record at the beginning of the buffer, which is taken off it."""
        close = re.compile(rb"</" + re.escape(name) + rb"\s*>")
        line, looked = self._line, len(name)
        while True:
            end = close.search(self._buffer, max(0, looked - _KEPT))
            following = self._open.search(self._buffer, len(name) + 1)
            empty = re.match(rb"<[^<>]*/>", self._buffer)
            if empty:
                self._drop(empty.end())
                return problem(self._stream.file, line, "xml", value=name.decode("ascii", "replace"))
            if following and (end is None or following.start() < end.start()):
                self._drop(following.start())
                return problem(self._stream.file, line, "xml", value=name.decode("ascii", "replace"))
            if end:
                raw = self._buffer[: end.end()]
                self._drop(end.end())
                return self._parsed(line, raw)
            if len(self._buffer) > MAX_LINE:
                self._drop(len(self._buffer) - _KEPT)
                return problem(self._stream.file, line, "oversize")
            looked = len(self._buffer)
            if not self._more():
                self._drop(len(self._buffer))
                return problem(self._stream.file, line, "truncated")

    def _parsed(self, line: int, raw: bytes) -> XmlRow | Problem:
        if self._count < self._start.offset:
            return problem(self._stream.file, line, "xml")  # not handed out: it was, before the break
        declared = b"".join(
            b" xmlns" + (b":" + prefix if prefix else b"") + b"=" + address
            for prefix, address in self._namespaces.items()
        )
        row = parse(self._stream.file, line, b"<r" + declared + b">" + raw + b"</r>", self._encoding)
        return XmlRow(line, row.element[0]) if isinstance(row, XmlRow) else row

    def _end(self) -> Iterator[Problem]:
        if self._stream.problem is not None:
            found = self._stream.problem
            yield Problem(self._stream.file, self._line, "", found.code, found.value)
        elif self._root and b"</" + self._root not in self._buffer:
            yield problem(self._stream.file, self._line, "truncated")
        elif not self._root and not self._count:
            yield problem(self._stream.file, 0, "unknown_format")


def _ascii_like(name: str) -> str:
    """An encoding that the records can be cut in; UTF-16 has been turned into UTF-8 on the way."""
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return "utf-8"
    return "utf-8" if codec.startswith(("utf-16", "utf-32", "ascii")) else codec


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The children of a local name, whatever their namespace."""
    return [] if element is None else [child for child in element if local(child) == name]


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element at the end of a path of local names."""
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def content(element: etree._Element | None, *path: str) -> str:
    """All text within the element at the end of a path; "" when there is none."""
    found = child(element, *path)
    return "" if found is None else whole_text(found)


def attribute(element: etree._Element | None, name: str) -> str:
    """An attribute by its local name."""
    if element is None:
        return ""
    found = (value for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name)
    return str(next(found, ""))


def whole_text(element: etree._Element) -> str:
    """All text within an element, as it stands."""
    return "".join(str(part) for part in element.itertext())
