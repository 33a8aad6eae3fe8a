"""What stands between the two sides of an introduction.

Hard conflicts stop a request unless the secretariat goes on with a note; soft ones are shown and stop nothing.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from vidensbro.hub.common import clock
from vidensbro.hub.common.rows import NO_ID, as_uuid
from vidensbro.hub.directory.models import Affiliation, Membership, Organisation, OrganisationRole, Person
from vidensbro.hub.directory.queries import ancestors, descendant_ids
from vidensbro.hub.directory.queries.people import current
from vidensbro.hub.introductions.models import DeclaredConflict, Introduction
from vidensbro.hub.knowledge.models import Authorship
from vidensbro.hub.needs.models import Need

SAME_PERSON: Final = "same_person"
SAME_ORGANISATION: Final = "same_organisation"
RELATED_ORGANISATION: Final = "related_organisation"
DECLARED: Final = "declared_conflict"
COAUTHOR: Final = "recent_coauthor"
CLUSTER: Final = "cluster_own"
HARD: Final = (SAME_PERSON, SAME_ORGANISATION, RELATED_ORGANISATION, DECLARED)


@dataclass(frozen=True, slots=True)
class ConflictFound:
    """Something that stands between a need and a counterpart. `detail`: an organisation's name, a number of works."""

    code: str
    detail: str = ""

    @property
    def hard(self) -> bool:
        """Does it stop a request?"""
        return self.code in HARD


Found = dict[str, list[ConflictFound]]


def of(need: Need, counterpart: Person | Organisation) -> list[ConflictFound]:
    """What stands between a need and one counterpart, the gravest first."""
    if isinstance(counterpart, Person):
        return between(need, people=[counterpart.pk]).get(f"person:{counterpart.pk}", [])
    return between(need, organisations=[counterpart.pk]).get(f"organisation:{counterpart.pk}", [])


def of_introduction(row: Introduction) -> list[ConflictFound]:
    """What stands between the two sides of an introduction; the cluster's own project among them."""
    counterpart = row.person or row.organisation
    assert counterpart is not None
    found = of(row.need, counterpart)
    if CLUSTER not in {one.code for one in found} and (host := _host_behind(row.match_key)):
        found.append(ConflictFound(CLUSTER, host))
    return found


def between(
    need: Need, people: Iterable[uuid.UUID] = (), organisations: Iterable[uuid.UUID] = ()
) -> Mapping[str, list[ConflictFound]]:
    """What stands between a need and each of many counterparts, by "person:<id>" or "organisation:<id>".

    Those with nothing between are not in it. A fixed number of queries, besides one for each level of the
    organisations above and below the owner's.
    """
    persons, places = list(dict.fromkeys(people)), list(dict.fromkeys(organisations))
    homes = _homes(persons)
    side = _OwnerSide(need)
    found: Found = defaultdict(list)
    for person in persons:
        if person == side.person_id:
            found[f"person:{person}"].append(ConflictFound(SAME_PERSON))
        _add_places(found[f"person:{person}"], side, homes[person])
    names = Organisation.objects.in_bulk(places)
    for place in places:
        if place in names:
            _add_places(found[f"organisation:{place}"], side, {place: names[place].name})
    _add_declared(found, side, persons, places, homes)
    _add_coauthors(found, side, persons)
    _add_cluster(found, side, persons, places, homes)
    return {key: sorted(set(ones), key=_gravest_first) for key, ones in found.items() if ones}


class _OwnerSide:
    """Who stands on the owner's side of a need.

    `places` is the need's organisation. Of a need that names none they are those that its owner works at or acts for:
    else leaving the organisation out would be the way around its conflicts.
    """

    def __init__(self, need: Need) -> None:
        own = (
            Person.objects.current().filter(user_id=need.owner_id) if need.owner_id else Person.objects.none()
        )
        self.person_id = own.values_list("pk", flat=True).first()
        self.places = frozenset(
            [need.organisation_id] if need.organisation_id else self._of_owner(need.owner_id)
        )
        near: set[uuid.UUID] = set()
        for place in Organisation.objects.filter(pk__in=self.places):
            near |= {one.pk for one in ancestors(place)} | descendant_ids(place.pk)
        self.related = frozenset(near - self.places)

    def _of_owner(self, owner_id: uuid.UUID | None) -> set[uuid.UUID]:
        works = Affiliation.objects.filter(current(), person_id=self.person_id or NO_ID)
        acts = Membership.objects.filter(user_id=owner_id or NO_ID)
        return {
            *works.values_list("organisation_id", flat=True),
            *acts.values_list("organisation_id", flat=True),
        }

    def people(self) -> QuerySet[Person]:
        """The owner as a person, and those who work at its organisation now."""
        wanted = Q(pk=self.person_id) if self.person_id else Q(pk__in=[])
        if self.places:
            here = Affiliation.objects.filter(current(), organisation__in=self.places)
            wanted |= Q(pk__in=here.values("person_id"))
        return Person.objects.filter(wanted)


def _homes(people: list[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, str]]:
    """Where each person works now: id and name of each organisation."""
    homes: dict[uuid.UUID, dict[uuid.UUID, str]] = defaultdict(dict)
    rows = Affiliation.objects.filter(current(), person_id__in=people)
    for person, place, name in rows.values_list("person_id", "organisation_id", "organisation__name"):
        homes[person][place] = name
    return homes


def _add_places(found: list[ConflictFound], side: _OwnerSide, places: Mapping[uuid.UUID, str]) -> None:
    for place, name in sorted(places.items(), key=lambda one: one[1]):
        if place in side.places:
            found.append(ConflictFound(SAME_ORGANISATION, name))
        elif place in side.related:
            found.append(ConflictFound(RELATED_ORGANISATION, name))


def _add_declared(
    found: Found,
    side: _OwnerSide,
    people: list[uuid.UUID],
    places: list[uuid.UUID],
    homes: Mapping[uuid.UUID, Mapping[uuid.UUID, str]],
) -> None:
    """Declared by those asked against the owner's side, or by the owner against those asked or where they work."""
    against_us = Q(other_id=side.person_id) if side.person_id else Q(pk__in=[])
    if side.places:
        against_us |= Q(organisation_id__in=[*side.places, *side.related])
        against_us |= Q(other__in=side.people())
    theirs = DeclaredConflict.objects.filter(against_us, person_id__in=people)
    for person in theirs.values_list("person_id", flat=True):
        found[f"person:{person}"].append(ConflictFound(DECLARED))
    if side.person_id is None:
        return
    ours = DeclaredConflict.objects.filter(person_id=side.person_id)
    against = set(ours.values_list("other_id", flat=True)) | set(
        ours.values_list("organisation_id", flat=True)
    )
    for person in people:
        if person in against or against.intersection(homes.get(person, {})):
            found[f"person:{person}"].append(ConflictFound(DECLARED))
    for place in places:
        if place in against:
            found[f"organisation:{place}"].append(ConflictFound(DECLARED))


def _add_coauthors(found: Found, side: _OwnerSide, people: list[uuid.UUID]) -> None:
    """Works of the last years that a person stands behind together with somebody on the owner's side."""
    if not people or (side.person_id is None and not side.places):
        return
    today = clock.today()
    since = date(today.year - settings.VIDENSBRO_COAUTHOR_YEARS, today.month, min(today.day, 28))
    ours = Authorship.objects.filter(work=OuterRef("work_id"), person__in=side.people())
    rows = (
        Authorship.objects.filter(
            Exists(ours.exclude(person_id=OuterRef("person_id"))),
            person_id__in=people,
            work__withdrawn=False,
            work__newest__gte=since,
        )
        .values_list("person_id")
        .annotate(works=Count("work_id", distinct=True))
    )
    for person, works in rows:
        found[f"person:{person}"].append(ConflictFound(COAUTHOR, str(works)))


def _add_cluster(
    found: Found,
    side: _OwnerSide,
    people: list[uuid.UUID],
    places: list[uuid.UUID],
    homes: Mapping[uuid.UUID, Mapping[uuid.UUID, str]],
) -> None:
    """The cluster brokers between others: what belongs to its own host is marked, on either side."""
    asked = {*places, *(place for home in homes.values() for place in home)}
    hosts = _hosts(asked | side.places)
    own = min((hosts[one] for one in side.places if one in hosts), default="")
    for person in people:
        for name in [own] if own else [hosts[one] for one in homes.get(person, {}) if one in hosts][:1]:
            found[f"person:{person}"].append(ConflictFound(CLUSTER, name))
    for place in places:
        if host := own or hosts.get(place):
            found[f"organisation:{place}"].append(ConflictFound(CLUSTER, host))


def _hosts(places: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    today = clock.today()
    holds = Q(since__isnull=True) | Q(since__lte=today)
    holds &= Q(until__isnull=True) | Q(until__gte=today)
    rows = OrganisationRole.objects.filter(
        holds, role=OrganisationRole.Role.HOST, organisation_id__in=list(places)
    )
    return dict(rows.values_list("organisation_id", "organisation__name"))


def _host_behind(match_key: str) -> str:
    """The cluster's host that stands behind a matched project; "" if none does."""
    kind, _, key = match_key.partition(":")
    work = as_uuid(key)
    if kind != "project" or work is None:
        return ""
    behind = Authorship.objects.filter(work_id=work, organisation__isnull=False)
    hosts = _hosts(behind.values_list("organisation_id", flat=True))
    return min(hosts.values(), default="")


def _gravest_first(one: ConflictFound) -> tuple[bool, str, str]:
    return (not one.hard, one.code, one.detail)
