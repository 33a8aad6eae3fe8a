"""From the blocks of a file to a draft of the release, every word of it in one of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from vidensbro.kit.sources.releases.blocks import Block, rejoined
from vidensbro.kit.sources.releases.contacts import contacts
from vidensbro.kit.sources.releases.heads import Head, head_of
from vidensbro.kit.sources.releases.lists import listed
from vidensbro.kit.sources.releases.markdown import body_of
from vidensbro.kit.sources.releases.members import member_lists
from vidensbro.kit.sources.releases.model import (
    Contact,
    Evidence,
    FactBox,
    MemberList,
    Piece,
    Place,
    ReleaseDraft,
)
from vidensbro.kit.sources.releases.quotes import quotes
from vidensbro.kit.sources.releases.sections import Box, Sections, parted
from vidensbro.kit.text import detect

Format = Literal["html", "docx", "pdf", "text"]

_READ_FOR_LANGUAGE: Final = 3_000
_LONGEST_SUBHEADING: Final = 80
_PARAGRAPH: Final = 80


def draft_of(file: str, format: Format, blocks: Sequence[Block]) -> ReleaseDraft:
    """A draft with everything that could be recognised."""
    spaced = format == "text"
    sections = _with_lists(parted(rejoined(blocks), spaced=spaced), spaced=spaced)
    issuers, text = _without_issuers(sections.text)
    head = head_of(text, format)
    body = [*head.body[: head.below], *_with_subheadings([*head.body[head.below :], *sections.after], format)]
    people = contacts(sections.contacts)
    in_boxes = [one for box in sections.boxes for one, _ in member_lists(box.blocks, [box.heading])]
    inside = [one for one, _ in member_lists(body)]
    lead = [Block("paragraph", head.lead.text, head.lead.evidence.place)] if head.lead.text else []
    said = quotes([*lead, *body], _titles(people))
    return ReleaseDraft(
        file=file,
        format=format,
        language=_language(head, body),
        headline=head.headline,
        lead=head.lead,
        body=_body(body, sections),
        date_line=head.date_line,
        embargo=head.embargo,
        fact_boxes=tuple(_fact_box(box) for box in sections.boxes),
        quotes=tuple(said),
        members=(*issuers, *inside, *in_boxes),
        contacts=tuple(people),
        cut=(*head.cut, *sections.cut),
    )


def _with_lists(sections: Sections, *, spaced: bool) -> Sections:
    sections.text = listed(sections.text, spaced=spaced)
    sections.after = listed(sections.after, spaced=spaced)
    for box in sections.boxes:
        box.blocks = listed(box.blocks, box.heading, spaced=spaced)
    return sections


def _without_issuers(blocks: Sequence[Block]) -> tuple[list[MemberList], list[Block]]:
    """On whose behalf the release is issued, and the blocks without that."""
    found = [(one, at) for one, at in member_lists(blocks) if one.role == "issuers"]
    taken = {at for _, indices in found for at in indices}
    return [one for one, _ in found], [one for at, one in enumerate(blocks) if at not in taken]


def _with_subheadings(blocks: Sequence[Block], format: str) -> list[Block]:
    """Short lines above paragraphs as headings, where the format has no other way to mark one."""
    done: list[Block] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        above = following is not None and following.kind == "paragraph" and len(following.text) >= _PARAGRAPH
        line = (
            block.kind == "paragraph"
            and above
            and len(block.text) <= _LONGEST_SUBHEADING
            and block.text[:1].isupper()
            and (block.text[-1:].isalnum() or block.text.endswith("?"))
            and (block.strong or format == "text")
        )
        done.append(replace(block, kind="heading", level=2) if line else block)
    return done


def _titles(people: Sequence[Contact]) -> dict[str, str]:
    """What those who are contacts are, by name."""
    return {
        one.name.casefold(): ", ".join(part for part in (one.title, one.organisation) if part)
        for one in people
        if one.name
    }


def _language(head: Head, body: Sequence[Block]) -> str:
    text = "\n".join([head.headline.text, head.lead.text, *(one.text for one in body)])
    return detect(text[:_READ_FOR_LANGUAGE], fallback="")


def _body(blocks: Sequence[Block], sections: Sections) -> Piece:
    if not blocks:
        return Piece()
    doubtful = bool(sections.after)
    first, last = blocks[0].place, blocks[-1].place
    place = Place(first.first, last.last, first.page, first.unit)
    evidence = Evidence("after_contacts" if doubtful else "rest", "unsure" if doubtful else "likely", place)
    return Piece(body_of(blocks), evidence)


def _fact_box(box: Box) -> FactBox:
    last = box.blocks[-1].place.last if box.blocks else box.place.last
    place = replace(box.place, last=max(last, box.place.last))
    return FactBox(box.heading, body_of(box.blocks), Evidence(box.reason, box.sure, place))
