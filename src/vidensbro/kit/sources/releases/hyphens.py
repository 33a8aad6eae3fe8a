"""Words that were parted at the end of a line: which hyphens are the word's own, and which only parted it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_SET: Final = re.compile("[\u00ad\u2010]\\s*$")
_PARTED: Final = re.compile(r"([^\W\d_]{2,})-$")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BEGIN: Final = re.compile(r"[^\W\d_]+")
_ELIDED: Final = frozenset({"og", "eller", "samt", "and", "or", "men"})
FEWEST: Final = 3
"""So many words parted before a small letter, and the text was hyphenated by a program."""


def with_mark(line: str) -> str:
    """A line whose hyphen at the end was put there by a program (U+00AD, U+2010) with one that is told from others."""
    return _SET.sub("\u2010", line)


class Hyphens:
    """How the lines of one text are joined.

    A hyphen that a program put there goes. One that somebody may have typed stays where the text has the word with it
    elsewhere, and goes where the text has it without, or where many lines end so.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._words = {word for line in lines for word in _WORD.findall(line.casefold())}
        parted = sum(
            bool(_PARTED.search(one)) and two[:1].isalpha() and two.split(" ", 1)[0] not in _ELIDED
            for one, two in pairwise(lines)
            if two[:1].islower()
        )
        self._by_program = parted >= FEWEST

    def joined(self, text: str, line: str) -> str:
        """A text and the line that follows it."""
        if text.endswith("\u2010"):
            return f"{text[:-1]}{line}" if line[:1].islower() else f"{text[:-1]}-{line}"
        if text.endswith(" -") and text[:-2].rsplit(" ", 1)[-1] in _ELIDED and line[:1].isalpha():
            return f"{text}{line}"
        parted = text.endswith("-") and text[-2:-1].isalnum() and line[:1].isalpha()
        if parted and "@" in line.split(" ", 1)[0]:
            return f"{text}{line}"
        if not parted or line.split(" ", 1)[0] in _ELIDED:
            return f"{text} {line}"
        return f"{text[:-1]}{line}" if self._only_parted(text, line) else f"{text}{line}"

    def _only_parted(self, text: str, line: str) -> bool:
        before, after = _PARTED.search(text), _BEGIN.match(line)
        if before is None or after is None or not (line[:1].islower() and before[1][-1].islower()):
            return False
        start, end = before[1].casefold(), after.group().casefold()
        if f"{start}-{end}" in self._words:
            return False
        return start + end in self._words or (self._by_program and before[1].islower())
