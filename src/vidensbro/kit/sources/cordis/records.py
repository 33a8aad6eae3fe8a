"""Rows of CORDIS made into records: organisations, projects, and what came out of them.

The Commission's decision of 12 December 2011 on reuse (2011/833/EU) applies: CC BY 4.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.cordis.reader import CordisRow
from vidensbro.kit.sources.jsonrows import Data
from vidensbro.kit.sources.mentions import Once
from vidensbro.kit.sources.model import (
    AuthorshipRecord,
    Award,
    OrganisationRecord,
    Provenance,
    Record,
    Topic,
    WorkRecord,
)
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import (
    amount,
    country,
    day,
    is_there,
    paragraphs,
    person_name,
    text,
    web,
    within,
)

SOURCE: Final = "cordis"
LICENCE: Final = "CC-BY-4.0"
FUNDER: Final = "European Commission"

_EXPECTED: Final = {
    "organization": ("organisationid", "projectid", "name", "country"),
    "project": ("id", "title", "objective", "startdate"),
    "projectpublications": ("id", "title", "projectid"),
    "projectdeliverables": ("id", "title", "projectid"),
    "reportsummaries": ("id", "title", "projectid"),
    "projectirps": ("title",),
}
_ACTIVITIES: Final = {
    "HES": "university",
    "REC": "research_infrastructure",
    "PRC": "company",
    "PUB": "agency",
}
_TERMS: Final = {"euroscivoc": "euroscivoc", "topics": "call", "legalbasis": "programme"}
_PAIR: Final = re.compile(r"\(?\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*\)?$")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.?[\s-]?){1,3}$")
_SUBTYPES: Final = {
    "projectdeliverables": "deliverable",
    "reportsummaries": "report summary",
    "projectirps": "patent",
}


def fields(row: CordisRow) -> Iterator[tuple[str, bool]]:
    """For the guard: what nearly every row of its table has."""
    for name in _EXPECTED[row.table]:
        yield f"{row.table}.{name}", is_there(row.data, name)


def mapper(retrieved: date | None) -> Callable[[CordisRow, str], Iterator[Record | Problem]]:
    """A mapper for one file; an organisation comes once, however many projects it takes part in."""
    once = Once()

    def records(row: CordisRow, file: str) -> Iterator[Record | Problem]:
        if row.table == "organization":
            yield from _organisation(row, file, retrieved, once)
        elif row.table == "project":
            yield from _project(row, file, retrieved)
        else:
            yield from _result(row, file, retrieved)

    return records


def _organisation(
    row: CordisRow, file: str, retrieved: date | None, once: Once
) -> Iterator[Record | Problem]:
    data = row.data
    key, name = text(data.get("organisationid")), text(data.get("name"))
    if not key or not name:
        yield problem(file, row.line, "missing", "name" if key else "organisationID", key)
        return
    if not once.first(key):
        return
    kind = _ACTIVITIES.get(text(data.get("activitytype")).upper(), "other")
    vat = text(data.get("vatnumber"))
    place = _PAIR.match(text(data.get("geolocation")))
    yield OrganisationRecord(
        provenance=Provenance(SOURCE, key, LICENCE, retrieved, "", file, row.line),
        name=name,
        short_name=text(data.get("shortname")),
        kind=kind,
        kinds=(kind,),
        website=web(data.get("organizationurl")),
        cvr=identifiers.cvr(vat) if vat.upper().startswith("DK") else "",
        external_ids=(("pic", key), *((("vat", vat),) if vat else ())),
        street=text(data.get("street")),
        postcode=text(data.get("postcode")),
        city=text(data.get("city")),
        country=country(data.get("country")),
        latitude=within(place.group(1), 90) if place else None,
        longitude=within(place.group(2), 180) if place else None,
    )


def _project(row: CordisRow, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    data = row.data
    key, title = text(data.get("id")), text(data.get("title"))
    if not key or not title:
        yield problem(file, row.line, "missing", "title" if key else "id", key)
        return
    for name in ("startdate", "enddate"):
        if data.get(name) and day(data[name]) is None:
            yield problem(file, row.line, "date", name, data[name])
    acronym = text(data.get("acronym"))
    page = f"https://cordis.europa.eu/project/id/{key}"
    yield WorkRecord(
        provenance=Provenance(SOURCE, key, LICENCE, retrieved, page, file, row.line),
        kind="project",
        title=title if not acronym or acronym.lower() in title.lower() else f"{title} ({acronym})",
        abstract=paragraphs(data.get("objective")),
        language="en",
        date=day(data.get("startdate")),
        until=day(data.get("enddate")),
        venue=text(data.get("frameworkprogramme")),
        doi=identifiers.doi(text(data.get("grantdoi"))),
        url=page,
        subtype=text(data.get("fundingscheme")),
        organisations=tuple((one, role) for one, role in row.joined.organisations if one),
        topics=tuple(_topics(row)),
        awards=(_award(data, key), *_shares(row, key)),
    )


def _shares(row: CordisRow, number: str) -> Iterator[Award]:
    """What each organisation gets of the grant."""
    for organisation, given, total in row.joined.shares:
        yield Award("", FUNDER, number, given, total, "EUR", organisation)


def _award(data: Data, number: str) -> Award:
    given, total = amount(data.get("ecmaxcontribution")), amount(data.get("totalcost"))
    return Award("", FUNDER, number, given, total or None, "EUR")


def _topics(row: CordisRow) -> Iterator[Topic]:
    for kind, code, name in row.joined.terms:
        if name or code:
            yield Topic(code, name or code, _TERMS[kind])
    for word in dict.fromkeys(text(part) for part in re.split(r"[,;]", text(row.data.get("keywords")))):
        if word:
            yield Topic("", word, "keyword")


def _result(row: CordisRow, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    data = row.data
    title, project = text(data.get("title")), text(data.get("projectid"))
    key = text(data.get("id")) or text(data.get("rcn"))
    if not key or not title:
        yield problem(file, row.line, "missing", "title" if key else "id", key)
        return
    doi = identifiers.doi(text(data.get("doi")))
    if data.get("doi") and not doi:
        yield problem(file, row.line, "identifier", "doi", data["doi"])
    page = f"https://doi.org/{doi}" if doi else web(data.get("url"))
    yield WorkRecord(
        provenance=Provenance(SOURCE, key, LICENCE, retrieved, page, file, row.line),
        kind="patent" if row.table == "projectirps" else "publication",
        title=title,
        abstract=paragraphs(data.get("description") or data.get("summary")),
        date=day(data.get("publishedyear")),
        venue=text(data.get("journaltitle")),
        doi=doi,
        url=page,
        subtype=_SUBTYPES.get(row.table) or text(data.get("ispublishedas")).lower(),
        authorships=tuple(_authorships(text(data.get("authors")))),
        awards=(Award("", FUNDER, project),) if project else (),
    )


def _authorships(written: str) -> Iterator[AuthorshipRecord]:
    names = authors(written)
    for place, name in enumerate(names):
        role = "first" if place == 0 else "last" if place == len(names) - 1 else "middle"
        yield AuthorshipRecord("", name, role="sole" if len(names) == 1 else role)


def authors(written: str) -> list[str]:
    """The names in a byline: divided by semicolons, or by commas, of which some stand before initials."""
    if ";" in written:
        parts = [person_name(part) for part in written.split(";")]
    else:
        parts = []
        for part in (text(piece) for piece in written.split(",")):
            if parts and _INITIALS.match(part):
                parts[-1] = f"{part} {parts[-1]}"
            else:
                parts.append(part)
    return [name for name in dict.fromkeys(parts) if name and name.lower() not in {"et al", "et al."}]
