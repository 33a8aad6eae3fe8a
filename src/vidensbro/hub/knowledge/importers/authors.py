"""The people that authorships name.

The same ORCID iD or the same identifier in the source is the same person. A name alone is nobody: it stays
with the authorship as printed. An identifier of OpenAlex makes a person; that of another source only leads to
one whom the source has described in a record of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.importers import Context, Outcome, Proposal, split_name
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import cut
from vidensbro.hub.directory.models import Person
from vidensbro.kit.sources.model import AuthorshipRecord

KIND: Final = "person"
_ADDRESS: Final = "https://openalex.org/"


@dataclass(slots=True)
class _Known:
    """What is known of a person who was there already, or is being made."""

    row: uuid.UUID
    orcid: str
    openalex: str
    erased: bool = False
    new: bool = False


class Authors:
    """Finds the people of a batch's authorships, and makes those that are not there."""

    def __init__(self, authorships: Iterable[AuthorshipRecord], context: Context, licence: str) -> None:
        self._context = context
        self._licence = licence
        self._global = context.source == "openalex"
        self._made: dict[uuid.UUID, Person] = {}
        self._learnt: dict[uuid.UUID, _Known] = {}
        self._by_orcid: dict[str, _Known] = {}
        self._by_key: dict[str, _Known] = {}
        self.aliases: dict[tuple[str, str], uuid.UUID] = {}
        self.proposals: list[Proposal] = []
        named = list(authorships)
        self._look_up({one.orcid for one in named if one.orcid}, {one.person for one in named if one.person})
        for one in named:
            if one.person or one.orcid:
                self._settle(one)

    def find(self, authorship: AuthorshipRecord) -> uuid.UUID | None:
        """The person of an authorship, None when there is only a name."""
        known = self._known(authorship)
        return known.row if known else None

    def is_erased(self, authorship: AuthorshipRecord) -> bool:
        """Whether the person asked to be forgotten: then not even the printed name is kept."""
        known = self._known(authorship)
        return known.erased if known else False

    def erased(self) -> set[uuid.UUID]:
        """The people of the batch who asked to be forgotten."""
        return {one.row for one in (*self._by_orcid.values(), *self._by_key.values()) if one.erased}

    def is_new(self, row: uuid.UUID) -> bool:
        """Whether a person is being made in this batch."""
        return row in self._made

    def write(self, outcome: Outcome) -> None:
        """Write the people made and the identifiers learnt."""
        insert(Person, self._made.values())
        rows = Person.objects.in_bulk(list(self._learnt))
        for row in rows.values():
            known = self._learnt[row.pk]
            before = {"orcid": row.orcid, "openalex": row.openalex}
            row.orcid, row.openalex = known.orcid, known.openalex
            outcome.learnt(KIND, row.pk, before, {"orcid": row.orcid, "openalex": row.openalex})
        Person.objects.bulk_update(rows.values(), ["orcid", "openalex"], batch_size=200)
        outcome.aliases.update(self.aliases)
        outcome.proposals += self.proposals
        for key in self._made:
            outcome.made(KIND, key)
            outcome.touch(KIND, key)

    def _known(self, authorship: AuthorshipRecord) -> _Known | None:
        return self._by_orcid.get(authorship.orcid) or self._by_key.get(authorship.person)

    def _look_up(self, orcids: set[str], keys: set[str]) -> None:
        """People by these identifiers, those that were merged into others by their heirs."""
        names = ("pk", "orcid", "openalex", "name")
        found: list[tuple[uuid.UUID, str, str, str]] = list(
            Person.objects.filter(orcid__in=orcids).values_list(*names)
        )
        if self._global:
            found += Person.objects.filter(openalex__in=keys).values_list(*names)
        self._by_orcid = {
            orcid: _Known(row, orcid, key, not name) for row, orcid, key, name in found if orcid
        }
        for row, orcid, key, name in found:
            if key and self._global:
                self._by_key[key] = self._by_orcid.get(orcid) or _Known(row, orcid, key, not name)
        left = self._context.resolve(KIND, keys - set(self._by_key))
        people = {one[0]: one for one in Person.objects.filter(pk__in=set(left.values())).values_list(*names)}
        for key, row in left.items():
            if row in people:
                _, orcid, own, name = people[row]
                known = self._by_orcid.get(orcid) or _Known(row, orcid, own, not name)
                self._by_key[key] = known
                if orcid:
                    self._by_orcid[orcid] = known

    def _settle(self, one: AuthorshipRecord) -> None:
        by_orcid = self._by_orcid.get(one.orcid) if one.orcid else None
        by_key = self._by_key.get(one.person) if one.person else None
        if by_orcid and by_key and by_orcid.row != by_key.row:
            reason = (("same_author_id", one.person), ("same_orcid", one.orcid))
            self.proposals.append(Proposal(KIND, by_orcid.row, by_key.row, 0.99, reason))
            return
        known = by_orcid or by_key
        if known is None and (self._global or one.orcid):
            known = self._make(one)
        if known is None:
            return
        if one.orcid and one.orcid not in self._by_orcid and not known.orcid:
            known.orcid = one.orcid
            self._by_orcid[one.orcid] = known
            self._learn(known)
        if one.person and one.person not in self._by_key:
            self._by_key[one.person] = known
            if known.openalex or not self._global:
                self.aliases[(KIND, one.person)] = known.row
            else:
                known.openalex = one.person
                self._learn(known)

    def _learn(self, known: _Known) -> None:
        if known.new:
            person = self._made[known.row]
            person.orcid, person.openalex = known.orcid, known.openalex
        else:
            self._learnt[known.row] = known

    def _make(self, one: AuthorshipRecord) -> _Known:
        given, family = split_name(one.name)
        values = {
            "name": one.name,
            "name_key": name_key(one.name),
            "given": given,
            "family": family,
            "source": self._context.source,
            "source_id": one.person or one.orcid,
            "source_url": f"{_ADDRESS}{one.person}"
            if self._global and one.person
            else f"https://orcid.org/{one.orcid}",
            "licence": self._licence,
        }
        person = Person(**cut(Person, values))
        self._made[person.pk] = person
        return _Known(person.pk, "", "", new=True)
