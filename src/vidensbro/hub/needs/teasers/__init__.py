"""What a teaser gives away: words that name somebody, and for how many organisations it could be.

A teaser is safe when it names nobody and many could have written it. The second is k-anonymity (P. Samarati and
L. Sweeney, Protecting Privacy when Disclosing Information, SRI-CSL-98-04, 1998): what the text reveals about its
owner must fit at least k organisations. Nothing here decides; the owner is shown what was found, and decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.teasers.crowd import FEWEST, Crowd, crowd
from vidensbro.hub.needs.teasers.frequency import Frequencies
from vidensbro.hub.needs.teasers.identifying import Finding, identifying
from vidensbro.hub.needs.teasers.proposal import propose

__all__ = ["FEWEST", "Checked", "Crowd", "Finding", "check", "propose"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A teaser's text with what was found in it.

    `findings` stand in the order of the text and do not overlap. `looked_up`: rare words could be looked for, because
    there is an index and enough in it.
    """

    text: str
    findings: tuple[Finding, ...]
    crowd: Crowd
    looked_up: bool

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """Where the findings are, as (start, end) offsets in characters."""
        return tuple((one.start, one.end) for one in self.findings)

    @property
    def warns(self) -> bool:
        """Is there anything to look at before the text is shown?"""
        return bool(self.findings) or self.crowd.few


def check(need: Need, text: str, language: str = "") -> Checked:
    """What the text, shown to others as a teaser of the need, gives away about the need's owner."""
    frequencies = Frequencies()
    findings = identifying(need, text, frequencies)
    return Checked(text, findings, crowd(text, language or need.language), frequencies.usable)
