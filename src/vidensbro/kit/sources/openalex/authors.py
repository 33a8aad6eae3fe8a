"""Authors of OpenAlex as people.

Taken are name, ORCID iD and where their works say they were. Other spellings of the name, identifiers at other
services, topics and counts of works and citations are not: the hub has no use for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.cleaning import clean
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.model import AffiliationRecord, PersonRecord, Record
from vidensbro.kit.sources.names import split_name
from vidensbro.kit.sources.openalex.values import NOBODY, mention, provenance, string
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import mapping, mappings

MAX_PLACES: Final = 50
"""Of longer lists those with the latest years are kept: they come of works that were put together wrongly."""


def author(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """The person of a row, after what was wrong with it. Who stands for nobody is left out without a word."""
    key = identifiers.openalex(string(row.data.get("id")), "A")
    if not key:
        yield problem(file, row.line, "missing", "id", row.data.get("id") or "")
        return
    if key in NOBODY:
        return
    given, family = split_name(clean(string(row.data.get("display_name"))))
    if not family:
        yield problem(file, row.line, "missing", "display_name", key)
        return
    found = string(row.data.get("orcid"))
    orcid = identifiers.orcid(found)
    if found and not orcid:
        yield problem(file, row.line, "identifier", "orcid", found)
    yield PersonRecord(
        provenance=provenance(key, file, row.line, retrieved),
        given_name=given,
        family_name=family,
        orcid=orcid,
        affiliations=tuple(_places(row.data)),
    )


def _places(data: Data) -> Iterator[AffiliationRecord]:
    """Where an author was, since the first year of a work that says so. When they left, no record says."""
    since: dict[str, tuple[int, int, Data]] = {}
    for entry in mappings(data.get("affiliations")):
        years = [year for year in _listed(entry.get("years")) if type(year) is int and 1000 <= year <= 9999]
        _note(since, mapping(entry.get("institution")), years)
    for entry in mappings(data.get("last_known_institutions")):
        _note(since, entry, [])
    _note(since, mapping(data.get("last_known_institution")), [])
    latest = sorted(since.items(), key=lambda item: (-item[1][1], item[0]))[:MAX_PLACES]
    for key, (first, _, entry) in sorted(latest):
        start = date(first, 1, 1) if first else None
        yield AffiliationRecord(key, start=start, mention=mention(entry))


def _note(since: dict[str, tuple[int, int, Data]], entry: Data, years: list[int]) -> None:
    key = identifiers.openalex(string(entry.get("id")), "I")
    if key:
        first, last, known = since.get(key, (0, 0, entry))
        every = [year for year in (first, last, *years) if year]
        since[key] = (min(every, default=0), max(every, default=0), known)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
