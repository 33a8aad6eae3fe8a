"""What two wordings of a version have in common and what they have not, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Literal

from vidensbro.hub.newsroom.services.wording import Wording

Kind = Literal["same", "out", "in"]
MOST_COMPARED: Final = 1_000_000
"""Pairs of words of a text that are held against each other at most; stretches beyond that are told as replaced."""
_WORD: Final = re.compile(r"(?:\w+|[^\s\w])\s*|\s+")
"""Words and marks with the blank after them: blanks by themselves would fit each other everywhere."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is in both ("same"), in the first only ("out") or in the second only ("in")."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How one part of a wording was changed. `part` is headline, lead, body, fact_boxes or quotes."""

    part: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Was it at all?"""
        return any(one.kind != "same" for one in self.pieces)


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as pieces: those that are "same" or "out" make up the first, "same" or "in" the second.

    Lines are held against each other first, then the words of those that differ (`difflib`, Ratcliff and Obershelp).
    In long texts what stands everywhere begins no stretch in common (`autojunk`): without that the time would grow with
    the third power of the length.

    >>> [(one.kind, one.text) for one in differences("to plejehjem", "tre plejehjem")]
    [('out', 'to '), ('in', 'tre '), ('same', 'plejehjem')]
    """
    first, second = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(first) * len(second) > MOST_COMPARED:
        return tuple(_joined(_words(before, after, MOST_COMPARED)[0]))
    found: list[Piece] = []
    left = MOST_COMPARED
    for tag, a, b, c, d in SequenceMatcher(None, first, second).get_opcodes():
        old, new = "".join(first[a:b]), "".join(second[c:d])
        if tag == "equal":
            found.append(Piece("same", old))
        else:
            pieces, cost = _words(old, new, left)
            found += pieces
            left -= cost
    return tuple(_joined(found))


def compared(before: Wording, after: Wording) -> list[Difference]:
    """How each part of a wording was changed, the unchanged ones too, as one text each."""
    one, other = _parts(before), _parts(after)
    return [Difference(part, differences(one[part], other[part])) for part in one]


def changed_parts(before: Wording, after: Wording) -> list[Difference]:
    """Only the parts that differ."""
    return [one for one in compared(before, after) if one.changed]


def _parts(words: Wording) -> dict[str, str]:
    return {
        "headline": words.headline,
        "lead": words.lead,
        "body": words.body,
        "fact_boxes": "\n\n".join(f"{one.heading}\n{one.body}" for one in words.fact_boxes),
        "quotes": "\n\n".join(
            f"{one.text}\n{', '.join(part for part in (one.speaker, one.title) if part)}"
            for one in words.quotes
        ),
    }


def _words(old: str, new: str, most: int) -> tuple[list[Piece], int]:
    """Two texts word by word, and how many pairs of words that took; as replaced where it would take too many."""
    first, second = _WORD.findall(old), _WORD.findall(new)
    begin = _in_common(first, second)
    end = _in_common(first[begin:][::-1], second[begin:][::-1])
    same = [Piece("same", "".join(first[:begin])), Piece("same", "".join(first[len(first) - end :]))]
    first, second = first[begin : len(first) - end], second[begin : len(second) - end]
    cost = len(first) * len(second)
    if cost > most:
        return [same[0], Piece("out", "".join(first)), Piece("in", "".join(second)), same[1]], 0
    found = same[:1]
    for tag, a, b, c, d in SequenceMatcher(None, first, second).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(first[a:b])))
        else:
            found += [Piece("out", "".join(first[a:b])), Piece("in", "".join(second[c:d]))]
    return [*found, same[1]], cost


def _in_common(first: Sequence[str], second: Sequence[str]) -> int:
    """So many words at the beginning are the same."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(first), len(second)))


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Without empty pieces; what was taken out stands before what came in its place, also across blanks."""
    for same, group in groupby((one for one in pieces if one.text), lambda one: one.kind == "same"):
        run = list(group)
        kinds: tuple[Kind, ...] = ("same",) if same else ("out", "in")
        for kind in kinds:
            text = "".join(one.text for one in run if one.kind == kind)
            if text:
                yield Piece(kind, text)
