"""Whom the cluster recommends, asks and introduces: by size, kind, region and membership of the organisations.

Groups of fewer than five organisations are not shown: they would tell of single ones. They are put together, and with
the next smallest until the rest is five; so no number can be found by subtracting one table from another.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.directory.models import Affiliation, Office, Organisation, OrganisationRole
from vidensbro.hub.directory.queries.people import current
from vidensbro.hub.introductions.queries.figures import counted_for
from vidensbro.hub.knowledge.models import Offer
from vidensbro.hub.matches.models import MatchRow
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.rules import see_need

SMALLEST: Final = 5
OTHERS: Final = "others"
UNKNOWN: Final = "unknown"
_SIZES: Final = ((10, "micro"), (50, "small"), (250, "medium"))
"""Staff headcounts of Commission Recommendation 2003/361/EC, Annex, article 2."""
Told = Counter[uuid.UUID]
Grouping = Callable[[Organisation], str]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of organisations. `code` is a size class, kind, region or membership; "others" holds what is too
    small to be shown by itself. `recommended` counts pairs of a need and somebody found for it."""

    code: str
    organisations: int
    recommended: int
    asked: int
    introduced: int


@dataclass(frozen=True, slots=True)
class Neutrality:
    """Every grouping of the same organisations: "size", "kind", "region", "membership". Empty where there are fewer
    than five in all."""

    since: date
    until: date
    groups: Mapping[str, tuple[Group, ...]]


def neutrality(actor: Actor, since: date, until: date) -> Neutrality:
    """Who was recommended, asked and introduced between two days, both included.

    A person counts for the organisations that the person works at now. Works recommend nobody here: their authors
    do, as matches of their own. Only needs that the reader may see count: a sealed one changes no figure of others.
    A dozen queries, however many rows.
    """
    start, end = _moment(since), _moment(until + timedelta(days=1))
    recommended = _recommended(actor, start, end)
    asked = _introduced(actor, "asked_at", start, end)
    introduced = _introduced(actor, "introduced_at", start, end)
    places = Organisation.objects.in_bulk({*recommended, *asked, *introduced})
    regions, members = _regions(places), _members(places)
    groupings: dict[str, Grouping] = {
        "size": lambda place: size_class(place.employees),
        "kind": lambda place: str(place.kind),
        "region": lambda place: regions.get(place.pk, UNKNOWN),
        "membership": lambda place: "member" if place.pk in members else "not_member",
    }
    return Neutrality(
        since,
        until,
        {
            name: _grouped(places.values(), by, recommended, asked, introduced)
            for name, by in groupings.items()
        },
    )


def size_class(employees: int | None) -> str:
    """ "micro", "small", "medium", "large", or "unknown"."""
    if employees is None:
        return UNKNOWN
    return next((code for below, code in _SIZES if employees < below), "large")


def _grouped(
    places: Iterable[Organisation], by: Grouping, recommended: Told, asked: Told, introduced: Told
) -> tuple[Group, ...]:
    members: dict[str, list[uuid.UUID]] = defaultdict(list)
    for place in places:
        members[by(place)].append(place.pk)
    rest: list[uuid.UUID] = []
    for code in sorted(members, key=lambda one: (len(members[one]), one)):
        if len(members[code]) < SMALLEST or 0 < len(rest) < SMALLEST:
            rest.extend(members.pop(code))
    if 0 < len(rest) < SMALLEST:
        return ()
    found = [
        _group(code, ids, recommended, asked, introduced)
        for code, ids in sorted(members.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    return tuple([*found, _group(OTHERS, rest, recommended, asked, introduced)] if rest else found)


def _group(code: str, ids: list[uuid.UUID], recommended: Told, asked: Told, introduced: Told) -> Group:
    return Group(
        code, len(ids), *(sum(told[one] for one in ids) for told in (recommended, asked, introduced))
    )


def _recommended(actor: Actor, start: datetime, end: datetime) -> Told:
    """Pairs of a need and somebody found for it, by organisation. A target found in several runs counts once."""
    kinds = ("person", "organisation", *Offer.Kind.values)
    rows = MatchRow.objects.filter(
        kind__in=kinds,
        run__need__in=see_need.visible(actor, Need.objects.all()),
        run__started__gte=start,
        run__started__lt=end,
    )
    pairs = set(rows.order_by().values_list("run__need_id", "kind", "target_id").distinct())
    people = {key for _, kind, one in pairs if kind == "person" and (key := as_uuid(one))}
    offers = {key for _, kind, one in pairs if kind in Offer.Kind.values and (key := as_uuid(one))}
    homes = _homes(people)
    owners = dict(Offer.objects.filter(pk__in=offers).values_list("pk", "organisation_id"))
    told: Told = Counter()
    for _, kind, one in pairs:
        key = as_uuid(one)
        if key is None:
            continue
        if kind == "organisation":
            told[key] += 1
        elif kind == "person":
            told.update(homes.get(key, ()))
        elif key in owners:
            told[owners[key]] += 1
    return told


def _introduced(actor: Actor, column: str, start: datetime, end: datetime) -> Told:
    rows = counted_for(actor).filter(**{f"{column}__gte": start, f"{column}__lt": end})
    pairs = list(rows.values_list("person_id", "organisation_id"))
    homes = _homes({person for person, _ in pairs if person is not None})
    told: Told = Counter()
    for person, place in pairs:
        told.update([place] if place is not None else homes.get(person, ()))
    return told


def _homes(people: set[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    homes: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    rows = Affiliation.objects.filter(current(), person_id__in=people).order_by()
    for person, place in rows.values_list("person_id", "organisation_id").distinct():
        homes[person].append(place)
    return homes


def _regions(places: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The region of the head office, else of the first office that names one."""
    rows = Office.objects.filter(organisation_id__in=list(places)).exclude(region="")
    found: dict[uuid.UUID, str] = {}
    for place, region in rows.order_by("-head", "pk").values_list("organisation_id", "region"):
        found.setdefault(place, region)
    return found


def _members(places: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    today = clock.today()
    holds = Q(since__isnull=True) | Q(since__lte=today)
    holds &= Q(until__isnull=True) | Q(until__gte=today)
    rows = OrganisationRole.objects.filter(holds, organisation_id__in=list(places))
    return set(rows.values_list("organisation_id", flat=True))


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
