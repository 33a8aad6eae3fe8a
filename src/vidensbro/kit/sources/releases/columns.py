"""Columns of a printed page: where a white strip parts its text, and in which order the parts are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

STRIP: Final = 6.0
"""How wide, in points, the white strip between two columns is at least."""
FEWEST_LINES: Final = 4
FEWEST_LETTERS: Final = 15
"""So many letters a line of a column has at least, in the middle of all: less is a table, read row by row."""
_EDGE_LINES: Final = 6
_APART: Final = 0.15
_FIRST: Final = 0.2
_INDENT: Final = 0.06
_FEWEST_FLUSH: Final = 2
_SLACK: Final = 2.0
_BAND: Final = 2.5
_MOST_BANDS: Final = 60


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page and its box; lengths in points from the upper left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that is read as a whole; `column` is 0 where the text takes the whole width."""

    x0: float
    x1: float
    top: float
    bottom: float
    column: int = 0


def regions(words: Sequence[Word], width: float, height: float) -> list[Region]:
    """The parts of a page in the order in which they are read; one if it has no columns."""
    edges = _edges(words, width)
    whole = Region(0.0, width, 0.0, height)
    if not edges:
        return [whole]
    found: list[Region] = []
    bands = _bands(words, edges, height)
    if len(bands) > _MOST_BANDS:
        return [whole]
    for top, bottom in bands:
        inside = [one for one in words if top <= (one.top + one.bottom) / 2 < bottom]
        if not inside:
            continue
        sides = [0.0, *(edge - STRIP / 2 for edge in edges), width]
        columns = [
            [one for one in inside if left <= (one.x0 + one.x1) / 2 < right]
            for left, right in pairwise(sides)
        ]
        across = any(_crosses(one, edges) for one in inside)
        if not across and sum(map(_is_column, columns)) >= 2:
            found += [Region(left, right, top, bottom, 1) for left, right in pairwise(sides)]
        else:
            found.append(Region(0.0, width, top, bottom))
    return found if any(one.column for one in found) else [whole]


def _edges(words: Sequence[Word], width: float) -> list[float]:
    """Where the second and further columns may begin: there many lines do, or a little further in, as items do."""
    starts = Counter(round(one.x0) for one in _line_starts(words) if one.x0 > _FIRST * width)
    near = {
        x: sum(count for other, count in starts.items() if -1 <= other - x <= _INDENT * width)
        for x in starts
        if sum(starts[one] for one in (x - 1, x, x + 1)) >= _FEWEST_FLUSH
    }
    edges: list[float] = []
    for x in sorted(near, key=lambda one: (-near[one], one)):
        if near[x] >= _EDGE_LINES and all(abs(x - edge) > _APART * width for edge in edges):
            edges.append(float(x))
    return sorted(edges)


def _line_starts(words: Sequence[Word]) -> Iterator[Word]:
    last: Word | None = None
    for one in sorted(words, key=lambda word: (round(word.bottom), word.x0)):
        same = last is not None and round(last.bottom) == round(one.bottom)
        if last is None or not same or one.x0 - last.x1 >= STRIP:
            yield one
        last = one


def _bands(words: Sequence[Word], edges: Sequence[float], height: float) -> list[tuple[float, float]]:
    """The page from top to bottom, parted where text stands across a strip and where much of it is white."""
    lines: list[tuple[float, float, bool]] = []
    for one in sorted(words, key=lambda word: word.top):
        lines.append((one.top, one.bottom, _crosses(one, edges)))
    usual = median(bottom - top for top, bottom, _ in lines)
    crossed = sorted((top, bottom) for top, bottom, across in lines if across)
    cuts: list[float] = []
    reached = lines[0][1]
    for top, bottom, _ in lines:
        if top - reached > _BAND * usual:
            cuts.append((top + reached) / 2)
        reached = max(reached, bottom)
    for top, bottom in _joined(crossed, usual):
        cuts += [top - 0.01, bottom + 0.01]
    marks = [0.0, *sorted(cuts), height]
    return [(top, bottom) for top, bottom in pairwise(marks) if bottom > top]


def _crosses(word: Word, edges: Sequence[float]) -> bool:
    """Does a word stand across one of the strips?"""
    return any(word.x0 < edge - _SLACK and word.x1 > edge - STRIP + _SLACK for edge in edges)


def _joined(spans: Sequence[tuple[float, float]], usual: float) -> list[tuple[float, float]]:
    """Spans that follow each other line for line as one."""
    done: list[tuple[float, float]] = []
    for top, bottom in spans:
        if done and top - done[-1][1] < usual:
            done[-1] = (done[-1][0], max(done[-1][1], bottom))
        else:
            done.append((top, bottom))
    return done


def _is_column(words: Sequence[Word]) -> bool:
    lines = Counter[int]()
    for one in words:
        lines[round(one.bottom)] += len(one.text)
    return len(lines) >= FEWEST_LINES and median(lines.values()) >= FEWEST_LETTERS
