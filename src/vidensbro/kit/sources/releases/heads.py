"""The beginning of a release: marks, date line, embargo, headline and lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from vidensbro.kit.sources.releases import wordings
from vidensbro.kit.sources.releases.blocks import Block
from vidensbro.kit.sources.releases.dates import DATE, dated, embargo_hour
from vidensbro.kit.sources.releases.headlines import LONGEST_HEADLINE, whole
from vidensbro.kit.sources.releases.model import Cut, DateLine, Embargo, Evidence, Piece
from vidensbro.kit.sources.releases.quotes import quotes
from vidensbro.kit.sources.releases.sections import cut

_LONGEST_LEAD: Final = 1200
_LONGEST_LINE: Final = 240
_BEGINNING: Final = 8
_BEFORE_HEADLINE: Final = 4


@dataclass(slots=True)
class Head:
    """What the beginning says, and the blocks that remain for the body, those from `below` on below the headline."""

    headline: Piece = field(default_factory=Piece)
    lead: Piece = field(default_factory=Piece)
    date_line: DateLine = field(default_factory=DateLine)
    embargo: Embargo | None = None
    cut: list[Cut] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    below: int = 0


def head_of(blocks: Sequence[Block], format: str) -> Head:
    """Marks, dates and embargo taken off, then headline and lead chosen."""
    head = Head()
    for index, block in enumerate(blocks):
        # An embargo may stand anywhere, a date only where a release is dated.
        kept = _without_embargo(head, block)
        kept = _without_marks(head, kept) if kept and index < _BEGINNING else kept
        if kept:
            head.body.append(kept)
    _choose_headline(head, format)
    _choose_lead(head)
    return head


def _without_embargo(head: Head, block: Block) -> Block | None:
    text = block.text
    short = len(text) <= _LONGEST_LINE and (text[:1].isupper() or not text[:1].isalpha())
    if not short or block.hint == "headline":
        return block
    if wordings.IMMEDIATE.match(text):
        head.cut.append(cut(block, "immediate", "certain"))
        return None
    if head.embargo is not None or not wordings.EMBARGO.match(text):
        return block
    until, exact = embargo_hour(text)
    if until is None and len(text) > 80:
        return block
    reason = "embargo_line" if exact else "embargo_day_only" if until else "embargo_unreadable"
    head.embargo = Embargo(text, until, Evidence(reason, "certain" if exact else "unsure", block.place))
    return None


def _without_marks(head: Head, block: Block) -> Block | None:
    """A block less what only says that this is a release, and when and where."""
    text = block.text
    mark = wordings.RELEASE_MARK.match(text)
    if mark and len(text) <= _LONGEST_LINE:
        rest = text[mark.end() :].lstrip()
        rest_text = rest.lstrip(" :|•·–—-\n")
        if not rest_text or (rest.lower().startswith(("fra ", "from ")) and len(text) <= 80):
            _cut_mark(head, block)
            return None
        date = dated(rest_text)
        if date is None and rest_text == rest:
            return block
        head.cut.append(cut(block, "release_mark", "certain", mark.group()))
        block = block.with_text(rest_text)
    return _without_date(head, block)


def _cut_mark(head: Head, block: Block) -> None:
    """Leave out a line that only says whose release this is; a day at its end is that of the release."""
    day = DATE.search(block.text)
    found = dated(block.text[day.start() :]) if day else None
    if day is None or found is None or found.rest or head.date_line.date is not None:
        head.cut.append(cut(block, "release_mark", "certain"))
        return
    head.cut.append(cut(block, "release_mark", "certain", block.text[: day.start()].strip()))
    head.date_line = DateLine("", found.date, found.line, Evidence("dateline", "likely", block.place))


def _without_date(head: Head, block: Block) -> Block | None:
    found = dated(block.text) if block.kind != "item" else None
    trailing = found is not None and wordings.RELEASE_MARK.fullmatch(found.rest)
    if found is None or head.date_line.date is not None:
        return block
    sure = Evidence("dateline", "certain" if found.place else "likely", block.place)
    if trailing:
        head.date_line = DateLine(found.place, found.date, block.text, sure)
        return None
    head.date_line = DateLine(found.place, found.date, found.line, sure)
    return block.with_text(found.rest) if found.rest else None


def _choose_headline(head: Head, format: str) -> None:
    early = head.body[: _BEFORE_HEADLINE + 1]
    levels = [one.level for one in early if one.kind == "heading"]
    chosen = next(
        (one for one in early if levels and one.kind == "heading" and one.level == min(levels)), None
    )
    if chosen is not None:
        marked = format in ("html", "docx")
        evidence = Evidence(
            "marked" if marked and chosen.level == 1 else "largest_heading",
            "certain" if chosen.level == 1 else "likely",
            chosen.place,
        )
    else:
        short = [one for one in early[:2] if one.kind != "item" and len(one.text) <= LONGEST_HEADLINE]
        if not short:
            return
        chosen = short[-1] if len(short) > 1 and _is_rubric(*short) else short[0]
        evidence = Evidence("first_line", "likely" if chosen is head.body[0] else "unsure", chosen.place)
    at = next(index for index, one in enumerate(head.body) if one is chosen)
    found = whole(chosen, head.body[at + 1 :], head.date_line.evidence.place, format)
    head.headline = Piece(found.text, replace(evidence, place=found.place))
    del head.body[at : at + found.blocks]
    head.below = at


def _is_rubric(above: Block, below: Block) -> bool:
    """Is it a single word above a line that can be a headline: a rubric, or what is left of a menu?"""
    return above.text.count(" ") == 0 and below.text.count(" ") > 1 and not below.text.endswith((".", ":"))


def _choose_lead(head: Head) -> None:
    """The lead is marked, or bold, or the first paragraph if others follow."""
    if not head.headline.text:
        return
    for at, block in enumerate(head.body[head.below : _BEFORE_HEADLINE + 1], head.below):
        if block.kind != "paragraph" or len(block.text) > _LONGEST_LEAD:
            return
        more = sum(one.kind == "paragraph" for one in head.body[at + 1 :])
        if block.hint == "lead":
            evidence = Evidence("marked", "certain", block.place)
        elif block.strong and more:
            evidence = Evidence("strong_after_headline", "likely", block.place)
        elif more >= 2 and not any(one.speaker for one in quotes([block])):
            evidence = Evidence(
                "after_headline", "likely" if len(block.text) <= 600 else "unsure", block.place
            )
        else:
            return
        head.lead = Piece(block.text.replace("\n", " "), evidence)
        del head.body[at]
        return
