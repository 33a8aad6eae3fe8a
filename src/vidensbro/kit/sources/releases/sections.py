"""Which part of a release each block belongs to: text, fact box, contacts, what the publisher puts around."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from vidensbro.kit.sources.releases import wordings
from vidensbro.kit.sources.releases.blocks import Block
from vidensbro.kit.sources.releases.contacts import EMAIL, belongs, contacts, is_name, tells_hours
from vidensbro.kit.sources.releases.lists import listed
from vidensbro.kit.sources.releases.members import member_lists
from vidensbro.kit.sources.releases.model import Cut, Evidence, Place, Sure
from vidensbro.kit.sources.releases.quotes import quotes

_LONGEST_ABOUT: Final = 100
_FEWEST_ABOVE: Final = 3
_NEAR: Final = 12
"""So many blocks tell whether a list of members begins."""
_LEFT_OUT: Final = {"furniture": "page_furniture", "hidden": "hidden", "caption": "caption"}
"""What is left out for what the file itself marks it as, and the reason."""


@dataclass(slots=True)
class Box:
    """The blocks of a fact box, and the heading that they stand under."""

    heading: str
    place: Place
    reason: str
    sure: Sure
    level: int = 0
    strong: bool = False
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Sections:
    """A release parted: `text` is what is left for headline, lead and body."""

    text: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    contacts: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    cut: list[Cut] = field(default_factory=list)
    state: str = "text"
    hint: str = ""


def parted(blocks: Sequence[Block], *, spaced: bool = False) -> Sections:
    """Every block in the part that it belongs to.

    `spaced` if the numbers of lines tell how many blank ones part two blocks.
    """
    made = Sections()
    for index, block in enumerate(blocks):
        if block.hint in _LEFT_OUT:
            made.cut.append(cut(block, _LEFT_OUT[block.hint], "certain"))
        elif not _opens(made, block, first=index == 0 or not made.text):
            _goes_on(made, blocks[index : index + _NEAR], spaced=spaced)
    _settle(made)
    return made


def cut(block: Block, reason: str, sure: Sure, text: str = "") -> Cut:
    """A block, or a text of it, as left out."""
    return Cut(text or block.text, Evidence(reason, sure, block.place))


def _opens(made: Sections, block: Block, first: bool) -> bool:
    """Does a block begin another part? Then it has been put there."""
    text = block.text
    lower = text[:1].islower() and block.kind == "paragraph"
    if wordings.END_MARK.match(text):
        made.cut.append(cut(block, "end_mark", "certain"))
        return True
    if wordings.RULE.match(text):
        made.cut.append(cut(block, "rule", "certain"))
        return True
    if not first and not lower and _publishers(made, text):
        made.cut.append(cut(block, "publisher", "certain"))
        return True
    if (found := wordings.facts_heading(text)) and block.kind != "item":
        whole = block.kind == "heading" or (block.strong and len(text) <= wordings.LONGEST_HEADING)
        _begin_box(made, block, *((text, "") if whole and "\n" not in text and found[1] else found))
        return True
    if not first and not lower and (found := wordings.contacts_heading(text)):
        _begin_contacts(made, block, *found)
        return True
    if not first and _about(made, block):
        made.state = "about"
        made.cut.append(cut(block, "about_issuer", "likely"))
        return True
    return _opened_by_hint(made, block)


def _publishers(made: Sections, text: str) -> bool:
    """Is this the publisher's? What begins below a whole release goes on to the end; a button stands alone."""
    late = made.state != "text" or len(made.text) >= _FEWEST_ABOVE
    if late and wordings.is_publishers(text):
        made.state = "publisher"
        return True
    return wordings.is_publishers(text) or wordings.is_sharing(text)


def _begin_box(made: Sections, block: Block, heading: str, rest: str) -> None:
    level = block.level if block.kind == "heading" else 0
    alone_strong = block.strong and not rest
    made.boxes.append(Box(heading, block.place, "heading_word", "certain", level, alone_strong))
    made.state, made.hint = "facts", block.hint
    if rest:
        made.boxes[-1].blocks.append(replace(block.with_text(rest), kind="paragraph"))


def _begin_contacts(made: Sections, block: Block, heading: str, rest: str) -> None:
    said = block.text[: -len(rest)].strip() if rest and block.text.endswith(rest) else heading
    made.cut.append(cut(block, "part_heading", "certain", said))
    made.state, made.hint = "contacts", block.hint
    if rest:
        made.contacts.append(replace(block.with_text(rest), kind="paragraph"))


def _about(made: Sections, block: Block) -> bool:
    below = made.state in ("contacts", "after", "about")
    if below and wordings.ABOUT_INLINE.match(block.text):
        return True
    stands_alone = block.kind == "heading" or block.strong or below
    late = bool(made.contacts) or len(made.text) > 3
    return (
        stands_alone and late and len(block.text) <= _LONGEST_ABOUT and bool(wordings.ABOUT.match(block.text))
    )


def _opened_by_hint(made: Sections, block: Block) -> bool:
    """Does the file's own marking begin a part, without a heading that says so?"""
    if block.hint == made.hint or block.hint not in ("facts", "contacts"):
        return False
    made.state, made.hint = block.hint, block.hint
    if block.hint == "contacts":
        made.contacts.append(block)
        return True
    headed = block.kind == "heading" or (block.strong and len(block.text) <= wordings.LONGEST_HEADING)
    box = Box(block.text if headed else "", block.place, "marked", "likely", block.level)
    box.blocks = [] if headed else [block]
    made.boxes.append(box)
    return True


def _goes_on(made: Sections, blocks: Sequence[Block], *, spaced: bool) -> None:
    """Put the first of these blocks where the last one went, unless it shows that this part has ended."""
    block = blocks[0]
    if made.hint in ("facts", "contacts", "box") and block.hint != made.hint:
        made.state, made.hint = ("after" if made.contacts else "text"), ""
    if made.state == "facts" and (
        _leaves_box(made.boxes[-1], block)
        or (not made.hint and _sets_members_apart(made.boxes[-1], blocks, spaced=spaced))
    ):
        made.state = "after" if made.contacts else "text"
    if made.state == "contacts" and not _a_contact(block):
        made.state = "after"
    elif made.state == "after" and made.contacts and (_signs(block) or tells_hours(block.text)):
        made.state = "contacts"
    if made.state in ("publisher", "about"):
        made.cut.append(cut(block, "publisher" if made.state == "publisher" else "about_issuer", "likely"))
    elif made.state == "facts":
        made.boxes[-1].blocks.append(block)
    elif made.state == "contacts":
        made.contacts.append(block)
    elif made.state == "after":
        made.after.append(block)
    else:
        made.text.append(block)


def _a_contact(block: Block) -> bool:
    members = wordings.MEMBERS.match(block.text)
    if members and members.end() == len(block.text):
        return False
    return all(map(belongs, block.text.split("\n"))) and (block.kind != "heading" or is_name(block.text))


def _leaves_box(box: Box, block: Block) -> bool:
    if block.kind == "heading":
        return bool(box.blocks) and block.level <= (box.level or 6)
    said = quotes([block]) if block.kind == "paragraph" else []
    return any(one.speaker for one in said)


def _sets_members_apart(box: Box, blocks: Sequence[Block], *, spaced: bool) -> bool:
    """Does a list of members begin that is no more of the box, but a part like it?

    It stands farther off than the lines of the box from each other, or its heading is as bold as that of the box and
    nothing between them is.
    """
    block = blocks[0]
    opener = wordings.MEMBERS.match(block.text) if box.blocks and block.kind == "paragraph" else None
    if opener is None or (opener.end() < len(block.text) and ":" not in opener.group()):
        return False
    places = [one.place for one in box.blocks[-_NEAR:]]
    gaps = [two.first - one.last for one, two in pairwise(places)] or [places[0].first - box.place.last]
    apart = spaced and block.place.first - places[-1].last > max(1, *gaps)
    bold = box.strong and block.strong and not any(one.strong for one in reversed(box.blocks))
    if not (apart or bold):
        return False
    return any(0 in made_of for _, made_of in member_lists(listed(blocks, spaced=spaced)))


def _settle(made: Sections) -> None:
    """What stood after the contacts: about the issuer if the publisher's matter follows, else text."""
    published = any(one.evidence.reason == "publisher" for one in made.cut)
    if published:
        made.cut += [cut(block, "about_issuer", "likely") for block in made.after]
        made.after = []
    if not made.contacts:
        made.contacts = _at_the_end(made.text)
    for box in made.boxes:
        if box.blocks and not box.heading:
            box.sure = "unsure"


def _at_the_end(text: list[Block]) -> list[Block]:
    """Blocks at the end of the text that have an address and a name are taken off it: they are contacts.

    So are the hours of those, which stand below them.
    """
    begin = reached = len(text)
    while begin > 2 and (_signs(text[begin - 1]) or tells_hours(text[begin - 1].text)):
        begin -= 1
        reached = begin if _signs(text[begin]) else reached
    found = text[reached:]
    del text[reached:]
    return found


def _signs(block: Block) -> bool:
    if (
        len(block.text) > 250
        or not EMAIL.search(block.text)
        or re.search(r"[.!?] [A-ZÆØÅ]\w+ \w+ \w+", block.text)
    ):
        return False
    return any(one.name for one in contacts([block]))
