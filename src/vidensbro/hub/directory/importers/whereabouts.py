"""Where people are, from records."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from vidensbro.hub.directory.importers.bulk import insert, update_rows
from vidensbro.hub.directory.importers.institutions import Institutions
from vidensbro.hub.directory.importers.outcome import Context, Outcome
from vidensbro.hub.directory.models import Affiliation, Person
from vidensbro.kit.sources.model import AffiliationRecord, PersonRecord

BY_WORKS: Final = frozenset({"openalex"})
"""Sources that know where people are by what they have written: they tell neither roles nor who has left."""

Pairs = Sequence[tuple[PersonRecord, Person, bool]]
"""Records with their people, and whether these are new."""


def add_affiliations(pairs: Pairs, context: Context, outcome: Outcome) -> None:
    """Give people the affiliations of their records.

    Organisations are found among those that the source has described, or by what a record says of them; what is
    not found is reported.
    """
    found = _organisations(pairs, context, outcome)
    if context.source in BY_WORKS:
        _put_undated(pairs, found, outcome)
    else:
        _put_dated(pairs, found, outcome)


class _Organisations:
    """The organisations that the records of a batch name."""

    def __init__(self, known: Mapping[str, uuid.UUID], mentioned: Institutions) -> None:
        self._known = known
        self._mentioned = mentioned

    def find(self, place: AffiliationRecord) -> uuid.UUID | None:
        """The organisation of an affiliation."""
        if place.mention is not None:
            return self._mentioned.find(place.mention)
        return self._known.get(place.organisation)


def _organisations(pairs: Pairs, context: Context, outcome: Outcome) -> _Organisations:
    places = [place for record, _, _ in pairs for place in record.affiliations]
    wanted = {place.organisation for place in places if place.mention is None}
    licence = pairs[0][0].provenance.licence if pairs else ""
    mentioned = Institutions((place.mention for place in places if place.mention), context, licence)
    mentioned.write(outcome)
    return _Organisations(context.resolve("organisation", wanted) if wanted else {}, mentioned)


def _put_dated(pairs: Pairs, organisations: _Organisations, outcome: Outcome) -> None:
    """Each place with its role and dates, as the record says them."""
    old = [row.pk for _, row, new in pairs if not new]
    there = {
        (one.person_id, one.organisation_id, one.role, one.since): one
        for one in Affiliation.objects.filter(person__in=old)
    }
    added: list[Affiliation] = []
    ended: list[Affiliation] = []
    for record, row, new in pairs:
        where = record.provenance
        for place in record.affiliations:
            organisation = organisations.find(place)
            if organisation is None:
                outcome.missing(where.source_id, where.line, "organisation", place.organisation)
                continue
            outcome.named.add(("organisation", organisation))
            key = (row.pk, organisation, place.role[:200], place.start)
            until = (
                place.end if place.start is None or place.end is None or place.end >= place.start else None
            )
            known = there.get(key)
            if known is None:
                known = Affiliation(
                    person=row, organisation_id=organisation, role=key[2], since=place.start, until=until
                )
                there[key] = known
                added.append(known)
            elif known.until == until or known.pk is None:
                continue
            else:
                known.until = until
                ended.append(known)
            if not new:
                outcome.changed.add(where.source_id)
    insert(Affiliation, added)
    Affiliation.objects.bulk_update(ended, ["until"], batch_size=200)


def _put_undated(pairs: Pairs, organisations: _Organisations, outcome: Outcome) -> None:
    """Each place once, as works do it: what is known of it already stays, but may have begun earlier."""
    old = [row.pk for _, row, new in pairs if not new]
    there: dict[tuple[uuid.UUID, uuid.UUID], Affiliation] = {}
    for one in Affiliation.objects.filter(person__in=old).order_by("pk"):
        there.setdefault((one.person_id, one.organisation_id), one)
    added: list[Affiliation] = []
    earlier: dict[int, Affiliation] = {}
    for record, row, new in pairs:
        for place in record.affiliations:
            organisation = organisations.find(place)
            if organisation is None:
                continue  # a bare name may be anybody's
            outcome.named.add(("organisation", organisation))
            known = there.get((row.pk, organisation))
            if known is None:
                known = Affiliation(person=row, organisation_id=organisation, since=place.start)
                there[(row.pk, organisation)] = known
                added.append(known)
            elif place.start and known.since and place.start < known.since and not known.role:
                known.since = place.start
                if known.pk is None:
                    continue
                earlier[known.pk] = known
            else:
                continue
            if not new:
                outcome.changed.add(record.provenance.source_id)
    insert(Affiliation, added)
    update_rows(Affiliation, "since", [(pk, one.since) for pk, one in earlier.items()])
