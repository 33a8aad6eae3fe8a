"""Which office of the cluster is nearest to a need, by field and place."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.desk.rules import require_broker
from vidensbro.hub.directory.fields import with_broader
from vidensbro.hub.directory.models import Office, Organisation, OrganisationRole
from vidensbro.hub.needs.models import Need

EARTH_RADIUS = 6371.0
"""Kilometres: the mean radius of the Earth (IUGG 1980)."""

Spot = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84)."""
City = tuple[str, str]
"""The name of a city without case, and its country."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The office that a need could go to. `kilometres`: None if either place is not known.

    `shares_field`: its organisation says that it works with a field of the need.
    """

    office: Office
    kilometres: float | None
    shares_field: bool


def kilometres(one: Spot, other: Spot) -> float:
    """The distance along the surface of a sphere (haversine formula; R. W. Sinnott, Sky and Telescope 68, 1984)."""
    north, there = math.radians(one[0]), math.radians(other[0])
    up, across = there - north, math.radians(other[1] - one[1])
    half = math.sin(up / 2) ** 2 + math.cos(north) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half)))


def offices(actor: Actor) -> list[Office]:
    """The offices of the cluster: of the organisations with the role host, and of what is part of them, by city.

    Two queries and one for fields. For the secretariat. Raises Denied.
    """
    require_broker(actor)
    today = clock.today()
    held = OrganisationRole.objects.filter(
        Q(since__isnull=True) | Q(since__lte=today),
        Q(until__isnull=True) | Q(until__gte=today),
        role=OrganisationRole.Role.HOST,
    ).values("organisation_id")
    of_the_cluster = Organisation.objects.current().filter(Q(pk__in=held) | Q(parent_id__in=held))
    rows = Office.objects.filter(organisation__in=of_the_cluster).select_related("organisation")
    return list(
        rows.prefetch_related("organisation__field_tags").order_by(
            "city", "-head", "organisation__name_key", "pk"
        )
    )


class Map:
    """Where needs and offices are. Two queries when it is made, none afterwards."""

    def __init__(self, needs: Collection[Need], to: Collection[Office]) -> None:
        self.offices = tuple(to)
        self._heads = _head_offices(needs) if self.offices else {}
        places = [*self.offices, *self._heads.values()]
        wanted = {_city(one.city, one.country) for one in places if one.latitude is None}
        wanted |= {_city(one.city, one.country) for one in needs if one.latitude is None and one.city}
        self._cities = _city_spots(wanted) if self.offices else {}
        self._fields = {
            one.pk: frozenset(tag.notation for tag in one.organisation.field_tags.all()) for one in to
        }

    def nearest(self, need: Need) -> Suggestion | None:
        """The office for a need; None if the cluster has none.

        Offices whose organisation works with other fields only come last. Among the rest the nearest is first, then
        the one that names a field of the need, then the head office.
        """
        here, fields = self._of_need(need), {tag.notation for tag in need.field_tags.all()}
        found = [(self._rank(office, here, fields), office.pk, office) for office in self.offices]
        if not found:
            return None
        (_, far, unshared, _), _, office = min(found, key=lambda one: one[:2])
        return Suggestion(office, None if math.isinf(far) else far, not unshared)

    def _rank(self, office: Office, here: Spot | None, fields: set[str]) -> tuple[bool, float, bool, bool]:
        there, own = self._of_office(office), self._fields[office.pk]
        shares = bool(own & set(with_broader(fields)) or fields & set(with_broader(own)))
        far = kilometres(here, there) if here and there else math.inf
        return (bool(own) and bool(fields) and not shares, far, not shares, not office.head)

    def _of_need(self, need: Need) -> Spot | None:
        if need.latitude is not None and need.longitude is not None:
            return (need.latitude, need.longitude)
        if need.city:
            return self._cities.get(_city(need.city, need.country))
        head = self._heads.get(need.organisation_id) if need.organisation_id else None
        return self._of_office(head) if head else None

    def _of_office(self, office: Office) -> Spot | None:
        if office.latitude is not None and office.longitude is not None:
            return (office.latitude, office.longitude)
        return self._cities.get(_city(office.city, office.country))


def _head_offices(needs: Iterable[Need]) -> Mapping[object, Office]:
    """Where the organisations of the needs are that name no place themselves."""
    homes = (one.organisation_id for one in needs if one.latitude is None and not one.city)
    rows = Office.objects.filter(organisation_id__in={one for one in homes if one is not None}).order_by(
        "head", "-pk"
    )
    return {one.organisation_id: one for one in rows}


def _city(name: str, country: str) -> City:
    return (" ".join(name.casefold().split()), country.upper() or settings.VIDENSBRO_HOME_COUNTRY)


def _city_spots(wanted: set[City]) -> dict[City, Spot]:
    """The middle of the offices that the directory knows in each city."""
    names = {name for name, _ in wanted if name}
    if not names:
        return {}
    # SQLite folds the case of ASCII letters only.
    spellings = names | {name.title() for name in names} | {name.capitalize() for name in names}
    rows = Office.objects.filter(city__in=spellings, latitude__isnull=False, longitude__isnull=False)
    spots: dict[City, list[Spot]] = defaultdict(list)
    for city, country, latitude, longitude in rows.values_list("city", "country", "latitude", "longitude"):
        assert latitude is not None
        assert longitude is not None
        spots[_city(city, country)].append((latitude, longitude))
    return {
        city: (sum(one[0] for one in found) / len(found), sum(one[1] for one in found) / len(found))
        for city, found in spots.items()
    }
