"""Lists whose items have no bullets: short lines, each an organisation, below a line that says what they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from vidensbro.kit.sources.releases.blocks import Block
from vidensbro.kit.sources.releases.contacts import ORGANISATION
from vidensbro.kit.sources.releases.markdown import escape
from vidensbro.kit.sources.releases.wordings import ISSUERS, MEMBERS, opens_part

LONGEST_NAME: Final = 120
_LONGEST_OPENER: Final = 200
_MOST_WORDS: Final = 14
_LONG: Final = 80
"""So long, in characters, a paragraph is at least below which a short line is its heading."""
_FEWEST: Final = 2
_FEWEST_BARE: Final = 3
_SHORTENED: Final = re.compile(r"(?:\b(?:inc|ltd|co|corp|m\.fl|mfl|a\.m\.b\.a)|\b\w)\.$", re.IGNORECASE)
_SENTENCE: Final = re.compile(
    r"\b(?:er|var|bliver|blev|har|havde|kan|skal|vil|må|får|fik|går|gik|siger|mener|deltager|arbejder|står|består|"
    r"vi|jeg|du|han|hun|man|det|der|dem|den|som|hvor|når|fordi|ikke|at|"
    r"is|are|was|were|has|have|will|can|must|says?|said|we|you|he|she|they|it|that|this|which|who|not)\b"
)
_SAID: Final = re.compile(r"[»«”“„\"@…]|https?:|(?<=\w\w)\. [A-ZÆØÅ]")
_BIDS: Final = re.compile(
    r"(?:læs|se|find|hent|følg|besøg|klik|kontakt|tilmeld|ring|skriv|read|see|visit|follow|click|contact|subscribe|"
    r"download|join)\b",
    re.IGNORECASE,
)
_ACRONYM: Final = re.compile(r"\([A-ZÆØÅ][\w.&/-]{1,14}\)$|\b[A-ZÆØÅ]{3,}\b")
_CAPITALS: Final = re.compile(
    r"(?!(?:A|An|The|New|En|Et|Den|Det|De|Ny|Nye)\s)[A-ZÆØÅ][\w'’-]*(?:\s[A-ZÆØÅ][\w'’-]*){1,4}"
)
_BREAK: Final = "\\\n"


def is_name_like(text: str) -> bool:
    """Can a short text be the name of an organisation? What says something, asks or greets cannot."""
    bare = text.rstrip(" ,;")
    if not bare or len(bare) > LONGEST_NAME or bare.count(" ") >= _MOST_WORDS:
        return False
    if not (bare[0].isupper() or bare[0].isdigit()) or _SAID.search(bare) or _BIDS.match(bare):
        return False
    ends = bare[-1] in ".!?:" and not _SHORTENED.search(bare)
    return not ends and not _SENTENCE.search(bare[0].lower() + bare[1:])


def listed(blocks: Sequence[Block], heading: str = "", *, spaced: bool = False) -> list[Block]:
    """The blocks with the lines of such lists as items, which are `guessed`.

    `heading` stands above the first block. `spaced` if the numbers of lines tell how many blank ones part two blocks.
    """
    done: list[Block] = []
    above = heading
    at = 0
    while at < len(blocks):
        lines = _lines(blocks[at])
        inside = len(lines) > 1 and _is_list(_wanted(lines[0].text), lines[1:])
        wanted = None if inside else _wanted(above)
        run = _run(blocks, at, wanted, spaced=spaced) if wanted else []
        if inside:
            done += [lines[0], *map(_item, lines[1:])]
        elif run:
            done += [_item(line) for block in run for line in _lines(block)]
        else:
            done.append(blocks[at])
        above = done[-1].text.rsplit("\n", 1)[-1] if done[-1].kind != "item" else ""
        at += max(len(run), 1)
    return done


def _lines(block: Block) -> list[Block]:
    """A paragraph as its lines."""
    texts = block.text.split("\n")
    if block.kind != "paragraph" or len(texts) == 1:
        return [block]
    marked = block.inline.split(_BREAK)
    whole = marked if len(marked) == len(texts) else [escape(one) for one in texts]
    return [replace(block, text=one, markdown=mark) for one, mark in zip(texts, whole, strict=True)]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What makes a list of the lines below one: how many, and must half of them say that they are organisations?"""

    fewest: int
    certain: bool


def _wanted(above: str) -> _Wanted | None:
    """What a list below this line needs; None if it can be no list."""
    opener = ISSUERS.match(above) or MEMBERS.match(above)
    speaks = opener is not None and opener.end() == len(above)
    if speaks and above.endswith(":"):
        return _Wanted(_FEWEST, certain=False)
    if speaks or (above.endswith(":") and len(above) <= _LONGEST_OPENER):
        return _Wanted(_FEWEST_BARE, certain=True)
    return None


def _is_list(wanted: _Wanted | None, lines: Sequence[Block]) -> bool:
    """Are these lines a list below a line that says so?"""
    if wanted is None or len(lines) < wanted.fewest or not all(map(_is_member, lines)):
        return False
    return not wanted.certain or 2 * sum(map(_certain, lines)) >= len(lines)


def _is_member(line: Block) -> bool:
    return is_name_like(line.text) and not opens_part(line.text) and _wanted(line.text) is None


def _run(blocks: Sequence[Block], at: int, wanted: _Wanted, *, spaced: bool) -> list[Block]:
    """The blocks, from the one at `at` on, that are such a list."""
    first = blocks[at]
    run: list[Block] = []
    for one in (blocks[index] for index in range(at, len(blocks))):
        alike = one.kind == "paragraph" and (one.hint, one.strong) == (first.hint, first.strong)
        if not alike or not all(map(_is_member, _lines(one))):
            break
        if spaced and len(run) > 1 and _apart(run[-1], one) > _apart(*run[-2:]) and not _certain(one):
            break
        run.append(one)
    if run and at + len(run) < len(blocks) and _heads(run, blocks[at + len(run)], spaced=spaced):
        run.pop()
    return run if _is_list(wanted, [line for block in run for line in _lines(block)]) else []


def _apart(one: Block, two: Block) -> int:
    return two.place.first - one.place.last if one.place.page == two.place.page else 0


def _certain(block: Block) -> bool:
    """Does a name say that it is one of an organisation?"""
    return bool(ORGANISATION.search(block.text) or _ACRONYM.search(block.text))


def _heads(run: Sequence[Block], following: Block, *, spaced: bool) -> bool:
    """Is the last of the lines rather the heading of the paragraph that follows?"""
    last = run[-1]
    if (
        following.kind != "paragraph"
        or len(following.text) < _LONG
        or _certain(last)
        or _CAPITALS.fullmatch(last.text)
    ):
        return False
    return not (spaced and len(run) > 1 and _apart(last, following) > _apart(run[-2], last))


def _item(line: Block) -> Block:
    return replace(line, kind="item", level=1, guessed=True)
