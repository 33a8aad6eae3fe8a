"""Who stands behind the works of a batch: for each work its byline, as rows of `Authorship` will say it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from vidensbro.hub.directory.importers import Context, Outcome
from vidensbro.hub.directory.importers.bulk import insert_rows, update_rows
from vidensbro.hub.directory.importers.institutions import Institutions
from vidensbro.hub.directory.models import Affiliation
from vidensbro.hub.knowledge.importers.authors import Authors
from vidensbro.hub.knowledge.models import Authorship
from vidensbro.kit.sources.model import AuthorshipRecord, InstitutionMention, WorkRecord


class Finder(Protocol):
    """Knows the people of a batch's authorships."""

    def find(self, authorship: AuthorshipRecord) -> uuid.UUID | None:
        """The person of an authorship, None when there is only a name."""

    def is_erased(self, authorship: AuthorshipRecord) -> bool:
        """Whether the person asked to be forgotten."""

    def erased(self) -> set[uuid.UUID]:
        """Those of the people who asked to be forgotten."""

    def is_new(self, row: uuid.UUID) -> bool:
        """Whether a person is being made in this batch."""


class Places(Protocol):
    """Knows the organisations of a batch's authorships."""

    def find(self, mention: InstitutionMention) -> uuid.UUID | None:
        """The organisation that a mention means, None for a bare name."""


Line = tuple[uuid.UUID | None, uuid.UUID | None, int, str, str, str, bool]
"""Person, organisation, position, role, name and affiliation as printed, whether corresponding."""
Byline = list[Line]

_ROLES: Final = frozenset(Authorship.Role.values)
_ROLES_OF_WORKS: Final = {"trial": Authorship.Role.INVESTIGATOR}
_ROLES_OF_ORGANISATIONS: Final = {
    "coordinator": Authorship.Role.COORDINATOR,
    "sponsor": Authorship.Role.COORDINATOR,
    "owner": Authorship.Role.OWNER,
}
_OWN_ROLE: Final = {"patent": Authorship.Role.OWNER}
_OF_AUTHORS: Final = "affiliation"
"""The role of an organisation that is behind a work only because its authors are there."""


def bylines_of(records: Sequence[WorkRecord], context: Context, outcome: Outcome) -> dict[str, Byline]:
    """The byline of each record, by its identifier; people and organisations are found or made."""
    ways = _plain_bylines if context.source == "plain" else _source_bylines
    bylines = ways(records, context, outcome)
    for byline in bylines.values():
        outcome.named.update(("person", line[0]) for line in byline if line[0])
        outcome.named.update(("organisation", line[1]) for line in byline if line[1])
    return bylines


def _source_bylines(records: Sequence[WorkRecord], context: Context, outcome: Outcome) -> dict[str, Byline]:
    every = [authorship for record in records for authorship in record.authorships]
    licence = records[0].provenance.licence if records else ""
    institutions = Institutions((place for one in every for place in one.institutions), context, licence)
    institutions.write(outcome)
    authors = Authors(every, context, licence)
    authors.write(outcome)
    named = context.resolve("organisation", {key for record in records for key, _ in record.organisations})
    bylines = {}
    for record in records:
        byline = list(lines_of(record, authors, institutions))
        byline += _parties(record, byline, named, outcome)
        bylines[record.provenance.source_id] = byline
    add_affiliations(records, bylines, authors, outcome)
    return bylines


def lines_of(record: WorkRecord, authors: Finder, institutions: Places) -> Iterator[Line]:
    """The people of a work and where they were, in order; who has several places has several lines."""
    usual = _ROLES_OF_WORKS.get(record.kind, Authorship.Role.AUTHOR)
    for position, one in enumerate(record.authorships, start=1):
        person = authors.find(one)
        erased = authors.is_erased(one)
        name = "" if erased else one.name[:300]
        affiliation = "" if erased else "; ".join(one.affiliations)[:500]
        role = one.role if one.role in _ROLES else usual
        places = dict.fromkeys(institutions.find(place) for place in one.institutions)
        places.pop(None, None)
        for place in places or {None: None}:
            yield person, place, position, role, name, affiliation, one.corresponding


def _parties(
    record: WorkRecord, byline: Byline, named: Mapping[str, uuid.UUID], outcome: Outcome
) -> Iterator[Line]:
    """Organisations that are behind a work themselves, each once, after the people.

    One whose people are in the byline is not named again as a mere partner.
    """
    shown = {place for _, place, *_ in byline}
    named_here: set[uuid.UUID] = set()
    where = record.provenance
    position = len(record.authorships)
    for key, role in record.organisations:
        row = named.get(key)
        if row is None:
            outcome.missing(where.source_id, where.line, "organisations", key)
            continue
        usual = _OWN_ROLE.get(record.kind, Authorship.Role.PARTNER)
        chosen = usual if role == _OF_AUTHORS else _ROLES_OF_ORGANISATIONS.get(role.lower(), usual)
        if row in named_here or (row in shown and chosen == Authorship.Role.PARTNER):
            continue
        named_here.add(row)
        position += 1
        yield None, row, position, chosen, "", "", False


def add_affiliations(
    records: Sequence[WorkRecord], bylines: Mapping[str, Byline], authors: Finder, outcome: Outcome
) -> None:
    """People are where their works say they are, since the first work that says so; those who were erased nowhere."""
    since: dict[tuple[uuid.UUID, uuid.UUID], date | None] = {}
    erased = authors.erased()
    for record in records:
        for person, place, *_ in bylines[record.provenance.source_id]:
            if person and place and person not in erased:
                first = since.get((person, place))
                dates = [day for day in (first, record.date) if day]
                since[(person, place)] = min(dates) if dates else None
    old = {person for person, _ in since if not authors.is_new(person)}
    there: set[tuple[uuid.UUID, uuid.UUID]] = set()
    earlier: list[tuple[int, date]] = []
    rows = Affiliation.objects.filter(person__in=old).order_by("pk")
    for pk, person, place, begun, role in rows.values_list(
        "pk", "person_id", "organisation_id", "since", "role"
    ):
        day = since.get((person, place))
        if day and begun and day < begun and not role and (person, place) not in there:
            earlier.append((pk, day))
        there.add((person, place))
    update_rows(Affiliation, "since", earlier)
    fresh = [(key, day) for key, day in since.items() if key not in there]
    insert_rows(Affiliation, ("person_id", "organisation_id", "since"), [(*key, day) for key, day in fresh])
    for (person, place), day in fresh:
        if person in old:
            outcome.added(
                "person", person, "affiliations", [str(place), "", day.isoformat() if day else None, None]
            )


def _plain_bylines(records: Sequence[WorkRecord], context: Context, outcome: Outcome) -> dict[str, Byline]:
    people = context.resolve("person", {one.person for record in records for one in record.authorships})
    named = {key for record in records for key, _ in record.organisations}
    organisations = context.resolve("organisation", named)
    homes = _homes(people.values())
    bylines: dict[str, Byline] = {}
    for record in records:
        where = record.provenance
        places = [(organisations.get(key), key, role) for key, role in record.organisations]
        listed = {row for row, _, _ in places if row}
        byline: Byline = []
        for position, one in enumerate(record.authorships, start=1):
            person = people.get(one.person)
            if person is None:
                outcome.missing(where.source_id, where.line, "authors", one.person)
                continue
            home = next((place for place in homes.get(person, []) if not listed or place in listed), None)
            role = one.role if one.role in _ROLES else Authorship.Role.AUTHOR
            byline.append((person, home, position, role, "", "", False))
        shown = {place for _, place, *_ in byline}
        for position, (row, key, role) in enumerate(places, start=len(record.authorships) + 1):
            if row is None:
                outcome.missing(where.source_id, where.line, "organisations", key)
            elif role in _ROLES or row not in shown:
                chosen = role if role in _ROLES else _OWN_ROLE.get(record.kind, Authorship.Role.PARTNER)
                byline.append((None, row, position, chosen, "", "", False))
        bylines[where.source_id] = byline
    return bylines


def _homes(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Where people are, the latest place first."""
    homes: dict[uuid.UUID, list[uuid.UUID]] = {}
    rows = Affiliation.objects.filter(person__in=set(people), until__isnull=True).order_by("-since", "pk")
    for person, place in rows.values_list("person_id", "organisation_id"):
        homes.setdefault(person, []).append(place)
    return homes
