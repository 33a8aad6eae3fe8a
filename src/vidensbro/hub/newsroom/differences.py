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
MOST_COMPARED: Final = 4_000_000
"""Pairs of words that are held against each other at most; longer stretches are told as replaced as a whole."""
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

    >>> [(one.kind, one.text) for one in differences("to plejehjem", "tre plejehjem")]
    [('out', 'to '), ('in', 'tre '), ('same', 'plejehjem')]
    """
    first, second = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(first) * len(second) > MOST_COMPARED:
        return tuple(_joined([*_words(before, after)]))
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        old, new = "".join(first[a:b]), "".join(second[c:d])
        found.extend([Piece("same", old)] if tag == "equal" else _words(old, new))
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


def _words(old: str, new: str) -> Iterator[Piece]:
    first, second = _WORD.findall(old), _WORD.findall(new)
    if len(first) * len(second) > MOST_COMPARED:
        yield from (Piece("out", old), Piece("in", new))
        return
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(first[a:b]))
        else:
            yield from (Piece("out", "".join(first[a:b])), Piece("in", "".join(second[c:d])))


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Without empty pieces; what was taken out stands before what came in its place, also across blanks."""
    for same, group in groupby((one for one in pieces if one.text), lambda one: one.kind == "same"):
        run = list(group)
        kinds: tuple[Kind, ...] = ("same",) if same else ("out", "in")
        for kind in kinds:
            text = "".join(one.text for one in run if one.kind == kind)
            if text:
                yield Piece(kind, text)
