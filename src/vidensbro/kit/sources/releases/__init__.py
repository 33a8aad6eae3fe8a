"""Press releases out of HTML, Word, PDF and text files, taken apart for a person to confirm."""

from vidensbro.kit.sources.releases.contacts import ways_in
from vidensbro.kit.sources.releases.model import (
    REASONS,
    Contact,
    Cut,
    DateLine,
    Embargo,
    Evidence,
    FactBox,
    MemberList,
    Piece,
    Place,
    Quote,
    ReleaseDraft,
)
from vidensbro.kit.sources.releases.opening import MOST_BYTES, ReadRelease, read_release, read_release_file
from vidensbro.kit.sources.releases.problems import DESCRIPTIONS, ReleaseProblem

__all__ = [
    "DESCRIPTIONS",
    "MOST_BYTES",
    "REASONS",
    "Contact",
    "Cut",
    "DateLine",
    "Embargo",
    "Evidence",
    "FactBox",
    "MemberList",
    "Piece",
    "Place",
    "Quote",
    "ReadRelease",
    "ReleaseDraft",
    "ReleaseProblem",
    "read_release",
    "read_release_file",
    "ways_in",
]
