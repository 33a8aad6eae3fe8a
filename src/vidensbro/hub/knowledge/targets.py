"""Works and offers as documents for matching."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.actors import MEMBERS, organisation_token
from vidensbro.hub.common.rows import as_uuid, in_batches
from vidensbro.hub.directory.fields import with_broader
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.targets import place_of
from vidensbro.hub.knowledge.models import Authorship, Offer, Work, WorkField
from vidensbro.kit.matching.model import PUBLIC, Document, Place, Standing


class Line(NamedTuple):
    """A line of a byline; `person` and `organisation` are ids, "" for what is not known or not to be found."""

    position: int
    role: str
    corresponding: bool
    person: str
    organisation: str


class WorkTarget:
    """Works of one kind. Withdrawn and retracted ones speak for nobody and are left out."""

    sought = True

    def __init__(self, kind: str, label: str | Promise, plural: str | Promise) -> None:
        self.kind = kind
        self.label = label
        self.plural = plural

    def count(self) -> int:
        """How many belong in an index."""
        return self._rows().count()

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """One document each, with everybody who stands behind it and may be found."""
        rows = self._rows().only("title", "abstract", "language", "date", "start", "end", "type")
        for batch in in_batches(rows, ids):
            keys = [row.pk for row in batch]
            fields, lines = _fields_of(keys), _bylines_of(keys)
            for row in batch:
                yield self._document(row, fields.get(row.pk, []), lines.get(row.pk, []))

    def present(self, ids: Iterable[str], tokens: frozenset[str]) -> Mapping[str, Work]:
        """The works, with fields. All are public."""
        rows = self._rows().filter(pk__in=_uuids(ids)).prefetch_related("field_tags")
        return {str(row.pk): row for row in rows}

    def _rows(self) -> QuerySet[Work]:
        return Work.objects.filter(kind=self.kind, withdrawn=False, retracted=False)

    def _document(self, row: Work, fields: list[str], lines: list[Line]) -> Document:
        return Document(
            kind=self.kind,
            id=str(row.pk),
            language=row.language or "en",
            title=row.title,
            body=row.abstract,
            fields=with_broader(fields),
            date=row.date or row.start,
            until=row.end,
            stands_behind=standings(lines),
            facets=(("type", row.type),) if row.type else (),
        )


class OfferTarget:
    """Offers of one kind."""

    sought = True

    def __init__(self, kind: str, label: str | Promise, plural: str | Promise) -> None:
        self.kind = kind
        self.label = label
        self.plural = plural

    def count(self) -> int:
        """How many belong in an index."""
        return self._rows().count()

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """One document each, for which the organisation and the contact person stand."""
        rows = self._rows().select_related("organisation", "contact")
        for batch in in_batches(rows.prefetch_related("field_tags", "organisation__offices"), ids):
            for row in batch:
                yield self._document(row)

    def present(self, ids: Iterable[str], tokens: frozenset[str]) -> Mapping[str, Offer]:
        """The offers that somebody with these tokens may see, with organisation and fields."""
        rows = self._rows().filter(pk__in=_uuids(ids)).select_related("organisation")
        return {str(row.pk): row for row in rows.prefetch_related("field_tags") if audience_of(row) & tokens}

    def _rows(self) -> QuerySet[Offer]:
        return Offer.objects.filter(kind=self.kind, withdrawn=False)

    def _document(self, row: Offer) -> Document:
        behind = [Standing("organisation", str(row.organisation_id), "owner")]
        if row.contact is not None and _may_be_found(row.contact):
            behind.append(Standing("person", str(row.contact_id), "contact"))
        return Document(
            kind=self.kind,
            id=str(row.pk),
            language=row.language,
            title=row.title,
            body="\n\n".join(part for part in (row.body, row.capacity) if part),
            fields=with_broader(tag.notation for tag in row.field_tags.all()),
            place=_place(row),
            date=row.available_from or row.retrieved or row.created.date(),
            until=row.deadline or row.available_to,
            stands_behind=tuple(behind),
            audience=audience_of(row),
            facets=_readiness(row),
        )


def audience_of(offer: Offer) -> frozenset[str]:
    """The tokens of those who may see an offer."""
    if offer.audience == Offer.Audience.PUBLIC:
        return frozenset({PUBLIC})
    return frozenset({MEMBERS, organisation_token(offer.organisation_id)})


def standings(lines: Sequence[Line]) -> tuple[Standing, ...]:
    """Who stands behind a work, in which role, in the order of the byline, each once.

    Authors are sole, first, last or corresponding, else middle; the organisation has its author's role.
    """
    authors = [line.position for line in lines if line.role == Authorship.Role.AUTHOR]
    found: dict[Standing, None] = {}
    for line in lines:
        role = _role(line, authors)
        if line.person:
            found[Standing("person", line.person, role)] = None
        if line.organisation:
            found[Standing("organisation", line.organisation, role)] = None
    return tuple(found)


def _role(line: Line, positions: list[int]) -> str:
    if line.role != Authorship.Role.AUTHOR:
        return line.role
    first, last = min(positions), max(positions)
    if first == last:
        return "sole"
    if line.position == first:
        return "first"
    if line.position == last:
        return "last"
    return "corresponding" if line.corresponding else "middle"


def _fields_of(works: list[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for work, notation in WorkField.objects.filter(work__in=works).values_list("work_id", "notation"):
        found[work].append(notation)
    return found


def _bylines_of(works: list[uuid.UUID]) -> dict[uuid.UUID, list[Line]]:
    """The byline of each work. Plain tuples: a million works have many millions of these rows."""
    rows = Authorship.objects.filter(work__in=works).order_by("position", "pk")
    named = rows.values_list(
        "work_id",
        "position",
        "role",
        "corresponding",
        "person_id",
        "person__visibility",
        "person__successor_id",
        "organisation_id",
        "organisation__status",
    )
    found: dict[uuid.UUID, list[Line]] = defaultdict(list)
    for work, position, role, corresponding, person, visibility, merged, place, status in named:
        shown = person is not None and visibility != Person.Visibility.HIDDEN and merged is None
        stands = place is not None and status != Organisation.Status.WITHDRAWN
        line = Line(position, role, corresponding, str(person) if shown else "", str(place) if stands else "")
        found[work].append(line)
    return found


def _may_be_found(person: Person) -> bool:
    return person.visibility != Person.Visibility.HIDDEN and person.successor_id is None


def _place(row: Offer) -> Place:
    if row.city or row.country or row.latitude is not None:
        return Place(row.country or row.organisation.country, row.city, row.latitude, row.longitude)
    return place_of(row.organisation)


def _readiness(row: Offer) -> tuple[tuple[str, str], ...]:
    if row.readiness_from is None and row.readiness_to is None:
        return ()
    lowest, highest = row.readiness_from or 1, row.readiness_to or 9
    return tuple(("trl", str(level)) for level in range(lowest, highest + 1))


def _uuids(ids: Iterable[str]) -> list[uuid.UUID]:
    return [key for one in ids if (key := as_uuid(one)) is not None]


TARGETS = (
    WorkTarget("publication", _("Publication"), _("Publications")),
    WorkTarget("project", _("Project"), _("Projects")),
    WorkTarget("patent", _("Patent"), _("Patents")),
    WorkTarget("trial", _("Clinical trial"), _("Clinical trials")),
    WorkTarget("dataset", _("Dataset"), _("Datasets")),
    OfferTarget("test_site", _("Test site"), _("Test sites")),
    OfferTarget("equipment", _("Equipment"), _("Equipment")),
    OfferTarget("premises", _("Premises"), _("Premises")),
    OfferTarget("funding", _("Funding"), _("Funding")),
    OfferTarget("service", _("Service"), _("Services")),
    OfferTarget("technology", _("Technology"), _("Technologies")),
)
