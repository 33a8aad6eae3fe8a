"""What the recogniser of releases found, as the parts that a release here is made of."""

from __future__ import annotations

from dataclasses import dataclass

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom.models import Language
from vidensbro.hub.newsroom.queries.writing import organisations_called
from vidensbro.hub.newsroom.services.beginning import Reachable
from vidensbro.hub.newsroom.services.wording import MOST_PARTS, Facts, Said, Wording
from vidensbro.kit.sources.releases import ReleaseDraft


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


def proposal(actor: Actor, draft: ReleaseDraft) -> Proposal:
    """A recognised release with the organisations that its names mean, as far as the actor may see them."""
    named = [name for one in draft.members if one.role == "issuers" for name in one.names]
    called = organisations_called(actor, [*named, *(one.organisation for one in draft.contacts)])
    issuers = tuple({called[name].pk: called[name] for name in named if name in called}.values())
    there = {one.pk for one in issuers}
    people = tuple(
        Reachable(
            name=one.name,
            title=one.title,
            email=one.email,
            phone=one.phone,
            organisation_id=str(called[one.organisation].pk)
            if one.organisation in called and called[one.organisation].pk in there
            else "",
        )
        for one in draft.contacts
    )
    return Proposal(
        draft=draft,
        language=draft.language if draft.language in Language.values else Language.DANISH.value,
        words=_words(draft),
        place=draft.date_line.place[:100],
        issuers=issuers,
        unknown=tuple(name for name in named if name not in called),
        people=people,
    )


def _words(draft: ReleaseDraft) -> Wording:
    boxes = [Facts(one.heading, one.body) for one in draft.fact_boxes]
    # A release has so many fact boxes at most: what is more stays in the text.
    more = [f"## {one.heading}\n\n{one.body}" for one in boxes[MOST_PARTS:]]
    quotes = tuple(Said(one.text, one.speaker, one.title) for one in draft.quotes[:MOST_PARTS])
    return Wording(
        headline=draft.headline.text,
        lead=draft.lead.text,
        body="\n\n".join([draft.body.text, *more]),
        fact_boxes=tuple(boxes[:MOST_PARTS]),
        quotes=quotes,
    )
