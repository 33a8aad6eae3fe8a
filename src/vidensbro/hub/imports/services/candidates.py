"""Finding people who may be one: compatible names at the same organisation.

A name alone joins nobody. A pair is only proposed, with what speaks for it; a person decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from django.db import transaction

from vidensbro.hub.directory.importers import Proposal
from vidensbro.hub.directory.models import Affiliation, Organisation
from vidensbro.hub.imports.models import ImportRun
from vidensbro.hub.imports.services.likelihood import THRESHOLD, likelihood
from vidensbro.hub.imports.services.names import fold, likeness
from vidensbro.hub.imports.services.queue import propose_all, some_at_a_time
from vidensbro.hub.knowledge.models import Authorship

CROWD: Final = 60
"""In a family of more people than this at one organisation, only equal full names are compared."""

_PLACES: Final = 200


@dataclass(frozen=True, slots=True)
class _Somebody:
    row: uuid.UUID
    given: str
    family: str
    orcid: str
    openalex: str
    new: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two people of compatible names: how alike these are and by what, and whether no other has the name."""

    one: _Somebody
    other: _Somebody
    score: float
    code: str
    only_two: bool


def propose_people(run: ImportRun) -> None:
    """Compare the people that the run made with those at the same organisations, some organisations at a time."""
    fresh = Affiliation.objects.filter(person__created__gte=run.started, person__source=run.source)
    places = fresh.order_by("organisation_id").values_list("organisation_id", flat=True).distinct()
    for some in some_at_a_time(places.iterator(), _PLACES):
        pairs = [(place, pair) for place, people in _people_at(some, run).items() for pair in _pairs(people)]
        with transaction.atomic():
            propose_all(_weighed(pairs))


def _people_at(places: Sequence[uuid.UUID], run: ImportRun) -> dict[uuid.UUID, list[_Somebody]]:
    rows = Affiliation.objects.filter(organisation__in=places, person__successor__isnull=True)
    names = ("person__given", "person__family", "person__orcid", "person__openalex", "person__created")
    found: dict[uuid.UUID, dict[uuid.UUID, _Somebody]] = {}
    columns = rows.exclude(person__name="").values_list("organisation_id", "person_id", *names)
    for place, row, given, family, orcid, openalex, created in columns.iterator():
        people = found.setdefault(place, {})
        if row not in people:
            people[row] = _Somebody(row, fold(given), fold(family), orcid, openalex, created >= run.started)
    return {place: list(people.values()) for place, people in found.items()}


def _pairs(people: Iterable[_Somebody]) -> Iterator[_Pair]:
    """Pairs of people of compatible names, at least one of them new."""
    families: dict[str, list[_Somebody]] = {}
    for one in people:
        families.setdefault(one.family, []).append(one)
    for family in families.values():
        groups = [family]
        if len(family) > CROWD:
            by_name: dict[str, list[_Somebody]] = {}
            for one in family:
                by_name.setdefault(one.given, []).append(one)
            groups = list(by_name.values())
        for group in groups:
            for one, other in combinations(sorted(group, key=lambda somebody: somebody.row), 2):
                if not (one.new or other.new) or (one.orcid and other.orcid):
                    continue
                score, code = likeness(one.given, other.given)
                if score:
                    yield _Pair(one, other, score, code, len(family) == 2)


def _weighed(pairs: Sequence[tuple[uuid.UUID, _Pair]]) -> Iterator[Proposal]:
    works, beside = _company({somebody.row for _, pair in pairs for somebody in (pair.one, pair.other)})
    names = Organisation.objects.filter(pk__in={place for place, _ in pairs}).values_list("pk", "name")
    name_of = dict(names)
    for place, pair in pairs:
        one, other = pair.one, pair.other
        if works.get(one.row, set()) & works.get(other.row, set()):
            continue  # two authors of one work are two people
        shared = len((beside.get(one.row, set()) & beside.get(other.row, set())) - {one.row, other.row})
        reasons = [
            (pair.code, f"{other.given} {other.family}".title()),
            ("shared_organisation", name_of[place]),
        ]
        if shared:
            reasons.append(("shared_coauthors", str(shared)))
        if pair.only_two:
            reasons.append(("only_two_of_the_name", name_of[place]))
        told_apart = bool(one.openalex and other.openalex)
        if told_apart:
            reasons.append(("source_tells_apart", f"{one.openalex} {other.openalex}"))
        total = likelihood(pair.score, shared, only_two=pair.only_two, told_apart=told_apart)
        if total >= THRESHOLD:
            yield Proposal("person", one.row, other.row, total, tuple(reasons))


def _company(
    people: set[uuid.UUID],
) -> tuple[Mapping[uuid.UUID, set[uuid.UUID]], Mapping[uuid.UUID, set[uuid.UUID]]]:
    """For each person, the works, and who stands beside them there."""
    works: dict[uuid.UUID, set[uuid.UUID]] = {}
    for person, work in Authorship.objects.filter(person__in=people).values_list("person_id", "work_id"):
        if person is not None:
            works.setdefault(person, set()).add(work)
    every = {work for some in works.values() for work in some}
    authors: dict[uuid.UUID, set[uuid.UUID]] = {}
    for person, work in Authorship.objects.filter(work__in=every, person__isnull=False).values_list(
        "person_id", "work_id"
    ):
        if person is not None:
            authors.setdefault(work, set()).add(person)
    beside = {
        person: {other for work in some for other in authors.get(work, ())} for person, some in works.items()
    }
    return works, beside
