"""Equipment and facilities in the UNIQUIP schema, and how a university's list of them is found.

Both forms of the schema: the columns of 2012 (equipment.data.ac.uk/uniquip) and those of Jisc's service
since 2025 (`institutionID`, `manufacturer`, `model`). Names, telephone numbers and addresses of contact
persons are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import rdflib
from rdflib.namespace import DCTERMS
from rdflib.plugins.parsers.notation3 import BadSyntax

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.jsonrows import Row
from vidensbro.kit.sources.mentions import Once, named
from vidensbro.kit.sources.model import OfferRecord, OrganisationRecord, Provenance, Record
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import day, lines, text, web

SOURCE: Final = "uniquip"
WELL_KNOWN: Final = "/.well-known/openorg"
"""Where a profile lies that the home page does not link to (IANA, link relations and well-known URIs)."""

COLUMNS: Final = (
    "type",
    "id",
    "institutionid",
    "name",
    "description",
    "technique",
    "department",
    "location",
    "building",
    "manufacturer",
    "model",
)
_OPENORG: Final = rdflib.Namespace("http://purl.org/openorg/")
_THEMES: Final = (_OPENORG["theme/equipment"], _OPENORG["theme/facilities"])
_OPEN_FORMS: Final = ("equipment.data.ac.uk/uniquip",)
_LICENCES: Final = {
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "creativecommons.org/licenses/by/4.0": "CC-BY-4.0",
    "nationalarchives.gov.uk/doc/open-government-licence": "OGL-UK-3.0",
}
MAX_PROFILE: Final = 1 << 22
"""The largest profile, in characters."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A list of equipment that a profile names. `licence` is an SPDX identifier or an address."""

    url: str
    licence: str
    uniquip: bool


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and "openorg" in (given.get("rel") or "").lower().split() and not self.found:
            self.found = given.get("href") or ""


def profile_address(html: str, base: str) -> str:
    """The address of an organisation's profile document, from its home page at `base`.

    The page's `<link rel="openorg">`, or else the well-known place.
    """
    links = _Links()
    links.feed(html)
    return urljoin(base, links.found or WELL_KNOWN)


def datasets(profile: str, base: str) -> list[Dataset]:
    """The lists of equipment and facilities in a profile document (Turtle). Raises ValueError if it is none."""
    if len(profile) > MAX_PROFILE:
        raise ValueError(len(profile))
    graph = rdflib.Graph()
    try:
        graph.parse(data=profile, format="turtle", publicID=base)
    except (BadSyntax, SyntaxError) as error:
        raise ValueError(str(error)) from error
    found: dict[str, Dataset] = {}
    for theme in _THEMES:
        for subject in sorted(graph.subjects(DCTERMS.subject, theme), key=str):
            form = str(graph.value(subject, DCTERMS.conformsTo) or "")
            licence = spdx(str(graph.value(subject, DCTERMS.license) or ""))
            if web(str(subject)):
                found[str(subject)] = Dataset(
                    str(subject), licence, any(known in form for known in _OPEN_FORMS)
                )
    return list(found.values())


def spdx(address: str) -> str:
    """The SPDX identifier of a licence by its address; the address itself where it is not known."""
    return next((name for part, name in _LICENCES.items() if part in address), address)


def fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: the schema asks for a name or a description; every list that we know has identifiers."""
    cells = _cells(row)
    yield "name", bool(cells.get("name") or cells.get("description"))
    yield "id", bool(cells.get("id") or cells.get("institutionid"))


def mapper(retrieved: date | None) -> Callable[[Row, str], Iterator[Record | Problem]]:
    """A mapper for one file: offers, and before them the organisations that are named, each once."""
    once = Once()

    def records(row: Row, file: str) -> Iterator[Record | Problem]:
        cells = _cells(row)
        title = text(cells.get("name")) or text(cells.get("description"))[:200]
        if not title:
            yield problem(file, row.line, "missing", "name")
            return
        owner = text(cells.get("institutionname") or cells.get("institution") or cells.get("organisation"))
        unit = text(cells.get("department") or cells.get("managingdepartment"))
        for name, above in ((owner, ""), (unit, owner)):
            key = _organisation(above, name)
            if name and once.first(key):
                where = Provenance(SOURCE, key, "", retrieved, "", file, row.line)
                yield OrganisationRecord(where, name, parent=named(above) if above else "")
        yield _offer(
            cells,
            title,
            _organisation(owner, unit) if unit else _organisation("", owner),
            row,
            file,
            retrieved,
        )

    return records


def _organisation(above: str, name: str) -> str:
    return named(*(part for part in (above, name) if part)) if name else ""


def _cells(row: Row) -> dict[str, str]:
    """Cells by the column's name without spaces and capitals; "Technique:cpv" is a technique."""
    return {
        re.sub(r"[\s_-]", "", name.lower()).split(":")[0]: value
        for name, value in row.data.items()
        if isinstance(value, str)
    }


def _offer(
    cells: dict[str, str], title: str, owner: str, row: Row, file: str, retrieved: date | None
) -> OfferRecord:
    local = text(cells.get("id") or cells.get("institutionid"))
    doi = identifiers.doi(cells.get("doi", ""))
    page = web(cells.get("webaddress") or cells.get("url")) or (f"https://doi.org/{doi}" if doi else "")
    key = f"{owner}:{local}"[:200] if local else named(owner, title)
    facility = text(cells.get("type")).lower() == "facility"
    place = cells.get("sitelocation") or cells.get("location") or cells.get("postcode")
    return OfferRecord(
        provenance=Provenance(SOURCE, key, spdx(text(cells.get("licence"))), retrieved, page, file, row.line),
        kind="test_site" if facility else "equipment",
        title=title,
        body="\n".join(_told(cells)),
        organisation=owner,
        street=text(cells.get("building")),
        city="" if web(place) else text(place),
        available_from=day(cells.get("commissioneddate")),
        available_to=day(cells.get("decommissioneddate")),
        capacity=text(cells.get("servicelevel")),
        url=page,
    )


def _told(cells: dict[str, str]) -> Iterator[str]:
    if description := lines(cells.get("description")):
        yield description
    make = " ".join(part for part in (text(cells.get("manufacturer")), text(cells.get("model"))) if part)
    for line in (
        make,
        text(cells.get("technique")),
        text(cells.get("measuredvariables")),
        text(cells.get("subject")),
    ):
        if line:
            yield line
