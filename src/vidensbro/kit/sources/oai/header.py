"""What stands around a record in OAI-PMH 2.0: its identifier, its sets, whether it was deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml import etree

from vidensbro.kit.sources.mentions import Once
from vidensbro.kit.sources.model import OrganisationRecord, Provenance
from vidensbro.kit.sources.shapes import text, texts
from vidensbro.kit.sources.xmlrows import attribute, child, children, content

SOURCE: Final = "oai"
MAX_ID: Final = 200

_KINDS: Final = (
    (re.compile(r"persons?\b|people", re.IGNORECASE), "people"),
    (re.compile(r"org-?units?\b|organi[sz]ation", re.IGNORECASE), "organisations"),
    (re.compile(r"equipments?\b|facilit|services?\b", re.IGNORECASE), "offers"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a record. `payload` is what the record holds, None where it was deleted or is empty."""

    identifier: str
    sets: tuple[str, ...]
    deleted: bool
    payload: etree._Element | None


def header(record: etree._Element) -> Header:
    """The head of a `record` element."""
    head = child(record, "header")
    metadata = child(record, "metadata")
    held = [one for one in metadata if isinstance(one.tag, str)] if metadata is not None else []
    return Header(
        text(content(head, "identifier")),
        texts([one.text for one in children(head, "setSpec")]),
        attribute(head, "status") == "deleted",
        held[0] if held else None,
    )


def kind_of(head: Header) -> str:
    """The kind of a deleted record, from its sets and its identifier; works where they do not say."""
    for place in (*head.sets, head.identifier.rpartition(":")[2]):
        for pattern, kind in _KINDS:
            if pattern.search(place):
                return kind
    return "works"


@dataclass(frozen=True, slots=True)
class Context:
    """What the mappers of the formats need besides the record. `line` and `file` say where it stands."""

    head: Header
    file: str
    line: int
    retrieved: date | None
    once: Once

    def where(self, key: str, url: str = "", licence: str = "") -> Provenance:
        """The provenance of something in the record."""
        return Provenance(SOURCE, key[:MAX_ID], licence, self.retrieved, url, self.file, self.line)

    def mention(self, key: str, name: str, parent: str = "", country: str = "") -> list[OrganisationRecord]:
        """An organisation that the record names, the first time it does."""
        if not name or not self.once.first(key):
            return []
        return [OrganisationRecord(self.where(key), name, parent=parent, country=country)]
