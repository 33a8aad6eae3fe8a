"""Records of pages of ListRecords and GetRecord, each given to the reader of its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from vidensbro.kit.sources.mentions import Once
from vidensbro.kit.sources.model import MergedRecord, Record
from vidensbro.kit.sources.oai import cerif, dublin_core, mxd
from vidensbro.kit.sources.oai.header import MAX_ID, Context, header, kind_of
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.xmlrows import XmlRow, local

_FORMATS: Final = {
    "dc": dublin_core.records,
    "ddf_doc": mxd.records,
    **dict.fromkeys(cerif.ENTITIES, cerif.records),
}
_EXPECTED: Final = {"dc": dublin_core.expected, "ddf_doc": mxd.expected}


def fields(row: XmlRow) -> Iterator[tuple[str, bool]]:
    """For the guard: what nearly every record of its format has. Deleted records say nothing."""
    head = header(row.element)
    yield "header.identifier", bool(head.identifier)
    if head.payload is not None:
        name = local(head.payload)
        yield "metadata", name in _FORMATS
        if name in _FORMATS:
            yield from _EXPECTED.get(name, cerif.expected)(head.payload)


def mapper(retrieved: date | None) -> Callable[[XmlRow, str], Iterator[Record | Problem]]:
    """A mapper for one file: what the records hold, what was deleted, and organisations once each."""
    once = Once()

    def records(row: XmlRow, file: str) -> Iterator[Record | Problem]:
        head = header(row.element)
        if not head.identifier:
            yield problem(file, row.line, "missing", "header.identifier")
            return
        if len(head.identifier) > MAX_ID:
            yield problem(file, row.line, "length", "header.identifier", head.identifier)
            return
        context = Context(head, file, row.line, retrieved, once)
        if head.deleted:
            yield MergedRecord(context.where(head.identifier), kind_of(head), "")
            return
        if head.payload is None:
            yield problem(file, row.line, "missing", "metadata", head.identifier)
            return
        reader = _FORMATS.get(local(head.payload))
        if reader is None:
            yield problem(file, row.line, "unknown_format", "metadata", str(head.payload.tag))
            return
        yield from reader(head.payload, context)

    return records
