"""Which people the authors of OpenAlex are.

The same author identifier or the same ORCID iD is the same person, also in two records of one batch: OpenAlex has
authors whose works it did not bring together. Where the two speak for different people, the author identifier says
whose the record is, and a person decides whether the two are one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from vidensbro.hub.directory.importers.outcome import Context, Outcome, Proposal
from vidensbro.hub.directory.models import Person
from vidensbro.kit.sources.model import PersonRecord

SOURCE: Final = "openalex"
_KIND: Final = "person"
_STEPS: Final = 5


class Identities:
    """Finds the people of a batch of authors, those who were merged into others by their heirs."""

    def __init__(self, records: Sequence[PersonRecord], context: Context) -> None:
        keys = [record.provenance.source_id for record in records]
        orcids = [record.orcid for record in records if record.orcid]
        told = Person.objects.filter(source=SOURCE, source_id__in=keys)
        named = Person.objects.filter(openalex__in=keys)
        people = _with_heirs(
            [*told, *named, *Person.objects.filter(orcid__in=orcids)], context.known.values()
        )
        self._taken = {row.openalex for row in people.values() if row.openalex}
        self._by_orcid = {row.orcid: _heir(row, people) for row in people.values() if row.orcid}
        self._by_key = {row.source_id: _heir(row, people) for row in people.values() if row.source == SOURCE}
        self._by_key |= {row.openalex: _heir(row, people) for row in people.values() if row.openalex}
        self._by_key |= {
            key: _heir(people[row], people) for key, row in context.known.items() if row in people
        }

    def find(self, record: PersonRecord) -> Person | None:
        """The person of a record. Who was erased is found by either identifier, whatever the other one says."""
        by_orcid = self._by_orcid.get(record.orcid) if record.orcid else None
        by_key = self._by_key.get(record.provenance.source_id)
        if by_orcid is not None and not by_orcid.name:
            return by_orcid
        return by_key or by_orcid

    def settle(self, record: PersonRecord, row: Person, outcome: Outcome) -> dict[str, Any]:
        """Let a record be a person's from now on; the identifiers that it has, as columns."""
        key, orcid = record.provenance.source_id, record.orcid
        news = {"orcid": row.orcid, "openalex": row.openalex}
        owner = self._by_orcid.setdefault(orcid, row) if orcid else row
        if owner.pk != row.pk:
            reason = (("same_author_id", key), ("same_orcid", orcid))
            outcome.proposals.append(Proposal(_KIND, owner.pk, row.pk, 0.99, reason))
        elif orcid and not row.orcid:
            news["orcid"] = orcid
        if not row.openalex and key not in self._taken:
            news["openalex"] = key
            self._taken.add(key)
        self._by_key[key] = row
        return news


def _with_heirs(found: Iterable[Person], more: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """People by row, and those they were merged into."""
    people = {row.pk: row for row in found}
    wanted = set(more) - set(people)
    for _ in range(_STEPS):
        people |= Person.objects.in_bulk(wanted)
        wanted = {row.successor_id for row in people.values() if row.successor_id} - set(people)
        if not wanted:
            break
    return people


def _heir(row: Person, people: dict[uuid.UUID, Person]) -> Person:
    for _ in range(_STEPS):
        if row.successor_id is None or row.successor_id not in people:
            break
        row = people[row.successor_id]
    return row
