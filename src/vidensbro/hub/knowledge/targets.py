"""Works and offers as documents for matching."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.actors import MEMBERS, organisation_token
from vidensbro.hub.common.rows import as_uuid, in_batches
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.targets import place_of
from vidensbro.hub.knowledge.models import Authorship, Offer, Work
from vidensbro.kit.matching.model import PUBLIC, Document, Place, Standing


class WorkTarget:
    """Works of one kind. Withdrawn and retracted ones speak for nobody and are left out."""

    def __init__(self, kind: str, label: str | Promise, plural: str | Promise) -> None:
        self.kind = kind
        self.label = label
        self.plural = plural

    def count(self) -> int:
        """How many belong in an index."""
        return self._rows().count()

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """One document each, with everybody who stands behind it and may be found."""
        behind = Authorship.objects.select_related("person", "organisation").order_by("position", "pk")
        rows = self._rows().prefetch_related("field_tags", Prefetch("authorships", behind))
        for batch in in_batches(rows, ids):
            for row in batch:
                yield self._document(row)

    def present(self, ids: Iterable[str], tokens: frozenset[str]) -> Mapping[str, Work]:
        """The works, with fields. All are public."""
        rows = self._rows().filter(pk__in=_uuids(ids)).prefetch_related("field_tags")
        return {str(row.pk): row for row in rows}

    def _rows(self) -> QuerySet[Work]:
        return Work.objects.filter(kind=self.kind, withdrawn=False, retracted=False)

    def _document(self, row: Work) -> Document:
        return Document(
            kind=self.kind,
            id=str(row.pk),
            language=row.language or "en",
            title=row.title,
            body=row.abstract,
            fields=tuple(sorted(tag.notation for tag in row.field_tags.all())),
            date=row.date or row.start,
            until=row.end,
            stands_behind=standings(list(row.authorships.all())),
            facets=(("type", row.type),) if row.type else (),
        )


class OfferTarget:
    """Offers of one kind."""

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
            fields=tuple(sorted(tag.notation for tag in row.field_tags.all())),
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


def standings(authorships: list[Authorship]) -> tuple[Standing, ...]:
    """Who stands behind a work, in which role, in the order of the byline, each once.

    Authors are sole, first, last or corresponding, else middle; the organisation has its author's role.
    """
    authors = [row.position for row in authorships if row.role == Authorship.Role.AUTHOR]
    found: dict[Standing, None] = {}
    for row in authorships:
        role = _role(row, authors)
        if row.person is not None and _may_be_found(row.person):
            found[Standing("person", str(row.person_id), role)] = None
        if row.organisation is not None and row.organisation.status != Organisation.Status.WITHDRAWN:
            found[Standing("organisation", str(row.organisation_id), role)] = None
    return tuple(found)


def _role(row: Authorship, positions: list[int]) -> str:
    if row.role != Authorship.Role.AUTHOR:
        return row.role
    first, last = min(positions), max(positions)
    if first == last:
        return "sole"
    if row.position == first:
        return "first"
    if row.position == last:
        return "last"
    return "corresponding" if row.corresponding else "middle"


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
