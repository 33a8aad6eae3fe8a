"""Institutions of OpenAlex as organisations. Most come from ROR, and are found by its identifier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.cleaning import clean
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.model import Name, OrganisationRecord, Record, Relation
from vidensbro.kit.sources.openalex.values import mention, provenance, string
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import country, inside, mapping, mappings, text, texts, web, within

MAX_NAMES: Final = 50
_HOME: Final = "DK"
_REGISTERS: Final = ("grid", "wikidata")
_RELATIONS: Final = frozenset({"parent", "child", "related"})


def institution(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """The organisation of a row, after what was wrong with it."""
    data = row.data
    one = mention(data)
    if not one.id:
        yield problem(file, row.line, "missing", "id", data.get("id") or "")
        return
    if not one.name:
        yield problem(file, row.line, "missing", "display_name", one.id)
        return
    if (found := string(data.get("ror"))) and not one.ror:
        yield problem(file, row.line, "identifier", "ror", found)
    names = _names(data)
    own, english = _chosen(one.name, one.country, names)
    relations = tuple(_relations(data))
    yield OrganisationRecord(
        provenance=provenance(one.id, file, row.line, retrieved),
        name=own,
        name_en=english if english != own else "",
        short_name=next((name.value for name in names if name.kind == "acronym"), ""),
        names=names,
        kind=one.kind,
        kinds=(one.kind,),
        parent=next((link.target for link in relations if link.kind == "parent"), ""),
        website=web(data.get("homepage_url")),
        ror=one.ror,
        external_ids=(("openalex", one.id), *_external_ids(data)),
        relations=relations,
        **_location(data, one.country),
    )


def _names(data: Data) -> tuple[Name, ...]:
    """The Danish and the English name, other names and acronyms; names in other languages are not taken."""
    international = mapping(inside(data, "international", "display_name"))
    found = [Name(text(international.get(code)), code) for code in ("da", "en")]
    found += [Name(one, "", "alias") for one in texts(data.get("display_name_alternatives"))]
    found += [Name(one, "", "acronym") for one in texts(data.get("display_name_acronyms"))]
    return tuple(dict.fromkeys(name for name in found if name.value))[:MAX_NAMES]


def _chosen(shown: str, place: str, names: tuple[Name, ...]) -> tuple[str, str]:
    """The own and the English name. A Danish name is the own one of Danish organisations only."""
    labels = {name.language: name.value for name in names if name.kind == "label"}
    if place == _HOME and "da" in labels:
        return labels["da"], labels.get("en", shown)
    return shown, labels.get("en", "")


def _external_ids(data: Data) -> Iterator[tuple[str, str]]:
    ids = mapping(data.get("ids"))
    for register in _REGISTERS:
        if value := clean(string(ids.get(register))):
            yield register, value


def _relations(data: Data) -> Iterator[Relation]:
    for entry in mappings(data.get("associated_institutions")):
        kind = string(entry.get("relationship")).lower()
        target = identifiers.openalex(string(entry.get("id")), "I")
        if kind in _RELATIONS and target:
            yield Relation(kind, target, clean(string(entry.get("display_name"))))


def _location(data: Data, place: str) -> dict[str, Any]:
    geo = mapping(data.get("geo"))
    number = text(geo.get("geonames_city_id"))
    return {
        "city": clean(string(geo.get("city"))),
        "country": place or country(geo.get("country_code")),
        "latitude": within(geo.get("latitude"), 90),
        "longitude": within(geo.get("longitude"), 180),
        "geonames": int(number) if number.isdecimal() and number.isascii() and len(number) < 12 else None,
    }
