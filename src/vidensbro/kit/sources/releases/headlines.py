"""Headlines whose lines stand apart, as where somebody broke them by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from vidensbro.kit.sources.releases.blocks import Block
from vidensbro.kit.sources.releases.hyphens import Hyphens
from vidensbro.kit.sources.releases.model import Place
from vidensbro.kit.sources.releases.quotes import quotes
from vidensbro.kit.sources.releases.wordings import opens_part

LONGEST_HEADLINE: Final = 200
_MOST_LINES: Final = 3
_ENDS: Final = re.compile(r"[.!?:;…][)\"”»’']*$")
_SENTENCE: Final = re.compile(r"[.:;…][)\"”»’']*$|[.!?…][)\"”»’']*\s")
_ASKS: Final = re.compile(r"[!?][)\"”»’']*$")
_NEVER_LAST: Final = re.compile(
    r"\b(?:(?i:og|samt|eller|the)|en|et|som|at|hvis|fordi|or|a|of|that|which|because)$"
)
"""What ends no headline, not even with a whole line below it."""
_SELDOM_LAST: Final = re.compile(
    r"\b(?:(?i:til|for|fra|på|med|af|and)|i|om|mod|hos|ved|mellem|gennem|efter|før|under|over|uden|når|men|"
    r"an|to|from|on|in|with|by|into|between|through|after|before|without|its|their|but)$"
)
"""What can end one ("Den havn, alle taler om"): only the line just below it belongs to it."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The text of a headline in one line, where it stood, and how many blocks it is made of."""

    text: str
    place: Place
    blocks: int


def whole(first: Block, below: Sequence[Block], dated: Place, format: str) -> Headline:
    """A headline with those of the blocks below its first one that belong to it; one at least is left for the text.

    `dated` is where the date line stood: what it was taken off is text.
    """
    text, last = first.text.replace("\n", " "), first
    taken = 0
    for one in below[: min(_MOST_LINES - 1, len(below) - 1)]:
        if one.place == dated or not _belongs(text, last, one, format):
            break
        text, last, taken = Hyphens([text, one.text]).joined(text, one.text), one, taken + 1
    end = last.place.last if last.place.page == first.place.page else first.place.last
    return Headline(text, replace(first.place, last=end), taken + 1)


def _belongs(text: str, last: Block, one: Block, format: str) -> bool:
    alike = (one.kind, one.level, one.strong, one.hint) == (last.kind, last.level, last.strong, last.hint)
    if not alike or one.kind == "item" or "\n" in one.text or _ENDS.search(text) or opens_part(one.text):
        return False
    if len(text) + len(one.text) >= LONGEST_HEADLINE or _is_said(one):
        return False
    near = one.kind == "heading" or (format == "text" and one.place.first - last.place.last == 1)
    if one.text[:1].islower():
        return near or format == "pdf" or bool(_NEVER_LAST.search(text))
    if _ASKS.search(one.text):
        return False
    return bool(_NEVER_LAST.search(text) or (near and _SELDOM_LAST.search(text)))


def _is_said(one: Block) -> bool:
    """Is it a sentence or a quotation, and so the lead or text?"""
    return bool(_SENTENCE.search(one.text)) or any(quote.speaker for quote in quotes([one]))
