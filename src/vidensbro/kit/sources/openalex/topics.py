"""Topics of OpenAlex: what works are about, in four levels (domain, field, subfield, topic)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.jsonrows import Row
from vidensbro.kit.sources.model import Record, Topic, TopicRecord
from vidensbro.kit.sources.openalex.values import provenance, string
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import lines, mapping, text, texts

LEVELS: Final = ("subfield", "field", "domain")
MAX_KEYWORDS: Final = 100


def topic(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """The topic of a row, after what was wrong with it."""
    key = identifiers.openalex(string(row.data.get("id")), "T")
    name = text(row.data.get("display_name"))
    if not key or not name:
        yield problem(file, row.line, "missing", "display_name" if key else "id", key)
        return
    above = [(level, mapping(row.data.get(level))) for level in LEVELS]
    yield TopicRecord(
        provenance=provenance(key, file, row.line, retrieved),
        name=name,
        summary=lines(row.data.get("description")),
        keywords=texts(row.data.get("keywords"))[:MAX_KEYWORDS],
        above=tuple(
            Topic(text(entry.get("id")).rsplit("/", 1)[-1], text(entry.get("display_name")), level)
            for level, entry in above
            if text(entry.get("display_name"))
        ),
    )
