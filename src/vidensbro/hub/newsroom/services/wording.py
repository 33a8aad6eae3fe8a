"""Everything that a version says, as one value: what is edited, kept as a revision, compared and brought back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.common.text import storable
from vidensbro.hub.directory.models import Person
from vidensbro.hub.newsroom.models import FactBox, Quote, Version

LONGEST_TEXT = 50_000
MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Facts:
    """A fact box; `body` is Markdown."""

    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation. `person_id` is a key of the directory, "" if it knows nobody of that name."""

    text: str
    speaker: str
    title: str = ""
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a version. `body` is Markdown."""

    headline: str
    lead: str = ""
    body: str = ""
    fact_boxes: tuple[Facts, ...] = field(default=())
    quotes: tuple[Said, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """As a revision keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Wording:
        """What a revision kept."""
        return cls(
            headline=content["headline"],
            lead=content["lead"],
            body=content["body"],
            fact_boxes=tuple(Facts(**one) for one in content["fact_boxes"]),
            quotes=tuple(Said(**one) for one in content["quotes"]),
        )


def wording_of(version: Version) -> Wording:
    """The words of a version as they are stored."""
    return Wording(
        headline=version.headline,
        lead=version.lead,
        body=version.body,
        fact_boxes=tuple(Facts(one.heading, one.body) for one in version.fact_boxes.all()),
        quotes=tuple(
            Said(one.text, one.speaker, one.title, str(one.person_id or "")) for one in version.quotes.all()
        ),
    )


def cleaned(words: Wording) -> Wording:
    """The words without what no database holds, with line ends and outer blanks as they should be.

    Raises:
        Invalid: a headline is missing or too long, a text too long, a part incomplete, or there are too many parts.
    """
    found = Wording(
        headline=" ".join(storable(words.headline).split()),
        lead=" ".join(storable(words.lead).split()),
        body=_text(words.body),
        fact_boxes=tuple(
            Facts(_line(one.heading), _text(one.body)) for one in words.fact_boxes if one.heading or one.body
        ),
        quotes=tuple(
            Said(_line(one.text), _line(one.speaker), _line(one.title), one.person_id)
            for one in words.quotes
            if one.text or one.speaker
        ),
    )
    if problems := dict(_problems(found)):
        raise Invalid(problems)
    return found


def with_known_people(words: Wording) -> Wording:
    """The words without links to people whom the directory does not know, or no longer: an earlier wording may name
    such, and so may a form."""
    keys = {one.person_id: as_uuid(one.person_id) for one in words.quotes if one.person_id}
    if not keys:
        return words
    there = set(
        Person.objects.filter(pk__in=[key for key in keys.values() if key]).values_list("pk", flat=True)
    )
    known = {text: str(key) for text, key in keys.items() if key in there}
    return replace(
        words, quotes=tuple(replace(one, person_id=known.get(one.person_id, "")) for one in words.quotes)
    )


def store(version: Version, words: Wording) -> None:
    """Let the rows of a version say these words. The version itself is not saved."""
    version.headline, version.lead, version.body = words.headline, words.lead, words.body
    version.fact_boxes.all().delete()
    FactBox.objects.bulk_create(
        FactBox(version=version, position=place, heading=one.heading, body=one.body)
        for place, one in enumerate(words.fact_boxes)
    )
    version.quotes.all().delete()
    Quote.objects.bulk_create(
        Quote(
            version=version,
            position=place,
            text=one.text,
            speaker=one.speaker,
            title=one.title,
            person_id=uuid.UUID(one.person_id) if one.person_id else None,
        )
        for place, one in enumerate(words.quotes)
    )


def _problems(words: Wording) -> Iterable[tuple[str, tuple[str, ...]]]:
    if not words.headline:
        yield "headline", ("required",)
    if len(words.headline) > 200:
        yield "headline", ("max_length",)
    if len(words.lead) > 2000:
        yield "lead", ("max_length",)
    if len(words.body) > LONGEST_TEXT:
        yield "body", ("max_length",)
    if not all(one.heading and one.body for one in words.fact_boxes):
        yield "fact_boxes", ("required",)
    if any(len(one.heading) > 200 or len(one.body) > LONGEST_TEXT for one in words.fact_boxes):
        yield "fact_boxes", ("max_length",)
    if not all(one.text and one.speaker for one in words.quotes):
        yield "quotes", ("required",)
    if any(len(one.text) > 2000 or max(len(one.speaker), len(one.title)) > 200 for one in words.quotes):
        yield "quotes", ("max_length",)
    for name, parts in (("fact_boxes", words.fact_boxes), ("quotes", words.quotes)):
        if len(parts) > MOST_PARTS:
            yield name, ("too_many",)


def _line(text: str) -> str:
    return " ".join(storable(text).split())


def _text(text: str) -> str:
    lines = storable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")
