"""How likely it is that two people at one organisation, whose names may be one, are one.

`benchmarks/identity.py` measures how often that is right, from which number on.
"""

from __future__ import annotations

from typing import Final

THRESHOLD: Final = 0.5
"""From here on a pair is proposed."""

AT_ONE_PLACE: Final = 0.15
PER_COAUTHOR: Final = 0.1
MOST_FOR_COAUTHORS: Final = 0.3
ONLY_TWO: Final = 0.1
SOURCE_TELLS_APART: Final = 0.1


def likelihood(names: float, coauthors: int, *, only_two: bool, told_apart: bool = False) -> float:
    """From 0 to 1: how alike the given names are (`names.likeness`), and what speaks for and against it beside.

    `coauthors` are people whom both have written with, `only_two` that nobody else there has the family name,
    `told_apart` that a source has an identifier for each of them.
    """
    total = names + AT_ONE_PLACE + min(MOST_FOR_COAUTHORS, PER_COAUTHOR * coauthors)
    total += ONLY_TWO if only_two else 0.0
    total -= SOURCE_TELLS_APART if told_apart else 0.0
    return round(min(total, 1.0), 3)
