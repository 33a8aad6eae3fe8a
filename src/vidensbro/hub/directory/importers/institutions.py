"""The organisations that authorships and people name."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import cut
from vidensbro.hub.directory.importers.organisations import owners_of
from vidensbro.hub.directory.importers.outcome import Context, Outcome
from vidensbro.hub.directory.models import Identifier, Organisation
from vidensbro.kit.sources.model import InstitutionMention

_ADDRESS: Final = "https://openalex.org/"
_STEPS: Final = 5


class Institutions:
    """Finds the organisations that a batch mentions, and makes those that are not there.

    Only mentions with an identifier count: a bare name may be anybody's. One that was withdrawn leads to its
    successor. `made` are the rows to be written.
    """

    def __init__(self, mentions: Iterable[InstitutionMention], context: Context, licence: str) -> None:
        self._source = context.source
        self._licence = licence
        # The identifiers of OpenAlex hold everywhere; those of other sources only among their own records.
        self._global = context.source == "openalex"
        self.made: list[Organisation] = []
        self._identifiers: list[Identifier] = []
        usable = {mention.id or mention.ror: mention for mention in mentions if mention.id or mention.ror}
        keys = [("ror", mention.ror) for mention in usable.values() if mention.ror]
        ids = {mention.id for mention in usable.values() if mention.id}
        keys += [("openalex", one) for one in ids if self._global]
        self._owners = owners_of(keys)
        if not self._global:
            found = context.resolve("organisation", ids)
            self._owners.update({("openalex", one): row for one, row in found.items()})
        self._heirs = _heirs(set(self._owners.values()))
        for mention in usable.values():
            self._settle(mention)

    def find(self, mention: InstitutionMention) -> uuid.UUID | None:
        """The organisation that a mention means, None for a bare name."""
        row = self._owners.get(("ror", mention.ror)) or self._owners.get(("openalex", mention.id))
        return self._heirs.get(row, row) if row else None

    def write(self, outcome: Outcome) -> None:
        """Write the organisations made and the identifiers learnt."""
        insert(Organisation, self.made)
        Identifier.objects.bulk_create(self._identifiers, ignore_conflicts=True)
        fresh = {row.pk for row in self.made}
        for row in fresh:
            outcome.made("organisation", row)
            outcome.touch("organisation", row)
        for one in self._identifiers:
            if one.organisation_id not in fresh:
                outcome.added("organisation", one.organisation_id, "identifiers", [one.scheme, one.value])

    def _settle(self, mention: InstitutionMention) -> None:
        found = self._owners.get(("ror", mention.ror)) or self._owners.get(("openalex", mention.id))
        if found is None and (not mention.name or not (self._global or mention.ror)):
            return
        if found is None:
            found = self._make(mention)
        known = [("ror", mention.ror), *([("openalex", mention.id)] if self._global else ())]
        for scheme, value in known:
            if value and (scheme, value) not in self._owners:
                self._owners[(scheme, value)] = found
                self._identifiers.append(Identifier(organisation_id=found, scheme=scheme, value=value))

    def _make(self, mention: InstitutionMention) -> uuid.UUID:
        values = {
            "name": mention.name,
            "name_key": name_key(mention.name),
            "kind": mention.kind,
            "country": mention.country,
            "source": self._source,
            "source_id": mention.id or mention.ror,
            "source_url": f"{_ADDRESS}{mention.id}" if self._global and mention.id else "",
            "licence": self._licence,
        }
        row = Organisation(**cut(Organisation, values))
        self.made.append(row)
        return row.pk


def _heirs(rows: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """For withdrawn organisations, who took over in the end."""
    heirs: dict[uuid.UUID, uuid.UUID] = {}
    withdrawn = Organisation.objects.filter(status=Organisation.Status.WITHDRAWN, successor__isnull=False)
    open_ends = dict(withdrawn.filter(pk__in=rows).values_list("pk", "successor_id"))
    heirs.update(open_ends)
    for _ in range(_STEPS):
        further = dict(withdrawn.filter(pk__in=set(open_ends.values())).values_list("pk", "successor_id"))
        if not further:
            break
        open_ends = {row: further[heir] for row, heir in open_ends.items() if heir in further}
        heirs.update(open_ends)
    return heirs
