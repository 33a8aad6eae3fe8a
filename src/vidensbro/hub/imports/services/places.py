"""Organisations of one name at one place, for a person to decide: a name is not an identifier."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from django.db import transaction

from vidensbro.hub.directory.importers import Proposal
from vidensbro.hub.directory.models import Identifier, Office, Organisation
from vidensbro.hub.imports.models import ImportRun
from vidensbro.hub.imports.services.names import fold
from vidensbro.hub.imports.services.queue import propose_all, some_at_a_time

_SOME: Final = 500
_CROWD: Final = 10
_SAME_NAME_AND_PLACE: Final = 0.7
_TELLING: Final = ("ror", "cvr")


def propose_organisations(run: ImportRun) -> None:
    """Compare the organisations that the run made with those of the same name, some at a time."""
    fresh = Organisation.objects.current().filter(created__gte=run.started, source=run.source)
    names = fresh.exclude(name_key="").order_by("name_key").values_list("name_key", flat=True).distinct()
    for some in some_at_a_time(names.iterator(), _SOME):
        with transaction.atomic():
            propose_all(_pairs(run, some))


def _pairs(run: ImportRun, names: Sequence[str]) -> Iterator[Proposal]:
    groups: dict[str, list[Organisation]] = defaultdict(list)
    for row in Organisation.objects.current().filter(name_key__in=names).order_by("pk"):
        groups[row.name_key].append(row)
    doubled = [rows for rows in groups.values() if 1 < len(rows) <= _CROWD]
    ids = [row.pk for rows in doubled for row in rows]
    cities, numbers = _cities(ids), _numbers(ids)
    for rows in doubled:
        for one, other in combinations(rows, 2):
            shared = sorted(cities[one.pk] & cities[other.pk])
            new = max(one.created, other.created) >= run.started
            if new and shared and not _two_numbers(numbers[one.pk], numbers[other.pk]):
                country, city = shared[0]
                reasons = (("same_name", one.name), ("same_place", f"{city.title()}, {country}"))
                yield Proposal("organisation", one.pk, other.pk, _SAME_NAME_AND_PLACE, reasons)


def _cities(ids: list[uuid.UUID]) -> dict[uuid.UUID, set[tuple[str, str]]]:
    found: dict[uuid.UUID, set[tuple[str, str]]] = defaultdict(set)
    offices = Office.objects.filter(organisation__in=ids).exclude(city="")
    for row, country, city in offices.values_list("organisation_id", "country", "city"):
        found[row].add((country, fold(city)))
    return found


def _numbers(ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    found: dict[uuid.UUID, dict[str, str]] = defaultdict(dict)
    rows = Identifier.objects.filter(organisation__in=ids, scheme__in=_TELLING)
    for row, scheme, value in rows.values_list("organisation_id", "scheme", "value"):
        found[row][scheme] = value
    return found


def _two_numbers(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether a register has a number for each of them: then they are two."""
    return any(one[scheme] != other[scheme] for scheme in one.keys() & other.keys())
