"""Rows of OpenAlex made into records, each as what its identifier says it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.model import Record
from vidensbro.kit.sources.openalex.authors import author
from vidensbro.kit.sources.openalex.institutions import institution
from vidensbro.kit.sources.openalex.topics import topic
from vidensbro.kit.sources.openalex.works import work
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import is_there, mappings

_LETTERS: Final = {"W": "works", "A": "authors", "I": "institutions", "T": "topics"}
_READERS: Final[dict[str, Callable[[Row, str, date | None], Iterator[Record | Problem]]]] = {
    "works": work,
    "authors": author,
    "institutions": institution,
    "topics": topic,
}
# What every record has, although it may be empty; one of those with "|" between them.
_EXPECTED: Final = {
    "works": (
        "id",
        "title|display_name",
        "authorships",
        "abstract_inverted_index",
        "publication_date|publication_year",
    ),
    "authors": ("id", "display_name", "works_count"),
    "institutions": ("id", "display_name", "type"),
    "topics": ("id", "display_name", "subfield"),
}


def fields_for(entity: str) -> Callable[[Row], Iterator[tuple[str, bool]]]:
    """For the guard: what the records of a file have; `entity` is what those without an identifier count as."""

    def fields(row: Row) -> Iterator[tuple[str, bool]]:
        for entry in _entries(row):
            expected = _EXPECTED[_kind(entry) or entity or "works"]
            yield "id", is_there(entry, "id")
            for names in expected[1:]:
                yield names.split("|")[0], any(name in entry for name in names.split("|"))
            # A byline without people would empty those that are here.
            for one in islice(mappings(entry.get("authorships")), 1):
                yield "authorships.author", "author" in one

    return fields


def records(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """The record in a row, or those in a page of answers from the API, after what was wrong."""
    for entry in _entries(row):
        kind = _kind(entry)
        if kind:
            yield from _READERS[kind](Row(row.line, entry), file, retrieved)
        else:
            yield problem(file, row.line, "missing", "id", entry.get("id") or "")


def _entries(row: Row) -> Iterator[Data]:
    results = row.data.get("results")
    if isinstance(results, list) and "id" not in row.data:
        return mappings(results)
    return iter((row.data,))


def _kind(entry: Data) -> str:
    """Which kind of record an identifier says it is, "" for one that is not read from here."""
    key = str(entry.get("id") or "").rsplit("/", 1)[-1].strip().upper()
    return _LETTERS.get(key[:1], "") if key[1:].isdecimal() and key.isascii() else ""
