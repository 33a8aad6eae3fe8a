"""Organisations from the Research Organization Registry, records of schema 1 and schema 2 (2.0 and 2.1).

The registry's data are CC0. Both schemas come to the same record; documented at ror.readme.io.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.cleaning import clean
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.model import Name, OrganisationRecord, Provenance, Record, Relation
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import is_there

SOURCE: Final = "ror"
LICENCE: Final = "CC0-1.0"
EXPECTED: Final = ("id", "names|name", "types", "status", "locations|addresses|country")

KINDS_OF_TYPES: Final = {
    "education": "university",
    "healthcare": "hospital",
    "company": "company",
    "government": "agency",
    "funder": "foundation",
    "nonprofit": "association",
    "facility": "research_infrastructure",
    "archive": "other",
    "other": "other",
}
# An organisation has several types: the first of these that it has says what it is first of all. A university
# that also funds is a university, and a hospital that is also a facility a hospital.
_PRECEDENCE: Final = (
    "education",
    "healthcare",
    "company",
    "government",
    "facility",
    "funder",
    "nonprofit",
    "archive",
    "other",
)
_STATUSES: Final = ("active", "inactive", "withdrawn")
_RELATIONS: Final = ("parent", "child", "related", "predecessor", "successor")


def fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: what every organisation has, in either schema."""
    for path in EXPECTED:
        yield path.split("|")[0], is_there(row.data, path)


def records(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """The organisation in a row, after what was wrong with it."""
    data = row.data
    ror = identifiers.ror(str(data.get("id") or ""))
    if not ror:
        yield problem(file, row.line, "missing", "id", data.get("id") or "")
        return
    names = _names(data)
    if not names:
        yield problem(file, row.line, "missing", "names")
        return
    status = str(data.get("status") or "active").lower()
    if status not in _STATUSES:
        yield problem(file, row.line, "choice", "status", status)
        status = "active"
    relations: list[Relation] = []
    for entry in _mappings(data.get("relationships")):
        relation = _relation(entry)
        if relation is None:
            yield problem(file, row.line, "invalid", "relationships", entry)
        else:
            relations.append(relation)
    yield _organisation(data, ror, names, status, tuple(relations), _provenance(row, ror, file, retrieved))


def _provenance(row: Row, ror: str, file: str, retrieved: date | None) -> Provenance:
    return Provenance(SOURCE, ror, LICENCE, retrieved, f"https://ror.org/{ror}", file, row.line)


def _organisation(
    data: Data,
    ror: str,
    names: tuple[Name, ...],
    status: str,
    relations: tuple[Relation, ...],
    provenance: Provenance,
) -> OrganisationRecord:
    types = [str(kind).lower() for kind in _listed(data.get("types"))]
    kinds = tuple(dict.fromkeys(KINDS_OF_TYPES[kind] for kind in _PRECEDENCE if kind in types))
    name, name_en, short_name = _chosen(names, data)
    parents = [relation.target for relation in relations if relation.kind == "parent"]
    year = data.get("established")
    return OrganisationRecord(
        provenance=provenance,
        name=name,
        name_en=name_en,
        short_name=short_name,
        names=names,
        kind=kinds[0] if kinds else "other",
        kinds=kinds or ("other",),
        parent=parents[0] if parents else "",
        website=_website(data),
        ror=ror,
        external_ids=_external_ids(data.get("external_ids")),
        relations=relations,
        status=status,
        successors=tuple(relation.target for relation in relations if relation.kind == "successor"),
        established=year if isinstance(year, int) and 0 < year < 3000 else None,
        **_location(data),
    )


def _names(data: Data) -> tuple[Name, ...]:
    if "names" in data:
        found = [
            Name(clean(str(entry.get("value") or "")), _language(entry.get("lang")), kind)
            for entry in _mappings(data["names"])
            for kind in map(str, _listed(entry.get("types")))
            if kind in {"label", "alias", "acronym"} or (kind == "ror_display" and len(entry["types"]) == 1)
        ]
        found = [Name(name.value, name.language, name.kind.replace("ror_display", "label")) for name in found]
    else:
        found = [Name(clean(str(data.get("name") or "")))]
        found += [
            Name(clean(str(entry.get("label") or "")), _language(entry.get("iso639")))
            for entry in _mappings(data.get("labels"))
        ]
        found += [Name(clean(str(text)), "", "alias") for text in _listed(data.get("aliases"))]
        found += [Name(clean(str(text)), "", "acronym") for text in _listed(data.get("acronyms"))]
    return tuple(name for name in found if name.value)


def _chosen(names: tuple[Name, ...], data: Data) -> tuple[str, str, str]:
    """The own name (Danish where there is one, else what the registry shows), the English and the short one.

    Schema 1 does not say the language of the display name: it counts as English where there is a label in
    another language beside it.
    """
    labels = [name for name in names if name.kind == "label"] or list(names)
    display = _display(labels, data)
    danish = next((name.value for name in labels if name.language == "da"), "")
    english = next((name.value for name in labels if name.language == "en"), "")
    if not english and "names" not in data and danish and display != danish:
        english = display
    acronym = next((name.value for name in names if name.kind == "acronym"), "")
    own = danish or display
    return own, english if english != own else "", acronym


def _display(labels: list[Name], data: Data) -> str:
    shown = [
        clean(str(entry.get("value") or ""))
        for entry in _mappings(data.get("names"))
        if "ror_display" in _listed(entry.get("types"))
    ]
    return shown[0] if shown and shown[0] else labels[0].value


def _language(code: Any) -> str:
    return code.lower() if isinstance(code, str) and len(code) == 2 and code.isalpha() else ""


def _website(data: Data) -> str:
    links = _listed(data.get("links"))
    for link in links:
        if isinstance(link, dict):
            if link.get("type") == "website" and _is_web(link.get("value")):
                return clean(str(link["value"]))
        elif _is_web(link):
            return clean(str(link))
    return ""


def _is_web(text: Any) -> bool:
    return isinstance(text, str) and text.lower().startswith(("http://", "https://")) and len(text) <= 1000


def _external_ids(found: Any) -> tuple[tuple[str, str], ...]:
    """(type, identifier) pairs: the preferred identifier of each type, or its first."""
    entries: list[tuple[str, Data]] = []
    if isinstance(found, dict):
        entries = [(str(kind).lower(), entry) for kind, entry in found.items() if isinstance(entry, dict)]
    else:
        entries = [(str(entry.get("type") or "").lower(), entry) for entry in _mappings(found)]
    pairs = []
    for kind, entry in entries:
        every = entry.get("all")
        first = every[0] if isinstance(every, list) and every else every
        value = entry.get("preferred") or first
        if kind and value:
            pairs.append((kind, clean(str(value))))
    return tuple(sorted(pairs))


def _location(data: Data) -> dict[str, Any]:
    if "locations" in data:
        place: Data = next(iter(_mappings(data["locations"])), {})
        details = _mapping(place.get("geonames_details"))
        city, country = details.get("name"), details.get("country_code")
        latitude, longitude, geonames = details.get("lat"), details.get("lng"), place.get("geonames_id")
    else:
        place = next(iter(_mappings(data.get("addresses"))), {})
        geo = _mapping(place.get("geonames_city"))
        city, geonames = place.get("city"), geo.get("id")
        country = _mapping(data.get("country")).get("country_code")
        latitude, longitude = place.get("lat"), place.get("lng")
    return {
        "city": clean(str(city or "")),
        "country": _country(country),
        "latitude": _within(latitude, 90),
        "longitude": _within(longitude, 180),
        "geonames": geonames if isinstance(geonames, int) else None,
    }


def _country(value: Any) -> str:
    code = value.upper() if isinstance(value, str) else ""
    return code if len(code) == 2 and code.isalpha() and code.isascii() else ""


def _within(number: Any, limit: int) -> float | None:
    return float(number) if isinstance(number, int | float) and -limit <= number <= limit else None


def _relation(entry: Data) -> Relation | None:
    kind = str(entry.get("type") or "").lower()
    target = identifiers.ror(str(entry.get("id") or ""))
    if kind not in _RELATIONS or not target:
        return None
    return Relation(kind, target, clean(str(entry.get("label") or "")))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Data:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> Iterator[Data]:
    return (entry for entry in _listed(value) if isinstance(entry, dict))
