"""Which part of OpenAlex is wanted: said to the API as a filter, and to lines of the snapshot as a test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

ENTITIES: Final = ("works", "authors", "institutions", "topics")
_MOST: Final = 100  # values that OpenAlex takes in one filter

_COUNTRY: Final = {
    "works": "authorships.institutions.country_code",
    "authors": "affiliations.institution.country_code",
    "institutions": "country_code",
}
_INSTITUTION: Final = {
    "works": "authorships.institutions.lineage",
    "authors": "affiliations.institution.lineage",
    "institutions": "lineage",
}
_TOPIC: Final = {
    "works": "topics.id",
    "authors": "topics.id",
    "institutions": "topics.id",
    "topics": "id",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Values of one kind are alternatives, the kinds narrow each other down.

    `countries` are ISO 3166-1 alpha-2, `institutions` and `topics` OpenAlex identifiers ("I1234", "T1234");
    an institution stands for those below it as well. `years` are the first and the last year of publication,
    of works only. `updated_since` is understood by the snapshot, and by the API with a paid plan.
    """

    countries: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    updated_since: dt.date | None = None

    def check(self, entity: str) -> None:
        """Raises ValueError for limits that the kind of record does not have."""
        if entity not in ENTITIES:
            raise ValueError(f"“{entity}” is none of {', '.join(ENTITIES)}")
        places = bool(self.countries or self.institutions)
        if (entity == "topics" and places) or (entity != "works" and self.years):
            raise ValueError(f"{entity} cannot be limited in this way")
        if max(len(self.countries), len(self.institutions), len(self.topics)) > _MOST:
            raise ValueError(f"OpenAlex takes at most {_MOST} alternatives; make several harvests")

    def filter(self, entity: str) -> str:
        """The API's `filter`. Raises ValueError."""
        self.check(entity)
        parts = [
            f"{names[entity]}:{'|'.join(values)}"
            for names, values in (
                (_COUNTRY, tuple(code.upper() for code in self.countries)),
                (_INSTITUTION, tuple(_short(value) for value in self.institutions)),
                (_TOPIC, tuple(_short(value) for value in self.topics)),
            )
            if values
        ]
        if self.years is not None:
            parts.append(f"publication_year:{self.years[0]}-{self.years[1]}")
        if self.updated_since is not None:
            parts.append(f"from_updated_date:{self.updated_since.isoformat()}")
        return ",".join(parts)

    def fit(self, entity: str, record: dict[str, Any]) -> bool:
        """Whether a record of the snapshot is wanted, as the API would say."""
        if self.years is not None:
            year = record.get("publication_year")
            if not isinstance(year, int) or not self.years[0] <= year <= self.years[1]:
                return False
        since = self.updated_since.isoformat() if self.updated_since is not None else ""
        if str(record.get("updated_date") or "")[:10] < since:
            return False
        topics = [str(record.get("id") or "")] if entity == "topics" else _ids(record.get("topics"))
        if self.topics and not _meet(self.topics, topics):
            return False
        if not (self.countries or self.institutions):
            return True
        places = list(_institutions(entity, record))
        codes = {str(place.get("country_code") or "").upper() for place in places}
        if self.countries and codes.isdisjoint(code.upper() for code in self.countries):
            return False
        return not self.institutions or _meet(self.institutions, _lineages(places))


def _short(identifier: str) -> str:
    return identifier.rstrip("/").rpartition("/")[2].upper()


def _meet(wanted: Iterable[str], found: Iterable[str]) -> bool:
    return not {_short(value) for value in wanted}.isdisjoint(_short(value) for value in found)


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _ids(value: object) -> Iterator[str]:
    yield from (str(item.get("id") or "") for item in _dicts(value))


def _institutions(entity: str, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if entity == "institutions":
        yield record
    elif entity == "authors":
        for affiliation in _dicts(record.get("affiliations")):
            if isinstance(place := affiliation.get("institution"), dict):
                yield place
    else:
        for authorship in _dicts(record.get("authorships")):
            yield from _dicts(authorship.get("institutions"))


def _lineages(places: Iterable[dict[str, Any]]) -> Iterator[str]:
    for place in places:
        yield str(place.get("id") or "")
        lineage = place.get("lineage")
        if isinstance(lineage, list):
            yield from (str(value) for value in lineage)
