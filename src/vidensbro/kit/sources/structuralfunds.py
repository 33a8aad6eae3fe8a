"""Danish projects of the European structural funds, from the file that Erhvervsstyrelsen publishes.

The list of 2014-2020: Windows-1252, semicolons, headings in Danish and English, 24.04.2014 and 15.414.794,
line breaks within cells. The list of 2007-2013 has other headings and company numbers. Names of contact
persons are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.mentions import Once, named
from vidensbro.kit.sources.model import Award, OrganisationRecord, Provenance, Record, Topic, WorkRecord
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import amount, country, day, lines, text
from vidensbro.kit.sources.utm import degrees_of

SOURCE: Final = "structural_funds"
LICENCE: Final = ""
EXPECTED: Final = ("title", "start", "text", "beneficiary", "amount")

_COLUMNS: Final = {
    "projektitel": "title",
    "projekttitel": "title",
    "startdato": "start",
    "start_dato": "start",
    "slutdato": "end",
    "slut_dato": "end",
    "prioritetsakse": "priority",
    "indsatsområde": "priority",
    "budget": "total",
    "eu-medfinansiering": "amount",
    "eu": "amount",
    "projektbeskrivelse": "text",
    "tas_projekt_besk": "text",
    "fond": "fund",
    "ordning": "fund",
    "region": "region",
    "land": "country",
    "kontraktansvarlig partner": "beneficiary",
    "navn": "beneficiary",
    "vejnavn": "street",
    "postnr": "postcode",
    "bynavn": "city",
    "koordinat east": "east",
    "koordinat north": "north",
    "partere": "partners",
    "parter": "partners",
    "cvr": "cvr",
}
COLUMNS: Final = tuple(_COLUMNS)
_FUNDS: Final = {
    "R": "European Regional Development Fund",
    "S": "European Social Fund",
    "ERDF": "European Regional Development Fund",
    "ESF": "European Social Fund",
}
_COUNTRIES: Final = {"denmark": "DK", "danmark": "DK"}
# Partners stand on lines of their own, or one after the other, each ended by a point.
_ENDED: Final = re.compile(r"\.(?=\s+[A-ZÆØÅ])|[;\n]")
_SHORT: Final = re.compile(r"(?:^|[\s(])(?:\w|Skt|St|Dr|Gl|Ndr|Sdr|Kgl|[A-ZÆØÅ]{1,3})$")
_MIN_TITLE: Final = 3
_KNOWN_BY: Final = ("start", "beneficiary", "fund", "priority", "region")


def columns_of(data: Data) -> dict[str, str]:
    """The cells of a row by our names; a heading is known by its Danish half."""
    known = {_COLUMNS.get(name.split(" / ")[0].strip()): cell for name, cell in data.items()}
    return {name: cell for name, cell in known.items() if name is not None}


def fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: what every project has."""
    cells = columns_of(row.data)
    for name in EXPECTED:
        yield name, bool(cells.get(name))


def mapper(retrieved: date | None) -> Callable[[Row, str], Iterator[Record | Problem]]:
    """A mapper for one file: projects, and before them their organisations, each once."""
    once = Once()
    seen: dict[str, list[dict[str, str]]] = {}

    def records(row: Row, file: str) -> Iterator[Record | Problem]:
        cells = columns_of(row.data)
        title = text(cells.get("title"))
        if len(title) < _MIN_TITLE:
            yield problem(file, row.line, "missing", "title", title)
            return
        yield from _doubts(cells, file, row.line)
        ids: list[tuple[str, str]] = []
        for organisation, role in _organisations(cells, file, row.line, retrieved):
            ids.append((organisation.provenance.source_id, role))
            if once.first(organisation.provenance.source_id):
                yield organisation
        where = Provenance(SOURCE, _key(title, cells, seen), LICENCE, retrieved, "", file, row.line)
        yield _work(cells, title, tuple(dict.fromkeys(ids)), where)

    return records


def _key(title: str, cells: dict[str, str], seen: dict[str, list[dict[str, str]]]) -> str:
    """The list has no identifiers: one from what of a project stays the same, counted where that is not enough.

    One project may have several rows, for each fund, priority or region, whose order must not count; the same row
    twice gets the same identifier.
    """
    key = named(title, *(text(cells.get(name)) for name in _KNOWN_BY)).removeprefix("name-")
    rows = seen.setdefault(key, [])
    if cells not in rows:
        rows.append(cells)
    place = rows.index(cells)
    return f"{key}-{place + 1}" if place else key


def _doubts(cells: dict[str, str], file: str, line: int) -> Iterator[Problem]:
    for name in ("start", "end"):
        if cells.get(name) and day(cells[name]) is None:
            yield problem(file, line, "date", name, cells[name])
    for name in ("amount", "total"):
        if cells.get(name) and amount(cells[name]) is None:
            yield problem(file, line, "invalid", name, cells[name])
    if cells.get("cvr") and not identifiers.cvr(cells["cvr"]):
        yield problem(file, line, "identifier", "cvr", cells["cvr"])


def _organisations(
    cells: dict[str, str], file: str, line: int, retrieved: date | None
) -> Iterator[tuple[OrganisationRecord, str]]:
    if name := text(cells.get("beneficiary")):
        cvr = identifiers.cvr(cells.get("cvr", ""))
        key = cvr or named(name)
        latitude, longitude = _place(cells)
        where = Provenance(SOURCE, key, LICENCE, retrieved, "", file, line)
        yield (
            OrganisationRecord(
                where,
                name,
                cvr=cvr,
                street=text(cells.get("street")),
                postcode=text(cells.get("postcode")),
                city=text(cells.get("city")),
                country=_country(cells.get("country", "")),
                latitude=latitude,
                longitude=longitude,
            ),
            "coordinator",
        )
    for partner in partners(cells.get("partners", "")):
        where = Provenance(SOURCE, named(partner), LICENCE, retrieved, "", file, line)
        yield OrganisationRecord(where, partner, country="DK"), "participant"


def partners(cell: str) -> list[str]:
    """The names of partners in a cell. A point after an initial or an abbreviation ends no name."""
    names, begun = [], 0
    for end in _ENDED.finditer(cell):
        if end.group() == "." and _SHORT.search(cell[begun : end.start()]):
            continue
        names.append(cell[begun : end.start()])
        begun = end.end()
    names.append(cell[begun:])
    return [name for name in dict.fromkeys(text(part).rstrip(". ") for part in names) if len(name) > 1]


def _place(cells: dict[str, str]) -> tuple[float | None, float | None]:
    try:
        latitude, longitude = degrees_of(float(cells["east"]), float(cells["north"]))
    except (KeyError, ValueError):
        return None, None
    inside = 54 <= latitude <= 58.5 and 7 <= longitude <= 16
    return (round(latitude, 6), round(longitude, 6)) if inside else (None, None)


def _country(written: str) -> str:
    return _COUNTRIES.get(text(written).lower(), "") or country(written) or "DK"


def _work(
    cells: dict[str, str], title: str, ids: tuple[tuple[str, str], ...], where: Provenance
) -> WorkRecord:
    code = text(cells.get("fund")).upper()
    fund = _FUNDS.get(code) or _FUNDS.get(code[:4]) or _FUNDS.get(code[:3]) or code
    # Only the list with the name of the fund beside them gives its amounts in kroner; the older says nothing.
    currency = "DKK" if code in {"R", "S"} else ""
    given, total = amount(cells.get("amount")), amount(cells.get("total"))
    return WorkRecord(
        provenance=where,
        kind="project",
        title=title,
        abstract=lines(cells.get("text")),
        language="da",
        date=day(cells.get("start")),
        until=day(cells.get("end")),
        venue=fund,
        organisations=ids,
        topics=tuple(Topic("", name, "priority") for name in [text(cells.get("priority"))] if name),
        awards=(Award("", fund, "", given, total, currency),) if fund else (),
    )
