"""What the recogniser of releases found, as the parts that a release here is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models import Language
from vidensbro.hub.newsroom.queries.writing import organisations_called
from vidensbro.hub.newsroom.services.beginning import Reachable
from vidensbro.hub.newsroom.services.contacts import MOST
from vidensbro.hub.newsroom.services.wording import MOST_PARTS, Facts, Said, Wording
from vidensbro.hub.newsroom.text import escaped
from vidensbro.kit.sources.releases import Contact, ReleaseDraft

_AND = re.compile(r"(?<![-–])\s+(?:og|and|samt|&)\s+")
_SHORT = re.compile(r"^(\S[^()]*?)\s*\(([^()]{2,40})\)$")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A release to be confirmed. `unknown` are names of issuers that the directory does not have, or has twice.

    `words` keep quotations for which nobody is named: whoever confirms names somebody or takes them out.
    """

    draft: ReleaseDraft
    language: str
    words: Wording
    place: str
    issuers: tuple[Organisation, ...]
    unknown: tuple[str, ...]
    people: tuple[Reachable, ...]

    @property
    def certain_words(self) -> Wording:
        """The words without what nobody has said; it still stands in the text."""
        quotes = tuple(one for one in self.words.quotes if one.speaker)
        words = self.words
        return Wording(words.headline, words.lead, words.body, words.fact_boxes, quotes)

    @property
    def reachable(self) -> list[Reachable]:
        """The people who are whole: with a name, and an address or a number."""
        return [one for one in self.people if _is_whole(one)][:MOST]

    @property
    def unreachable(self) -> list[str]:
        """What stood of the others."""
        kept = self.reachable
        pairs = zip(self.people, self.draft.contacts, strict=True)
        return [seen.text for one, seen in pairs if one not in kept]


def proposal(actor: Actor, draft: ReleaseDraft) -> Proposal:
    """A recognised release with the organisations that its names mean, as far as the actor may see them."""
    named = [name for one in draft.members if one.role == "issuers" for name in one.names]
    directory = _Directory(actor, [*named, *(one.organisation for one in draft.contacts)])
    named = [part for one in named for part in directory.parted(one)]
    found = {name: row for name in named if (row := directory.called(name)) is not None}
    issuers = tuple({row.pk: row for row in found.values()}.values())
    people = tuple(_reachable(actor, directory, one, issuers) for one in draft.contacts)
    return Proposal(
        draft=draft,
        language=draft.language if draft.language in Language.values else Language.DANISH.value,
        words=_words(draft),
        place=draft.date_line.place[:100],
        issuers=issuers,
        unknown=tuple(name for name in named if name not in found),
        people=people,
    )


def _is_whole(one: Reachable) -> bool:
    return bool(one.name and (one.email or one.phone))


class _Directory:
    """Which organisation names in a release mean: as they stand, or as one of the two that a parenthesis makes."""

    def __init__(self, actor: Actor, names: Iterable[str]) -> None:
        wanted = [
            way for name in names for part in (name, *_halves(name), *name.split(", ")) for way in _ways(part)
        ]
        self._called = organisations_called(actor, dict.fromkeys(filter(None, wanted)))

    def called(self, name: str) -> Organisation | None:
        """The one organisation that is called so."""
        return next((self._called[way] for way in _ways(name) if way in self._called), None)

    def parted(self, name: str) -> tuple[str, ...]:
        """The two names with "og" or "and" between them, if the directory knows one of these and not the whole."""
        halves = _halves(name)
        known = self.called(name) is None and any(self.called(half) for half in halves)
        return halves if known else (name,)


def _ways(name: str) -> tuple[str, ...]:
    """What "Medtech Innovation Consortium (MTIC)" may be called."""
    match = _SHORT.match(name)
    return (name, *match.groups()) if match else (name,)


def _halves(name: str) -> tuple[str, ...]:
    parts = _AND.split(name)
    return tuple(parts) if len(parts) == 2 and all(parts) else ()


def _reachable(
    actor: Actor, directory: _Directory, one: Contact, issuers: Sequence[Organisation]
) -> Reachable:
    """A contact with the issuer that it answers for; an organisation that does not issue the release stays in words."""
    parts = (one.organisation, *one.organisation.split(", "))
    rows = [row for part in parts if (row := directory.called(part)) is not None]
    issuer = next((row for row in rows if row in issuers), None)
    own = not issuers and any(row.pk in actor.organisations for row in rows)
    words = [one.title] if issuer or own else [one.title, one.organisation]
    return Reachable(
        name=one.name,
        title=", ".join(filter(None, words)),
        email=one.email,
        phone=one.phone,
        hours=one.hours.text,
        organisation_id=str(issuer.pk) if issuer else "",
    )


def _words(draft: ReleaseDraft) -> Wording:
    boxes = [Facts(one.heading, one.body) for one in draft.fact_boxes]
    # A release has so many fact boxes at most: what is more stays in the text.
    more = [f"## {escaped(one.heading)}\n\n{one.body}" for one in boxes[MOST_PARTS:]]
    quotes = tuple(Said(one.text, one.speaker, one.title) for one in draft.quotes[:MOST_PARTS])
    return Wording(
        headline=draft.headline.text,
        lead=draft.lead.text,
        body="\n\n".join([draft.body.text, *more]),
        fact_boxes=tuple(boxes[:MOST_PARTS]),
        quotes=quotes,
    )
