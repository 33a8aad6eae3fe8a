"""The lists of identifiers that OpenAlex has merged into others or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.model import MergedRecord, Provenance, Record
from vidensbro.kit.sources.openalex.values import LICENCE, NOBODY, NOTHING, SOURCE
from vidensbro.kit.sources.problems import Problem, problem

_KINDS: Final = {"W": "works", "A": "people", "I": "organisations", "T": "topics"}
_NAMES: Final = ("id", "work_id", "author_id", "institution_id", "topic_id")
LISTED: Final = ("merge_date", "merge_into_id", "deleted_date", *_NAMES)
"""The columns of the lists."""


def merged_fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: of a list of merged identifiers, or of deleted ones."""
    yield "id", bool(_old(row.data))
    yield "merge_into_id", "merge_into_id" in row.data or "deleted_date" in row.data


def merged(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """One row of a list: merge_date, id, merge_into_id; or work_id, deleted_date."""
    old, new = _old(row.data), str(row.data.get("merge_into_id") or "")
    letter = old.rsplit("/", 1)[-1][:1].upper()
    kind = _KINDS.get(letter, "")
    gone, into = identifiers.openalex(old, letter), identifiers.openalex(new, letter)
    if not kind or not gone or (new and not into):
        yield problem(file, row.line, "identifier", "id" if not gone else "merge_into_id", f"{old} {new}")
        return
    into = "" if into in NOTHING | NOBODY else into
    yield MergedRecord(Provenance(SOURCE, gone, LICENCE, retrieved, "", file, row.line), kind, into)


def _old(data: Data) -> str:
    return next((str(data[name]) for name in _NAMES if data.get(name)), "")
