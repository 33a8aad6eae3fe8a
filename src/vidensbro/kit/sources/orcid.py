"""People from ORCID's public records, XML (schema 3.0, the yearly file) and JSON (the public API, 3.0).

ORCID's public data are CC0. Taken are name, biography, keywords, employments and works; mail addresses,
other identifiers and peer reviews are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lxml import etree

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.mentions import Once, named
from vidensbro.kit.sources.model import (
    AffiliationRecord,
    AuthorshipRecord,
    OrganisationRecord,
    PersonRecord,
    Provenance,
    Record,
    WorkRecord,
)
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import country, day, inside, lines, mapping, mappings, text
from vidensbro.kit.sources.xmlrows import XmlRow, children, local

SOURCE: Final = "orcid"
LICENCE: Final = "CC0-1.0"
_PLACES: Final = ("employments", "invited-positions")
_KINDS: Final = {"data-set": "dataset", "patent": "patent"}
_REPEATED: Final = frozenset(
    {
        "affiliation-group",
        "group",
        "work-summary",
        "external-id",
        "keyword",
        "employment-summary",
        "invited-position-summary",
    }
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A person's place at an organisation."""

    key: str
    organisation: OrganisationRecord
    affiliation: AffiliationRecord


def fields(row: Row | XmlRow) -> Iterator[tuple[str, bool]]:
    """For the guard: every public record has an iD and says something of the person."""
    data = as_data(row)
    yield "orcid-identifier", bool(_orcid(data))
    yield "person", isinstance(data.get("person"), dict)
    yield "activities-summary", isinstance(data.get("activities-summary"), dict)


def mapper(retrieved: date | None) -> Callable[[Row | XmlRow, str], Iterator[Record | Problem]]:
    """A mapper for one file: of each record the organisations, the person, and then the works."""
    once = Once()

    def records(row: Row | XmlRow, file: str) -> Iterator[Record | Problem]:
        data = as_data(row)
        orcid = _orcid(data)
        if not orcid:
            yield problem(file, row.line, "missing", "orcid-identifier")
            return
        person = mapping(data.get("person"))
        family, given = _name(person)
        if not family:
            yield problem(file, row.line, "missing", "person.name", orcid)
            return
        page = f"https://orcid.org/{orcid}"
        where = Provenance(SOURCE, orcid, LICENCE, retrieved, page, file, row.line)
        places = list(_places(mapping(data.get("activities-summary")), where))
        for place in places:
            if once.first(place.key):
                yield place.organisation
        yield PersonRecord(
            provenance=where,
            given_name=given,
            family_name=family,
            orcid=orcid,
            affiliations=tuple(place.affiliation for place in places),
            summary_en=lines(_value(inside(person, "biography", "content"))),
        )
        yield from _works(mapping(data.get("activities-summary")), where, text(f"{given} {family}"))

    return records


def as_data(row: Row | XmlRow) -> Data:
    """A record as the mapping that the API gives, from either form."""
    if isinstance(row, XmlRow):
        found = _mapped(row.element)
        return found if isinstance(found, dict) else {}
    return row.data


def _mapped(element: etree._Element) -> Any:
    """An element as JSON would have it: text, or a mapping of its children by local name."""
    inner = [one for one in element if isinstance(one.tag, str)]
    if not inner and not element.attrib:
        return element.text or ""
    data: Data = {str(key).rpartition("}")[2]: value for key, value in element.attrib.items()}
    if not inner:
        data["value"] = element.text or ""
    for name in dict.fromkeys(local(one) for one in inner):
        values = [_mapped(one) for one in children(element, name)]
        data[name] = values if name in _REPEATED or len(values) > 1 else values[0]
    return data


def _value(found: Any) -> Any:
    """The API wraps many texts in {"value": …}; the XML gives them as they are."""
    return found.get("value", found.get("content")) if isinstance(found, dict) else found


def _orcid(data: Data) -> str:
    return identifiers.orcid(text(inside(data, "orcid-identifier", "path")))


def _name(person: Data) -> tuple[str, str]:
    """(family, given): who gives one name only has it as the family name."""
    name = mapping(person.get("name"))
    family, given = text(_value(name.get("family-name"))), text(_value(name.get("given-names")))
    return (family, given) if family else (given, "")


def _places(activities: Data, where: Provenance) -> Iterator[_Place]:
    for section in _PLACES:
        for group in mappings(inside(activities, section, "affiliation-group")):
            for summary in _summaries(group, section):
                if (place := _place(summary, where)) is not None:
                    yield place


def _summaries(group: Data, section: str) -> Iterator[Data]:
    """The summaries of a group: the API puts each in a mapping of its own."""
    name = f"{section.removesuffix('s')}-summary"
    for entry in mappings(group.get("summaries")) if "summaries" in group else [group]:
        held = entry.get(name)
        yield from mappings(held) if isinstance(held, list) else [mapping(held)]


def _place(summary: Data, where: Provenance) -> _Place | None:
    organisation = mapping(summary.get("organization"))
    name = text(_value(organisation.get("name")))
    if not name:
        return None
    known = mapping(organisation.get("disambiguated-organization"))
    ror = identifiers.ror(text(known.get("disambiguated-organization-identifier")))
    address = mapping(organisation.get("address"))
    key = ror or named(name)
    return _Place(
        key,
        OrganisationRecord(
            Provenance(SOURCE, key, LICENCE, where.retrieved, "", where.file, where.line),
            name,
            ror=ror,
            city=text(_value(address.get("city"))),
            country=country(_value(address.get("country"))),
        ),
        AffiliationRecord(
            key,
            text(_value(summary.get("role-title"))),
            _date(summary.get("start-date")),
            _date(summary.get("end-date")),
        ),
    )


def _date(found: Any) -> date | None:
    parts = [text(_value(mapping(found).get(name))) for name in ("year", "month", "day")]
    written = "-".join(parts[: parts.index("")] if "" in parts else parts)
    return day(written)


def _works(activities: Data, where: Provenance, name: str) -> Iterator[WorkRecord]:
    """The works with a title, one for each group, which holds what several sources say of the same work."""
    for group in mappings(inside(activities, "works", "group")):
        summary = next(mappings(group.get("work-summary")), {})
        title = text(_value(inside(summary, "title", "title")))
        number = text(summary.get("put-code"))
        if not title or not number:
            continue
        doi = _doi(summary) or _doi(group)
        kind = text(summary.get("type")).lower().replace("_", "-")
        page = f"https://doi.org/{doi}" if doi else where.url
        yield WorkRecord(
            provenance=Provenance(
                SOURCE, f"{where.source_id}/{number}", LICENCE, where.retrieved, page, where.file, where.line
            ),
            kind=_KINDS.get(kind, "publication"),
            title=title,
            date=_date(summary.get("publication-date")),
            venue=text(_value(summary.get("journal-title"))),
            doi=doi,
            url=page,
            subtype=kind,
            authorships=(AuthorshipRecord(where.source_id, name, where.source_id),),
        )


def _doi(data: Data) -> str:
    for entry in mappings(inside(data, "external-ids", "external-id")):
        found = identifiers.doi(text(_value(entry.get("external-id-value"))))
        if found and text(entry.get("external-id-type")).lower() == "doi":
            return found
    return ""
