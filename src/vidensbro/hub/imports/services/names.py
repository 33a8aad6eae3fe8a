"""Comparing the names of people as they are printed."""

from __future__ import annotations

import re
from typing import Final

from vidensbro.hub.common.text import name_key

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ö": "o", "å": "a", "ä": "ae", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l"}
)
_PARTS: Final = re.compile(r"[\s.\-]+")

EQUAL: Final = 0.5
FIRST_EQUAL: Final = 0.4
INITIALS: Final = 0.25


def fold(name: str) -> str:
    """A name as it looks where Danish letters are not to be had: Sørensen, Soerensen and Sorensen are one."""
    plain = name_key(name).translate(_LETTERS).replace("aa", "a").replace("oe", "o")
    return " ".join(part for part in _PARTS.split(plain) if part)


def likeness(one: str, other: str) -> tuple[float, str]:
    """How far two folded given names may be one person's, and by what: (0, "") when they may not.

    An initial stands for every name that begins with it; names that are left out in one of them do not count
    against it. "same_name" is all equal, "same_first_name" the first written out in both, "initials" otherwise.
    """
    left, right = one.split(), other.split()
    if not left or not right:
        return 0.0, ""
    if left == right:
        return (EQUAL, "same_name") if len(left[0]) > 1 else (INITIALS, "initials")
    for a, b in zip(left, right, strict=False):
        if a != b and not (a.startswith(b) and len(b) == 1) and not (b.startswith(a) and len(a) == 1):
            return 0.0, ""
    written_out = left[0] == right[0] and len(left[0]) > 1
    return (FIRST_EQUAL, "same_first_name") if written_out else (INITIALS, "initials")
