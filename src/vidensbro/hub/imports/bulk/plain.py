"""Which works of a batch are plain: new, and naming only people and organisations about whom there is no doubt."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from vidensbro.hub.common.ids import new_id
from vidensbro.hub.directory.importers.organisations import owners_of
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.models import SourceRecord
from vidensbro.hub.knowledge.models import Work
from vidensbro.kit.sources.model import AuthorshipRecord, InstitutionMention, WorkRecord

SOURCE: Final = "openalex"
_LOOK_UP: Final = 5_000


class Mentioned:
    """The organisations that a batch mentions: `rows` are those known, `new` those to be made, by their identifier.

    In doubt are those of which the batch says two things, that have no name, or of whose two identifiers only one is
    known; and who was withdrawn.
    """

    def __init__(self, mentions: Iterable[InstitutionMention]) -> None:
        said: dict[str, set[InstitutionMention]] = defaultdict(set)
        for one in mentions:
            if one.id:
                said[one.id].add(one)
        single = {key: next(iter(found)) for key, found in said.items() if len(found) == 1}
        claims: dict[str, set[str]] = defaultdict(set)
        for key, found in said.items():
            for one in found:
                claims[one.ror].add(key)
        owners = owners_of([("openalex", key) for key in said] + [("ror", ror) for ror in claims if ror])
        withdrawn = _withdrawn(set(owners.values()))
        self.rows: dict[str, uuid.UUID] = {}
        self.new: dict[str, InstitutionMention] = {}
        for key, one in single.items():
            known, by_ror = owners.get(("openalex", key)), owners.get(("ror", one.ror))
            if one.ror and len(claims[one.ror]) > 1:
                continue
            if known and known not in withdrawn and (not one.ror or by_ror == known):
                self.rows[key] = known
            elif not known and not by_ror and one.name:
                self.rows[key] = new_id()
                self.new[key] = one

    def is_plain(self, mention: InstitutionMention) -> bool:
        """Whether it is clear what a mention means; a bare name means nobody."""
        return mention.id in self.rows or not (mention.id or mention.ror)

    def find(self, mention: InstitutionMention) -> uuid.UUID | None:
        """The organisation that a mention means, None for a bare name."""
        return self.rows.get(mention.id)


class Writers:
    """The authors of a batch: `rows` are those known, `new` those to be made, by their identifier.

    In doubt are those with an ORCID iD and no identifier, of whom the batch says two things, whose iD another has,
    whose iD would be news; who was merged into another, and who asked to be forgotten.
    """

    def __init__(self, authorships: Sequence[AuthorshipRecord]) -> None:
        names: dict[str, set[str]] = defaultdict(set)
        orcids: dict[str, set[str]] = defaultdict(set)
        claims: dict[str, set[str]] = defaultdict(set)
        first: dict[str, AuthorshipRecord] = {}
        for one in authorships:
            if one.orcid:
                claims[one.orcid].add(one.person)
            if one.person:
                names[one.person].add(one.name)
                orcids[one.person].add(one.orcid)
                first.setdefault(one.person, one)
        known, taken = _people(list(first), [orcid for orcid in claims if orcid])
        merged = _merged([key for key in first if key not in known])
        self.rows: dict[str, uuid.UUID] = {}
        self.new: dict[str, AuthorshipRecord] = {}
        for key, one in first.items():
            if len(orcids[key]) > 1 or (one.orcid and len(claims[one.orcid]) > 1) or key in merged:
                continue
            if key in known:
                row, orcid, erased = known[key]
                if not erased and (not one.orcid or orcid == one.orcid):
                    self.rows[key] = row
            elif len(names[key]) == 1 and one.orcid not in taken:
                self.rows[key] = new_id()
                self.new[key] = one
        self._fresh = {self.rows[key] for key in self.new}

    def is_plain(self, authorship: AuthorshipRecord) -> bool:
        """Whether it is clear who an author is; a bare name is nobody."""
        return authorship.person in self.rows or not (authorship.person or authorship.orcid)

    def find(self, authorship: AuthorshipRecord) -> uuid.UUID | None:
        """The person of an authorship, None when there is only a name."""
        return self.rows.get(authorship.person)

    def is_erased(self, authorship: AuthorshipRecord) -> bool:
        """Never: who asked to be forgotten is not plain."""
        return False

    def erased(self) -> set[uuid.UUID]:
        """Nobody, for the same reason."""
        return set()

    def is_new(self, row: uuid.UUID) -> bool:
        """Whether a person is being made in this batch."""
        return row in self._fresh


def new_works(records: Sequence[WorkRecord]) -> list[WorkRecord]:
    """Those that neither this source nor, by their DOI, another has told of."""
    keys = [record.provenance.source_id for record in records]
    known = set(
        SourceRecord.objects.filter(source=SOURCE, kind="work", source_id__in=keys).values_list(
            "source_id", flat=True
        )
    )
    known |= set(Work.objects.filter(source=SOURCE, source_id__in=keys).values_list("source_id", flat=True))
    dois = [record.doi for record in records if record.doi]
    others = set(Work.objects.filter(doi__in=dois).exclude(source=SOURCE).values_list("doi", flat=True))
    fresh: dict[str, WorkRecord] = {}
    for record in records:
        key = record.provenance.source_id
        if key not in known and record.doi not in others:
            fresh.setdefault(key, record)
    return list(fresh.values())


def _withdrawn(rows: set[uuid.UUID]) -> set[uuid.UUID]:
    gone = Organisation.objects.filter(pk__in=rows, status=Organisation.Status.WITHDRAWN)
    return set(gone.values_list("pk", flat=True))


def _people(
    keys: Sequence[str], orcids: Sequence[str]
) -> tuple[dict[str, tuple[uuid.UUID, str, bool]], set[str]]:
    """Row, iD and whether erased, by OpenAlex identifier; and the iDs that somebody has."""
    known: dict[str, tuple[uuid.UUID, str, bool]] = {}
    taken: set[str] = set()
    for start in range(0, len(keys), _LOOK_UP):
        rows = Person.objects.filter(openalex__in=keys[start : start + _LOOK_UP])
        for row, key, orcid, name in rows.values_list("pk", "openalex", "orcid", "name"):
            known[key] = (row, orcid, not name)
    for start in range(0, len(orcids), _LOOK_UP):
        some = Person.objects.filter(orcid__in=orcids[start : start + _LOOK_UP])
        taken.update(some.values_list("orcid", flat=True))
    return known, taken


def _merged(keys: Sequence[str]) -> set[str]:
    """Identifiers that are only another name of somebody."""
    found: set[str] = set()
    for start in range(0, len(keys), _LOOK_UP):
        rows = SourceRecord.objects.filter(
            source=SOURCE, kind="person", source_id__in=keys[start : start + _LOOK_UP]
        )
        found.update(rows.values_list("source_id", flat=True))
    return found
