"""Organisations and people as documents for matching."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.actors import MEMBERS, SECRETARIAT, user_token
from vidensbro.hub.common.rows import as_uuid, in_batches
from vidensbro.hub.directory.fields import with_broader
from vidensbro.hub.directory.models import Affiliation, Office, Organisation, Person
from vidensbro.hub.directory.queries.people import current
from vidensbro.kit.matching.model import PUBLIC, Document, Place, Standing


def place_of(organisation: Organisation) -> Place:
    """Where an organisation is: its head office, else its first one. Expects offices to be prefetched."""
    offices = sorted(organisation.offices.all(), key=lambda office: (not office.head, office.pk))
    if not offices:
        return Place(country=organisation.country)
    return place_of_office(offices[0])


def place_of_office(office: Office) -> Place:
    """An office as a place."""
    return Place(office.country, office.city, office.latitude, office.longitude)


def audience_of(person: Person) -> frozenset[str]:
    """The tokens of those who may find a person."""
    own = {user_token(person.user_id)} if person.user_id else set()
    if person.visibility == Person.Visibility.PUBLIC:
        return frozenset({PUBLIC})
    if person.visibility == Person.Visibility.MEMBERS:
        return frozenset({MEMBERS, *own})
    return frozenset({SECRETARIAT, *own})


class OrganisationTarget:
    """Organisations. What they are good at is mostly told by the documents they stand behind."""

    kind = "organisation"
    label = _("Organisation")
    plural = _("Organisations")
    sought = True

    def count(self) -> int:
        """How many belong in an index."""
        return Organisation.objects.current().count()

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """One document each, in the language that there is a summary in, English before Danish."""
        rows = Organisation.objects.current().prefetch_related("offices", "aliases", "field_tags", "roles")
        for batch in in_batches(rows, ids):
            for row in batch:
                yield self._document(row)

    def present(self, ids: Iterable[str], tokens: frozenset[str]) -> Mapping[str, Organisation]:
        """The organisations, with offices, fields and roles."""
        rows = Organisation.objects.current().filter(pk__in=_uuids(ids))
        return {str(row.pk): row for row in rows.prefetch_related("offices", "field_tags", "roles")}

    def _document(self, row: Organisation) -> Document:
        danish = bool(row.summary_da and not row.summary_en) or (not row.summary_en and row.country == "DK")
        language = "da" if danish else "en"
        names = [row.name, row.name_da, row.name_en, *(alias.name for alias in row.aliases.all())]
        others = [name for name in dict.fromkeys(names) if name and name != row.name_in(language)]
        summary = row.summary_da if danish else row.summary_en
        return Document(
            kind=self.kind,
            id=str(row.pk),
            language=language,
            title=row.name_in(language),
            body="\n\n".join(part for part in (summary, "; ".join(sorted(others))) if part),
            fields=with_broader(tag.notation for tag in row.field_tags.all()),
            place=place_of(row),
            stands_behind=(Standing(self.kind, str(row.pk), "self"),),
            facets=(
                ("organisation_kind", row.kind),
                *(("role", role) for role in sorted(role.role for role in row.roles.all())),
            ),
        )


class PersonTarget:
    """People. What they know is mostly told by the documents they stand behind."""

    kind = "person"
    label = _("Person")
    plural = _("People")
    sought = True

    def count(self) -> int:
        """How many belong in an index."""
        return self._rows().count()

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """One document each, with present affiliations. Hidden people have none."""
        for batch in in_batches(self._rows().prefetch_related(_present_places(), "field_tags"), ids):
            for row in batch:
                yield self._document(row)

    def present(self, ids: Iterable[str], tokens: frozenset[str]) -> Mapping[str, Person]:
        """The people whom somebody with these tokens may find, with affiliations and fields."""
        rows = self._rows().filter(pk__in=_uuids(ids)).prefetch_related(_present_places(), "field_tags")
        return {str(row.pk): row for row in rows if audience_of(row) & tokens}

    def _rows(self) -> QuerySet[Person]:
        return Person.objects.current().exclude(visibility=Person.Visibility.HIDDEN)

    def _document(self, row: Person) -> Document:
        danish = bool(row.summary_da and not row.summary_en)
        places = [affiliation.organisation for affiliation in row.affiliations.all()]
        at = dict.fromkeys(str(place.pk) for place in places)
        summary = row.summary_da if danish else row.summary_en
        return Document(
            kind=self.kind,
            id=str(row.pk),
            language="da" if danish else "en",
            title=row.name,
            body="\n\n".join(part for part in (row.title, summary) if part),
            fields=with_broader(tag.notation for tag in row.field_tags.all()),
            place=place_of(places[0]) if places else None,
            stands_behind=(
                Standing(self.kind, str(row.pk), "self"),
                *(Standing("organisation", one, "partner") for one in sorted(at)),
            ),
            audience=audience_of(row),
        )


def _present_places() -> Prefetch[str, QuerySet[Affiliation], str]:
    rows = (
        Affiliation.objects.filter(current())
        .exclude(organisation__status=Organisation.Status.WITHDRAWN)
        .select_related("organisation")
        .prefetch_related("organisation__offices")
        .order_by("-since", "pk")
    )
    return Prefetch("affiliations", rows)


def _uuids(ids: Iterable[str]) -> list[uuid.UUID]:
    return [key for one in ids if (key := as_uuid(one)) is not None]


TARGETS = (OrganisationTarget(), PersonTarget())
