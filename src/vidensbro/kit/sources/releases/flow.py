"""From lines, as a text file or a page has them, to paragraphs.

Lines that were broken to fit a width belong together, and blank lines may have strayed between them. Which
distance parts paragraphs is found by counting: lines are broken where many go on with a small letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from vidensbro.kit.sources.releases.abbreviations import ends_shortened
from vidensbro.kit.sources.releases.blocks import CONTINUES, Block, carries_on
from vidensbro.kit.sources.releases.contacts import is_name, next_begins
from vidensbro.kit.sources.releases.dates import MONTH
from vidensbro.kit.sources.releases.hyphens import Hyphens
from vidensbro.kit.sources.releases.model import Place
from vidensbro.kit.sources.releases.quotes import is_dashed
from vidensbro.kit.sources.releases.wordings import opens_part

BULLET: Final = re.compile(r"^(?:[•●▪■◦○‣⁃∙·\uf0a7\uf0b7\uf0d8\uf02d➢✓]\s*|[*+–—-]\s+|o\s{2,})(?=\S)")
_NUMBERED: Final = re.compile(rf"^(\d{{1,2}})[.)]\s+(?=\S)(?!(?:{MONTH})\b)", re.IGNORECASE)
_ENDS: Final = re.compile(r"[.!?:;…][)\"”«»’]*$")
_LIKELY_SHARE: Final = 0.25
_FULL: Final = 0.8
_LARGE: Final = 1.15
_LONG_LINES: Final = 160
_WIDEST_GAP: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: `gap` blank lines before it; `size` of its letters in points, 0 if unknown.

    `column` is 0 for text over the whole width: lines in columns are full at another length.
    """

    text: str
    number: int
    gap: int = 0
    page: int = 0
    size: float = 0.0
    strong: bool = False
    column: int = 0


def flowed(lines: Sequence[Line]) -> list[Block]:
    """The paragraphs, items and headings that lines make up."""
    if not lines:
        return []
    widths = {
        column: _width([one for one in lines if one.column == column])
        for column in {one.column for one in lines}
    }
    usual = _usual_size(lines)
    usual_gap = _gap_within(lines, max(widths.values()))
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _continues(groups[-1], line, widths[groups[-1][-1].column], usual_gap):
            groups[-1].append(line)
        else:
            groups.append([line])
    broken = Hyphens([one.text for one in lines])
    return [_block(group, usual, broken) for group in groups]


def _width(lines: Sequence[Line]) -> int:
    """How many characters a full line has."""
    lengths = sorted(len(one.text) for one in lines)
    return lengths[len(lengths) * 9 // 10]


def _usual_size(lines: Sequence[Line]) -> float:
    """The size that most letters have."""
    seen: dict[float, int] = {}
    for one in lines:
        seen[one.size] = seen.get(one.size, 0) + len(one.text)
    return max(seen, key=lambda size: (seen[size], -size))


def _gap_within(lines: Sequence[Line], width: int) -> int:
    """How many blank lines may stand within a paragraph; -1 if every line is a paragraph."""
    if width > _LONG_LINES:
        return -1
    pairs = [(one.text, two.text, two.gap) for one, two in pairwise(lines)]
    for gap in (2, 1, 0):
        at = [(one, two) for one, two, between in pairs if between == gap and not _starts_item(two)]
        going_on = sum(
            len(one) >= CONTINUES and two[:1].islower() and not _ENDS.search(one) for one, two in at
        )
        if going_on >= (1 if gap == 0 else 3) and going_on >= _LIKELY_SHARE * len(at):
            return gap
    return -1


def _starts_item(text: str) -> bool:
    return bool(BULLET.match(text) or _NUMBERED.match(text))


def _continues(group: Sequence[Line], line: Line, width: int, usual_gap: int) -> bool:
    last = group[-1]
    if _starts_item(line.text) or opens_part(last.text) or opens_part(line.text):
        return False
    if next_begins(last.text, line.text):
        return False
    if abs(last.size - line.size) > 0.5 or (last.strong != line.strong and not _runs_on(last, line)):
        return False
    if line.gap <= usual_gap:
        first_word = line.text.split(" ", 1)[0]
        full = len(last.text) + 1 + len(first_word) > _FULL * width
        same_heading = last.size > 0 and last.strong and line.strong
        return full or same_heading or last.text.endswith(",") or _runs_on(last, line)
    if line.gap == 0 and ends_shortened(last.text, line.text):
        return True
    return line.gap <= max(usual_gap, 0) + _WIDEST_GAP and carries_on(last.text, line.text)


def _runs_on(last: Line, line: Line) -> bool:
    """Does a line go on in the next? A name does not: its title stands below it, with a small letter."""
    if ends_shortened(last.text, line.text):
        return True
    return line.text[:1].islower() and not _ENDS.search(last.text) and not is_name(last.text)


def _block(group: Sequence[Line], usual: float, broken: Hyphens) -> Block:
    first = group[0]
    text = first.text
    for line in group[1:]:
        text = broken.joined(text, line.text)
    place = Place(first.number, group[-1].number, first.page)
    if item := as_item(Block("paragraph", text, place)):
        return item
    strong = all(one.strong for one in group)
    if usual and first.size > usual * _LARGE:
        level = 1 if first.size > usual * 1.4 else 2
        return Block("heading", text, place, level=level, strong=strong)
    return spoken(Block("paragraph", text, place, strong=strong))


def as_item(block: Block) -> Block | None:
    """A paragraph that begins with a bullet or a number as an item; a quotation after a dash is none."""
    match = BULLET.match(block.text)
    if match and not (match.group()[0] in "-–—" and is_dashed(block.text)):
        bare = block.with_text(block.text[match.end() :])
        return replace(bare, kind="item", level=1)
    if match := _NUMBERED.match(block.text):
        bare = block.with_text(block.text[match.end() :])
        return replace(bare, kind="item", level=1, number=int(match[1])) if int(match[1]) else None
    return None


def spoken(block: Block) -> Block:
    """A quotation after a hyphen as one after an en dash, which Markdown takes for no bullet."""
    hyphen = "\\-"
    if block.kind != "paragraph" or not block.inline.startswith(f"{hyphen} ") or not is_dashed(block.text):
        return block
    return replace(block, text=f"–{block.text[1:]}", markdown=f"–{block.inline[len(hyphen) :]}")
