"""Lists of organisations: who issues a release, who is a member or partner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from vidensbro.kit.sources.releases.blocks import Block
from vidensbro.kit.sources.releases.lists import LONGEST_NAME, is_name_like
from vidensbro.kit.sources.releases.model import Evidence, MemberList, Place
from vidensbro.kit.sources.releases.wordings import ISSUERS, MEMBERS

_PARTS: Final = re.compile(r",(?![^(]*\))|;|\n")
_LAST: Final = re.compile(r"(?<![-–])\s+(?:og|and|samt)\s+(?=[A-ZÆØÅ\d])")
FEWEST: Final = 2
_MOST_UNLIKE: Final = 0.25


def member_lists(blocks: Sequence[Block], headings: Sequence[str] = ()) -> list[tuple[MemberList, set[int]]]:
    """Lists among blocks, each with the indices of the blocks that it is made of, its heading first.

    `headings` may stand before the first block without being one of them, such as a fact box's own.
    """
    found = []
    if headings and (items := _items(blocks, 0)) and MEMBERS.match(headings[-1]):
        found.append((_listed("members", headings[-1], blocks, items), set(items)))
    index = 0
    while index < len(blocks):
        made = _at(blocks, index)
        if made:
            found.append(made)
            index = max(made[1])
        index += 1
    return found


def _at(blocks: Sequence[Block], index: int) -> tuple[MemberList, set[int]] | None:
    block = blocks[index]
    issuers = ISSUERS.match(block.text)
    match = issuers or (MEMBERS.match(block.text) if block.kind != "item" else None)
    if match is None:
        return _below_colon(blocks, index)
    role = "issuers" if issuers else "members"
    heading, rest = match.group().rstrip(": \n"), block.text[match.end() :]
    if rest:
        return _in_a_row(role, heading, rest, block.place, {index}) if ":" in match.group() else None
    if items := _items(blocks, index + 1):
        return _listed(role, heading, blocks, items), {index, *items}
    if index + 1 < len(blocks) and blocks[index + 1].kind == "paragraph":
        following = blocks[index + 1]
        return _in_a_row(role, heading, following.text, following.place, {index, index + 1})
    return None


def _below_colon(blocks: Sequence[Block], index: int) -> tuple[MemberList, set[int]] | None:
    """Organisations that were recognised as such below a line that has no word for them."""
    items = _items(blocks, index + 1) if blocks[index].kind != "item" else []
    if not items or not blocks[items[0]].guessed:
        return None
    heading = blocks[index].text.rsplit("\n", 1)[-1].rstrip(": ")
    return _listed("members", heading, blocks, items), {index, *items}


def _items(blocks: Sequence[Block], start: int) -> list[int]:
    """The indices of the items that stand from `start` on, if there are enough to be a list."""
    end = start
    while end < len(blocks) and blocks[end].kind == "item" and blocks[end].guessed == blocks[start].guessed:
        end += 1
    return list(range(start, end)) if end - start >= FEWEST else []


def _listed(role: str, heading: str, blocks: Sequence[Block], items: Sequence[int]) -> MemberList:
    texts = [blocks[one].text for one in items]
    first, last = blocks[items[0]].place, blocks[items[-1]].place
    place = Place(first.first, last.last, first.page, first.unit)
    names = tuple(text.rstrip(" .,;") for text in texts)
    if blocks[items[0]].guessed:
        evidence = Evidence("short_lines", "unsure", place)
    else:
        short = all(len(one) <= LONGEST_NAME for one in names)
        evidence = Evidence("list", "certain" if short else "unsure", place)
    return MemberList(
        "issuers" if role == "issuers" else "members", heading, names, "\n".join(texts), evidence
    )


def _in_a_row(
    role: str, heading: str, text: str, place: Place, indices: set[int]
) -> tuple[MemberList, set[int]] | None:
    names = names_in(text)
    unlike = sum(not is_name_like(one) for one in names)
    if (
        len(names) < FEWEST
        or any(len(one) > LONGEST_NAME for one in names)
        or unlike > _MOST_UNLIKE * len(names)
    ):
        return None
    sure = Evidence("names_in_a_row", "likely", place)
    kind = "issuers" if role == "issuers" else "members"
    return MemberList("issuers" if kind == "issuers" else "members", heading, names, text, sure), indices


def names_in(text: str) -> tuple[str, ...]:
    """The names of a row: parted by commas, the last by "og" or "and"; "Uddannelses- og …" stays whole."""
    parts = [part.strip() for part in _PARTS.split(text.rstrip(" ."))]
    if parts:
        *before, last = parts
        parts = [*before, *_LAST.split(last)]
    return tuple(part.removeprefix("og ").removeprefix("and ").strip() for part in parts if part)
