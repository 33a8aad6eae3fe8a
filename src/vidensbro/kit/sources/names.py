"""Names of people as they are printed, taken apart."""

from __future__ import annotations

from typing import Final

_PARTICLES: Final = frozenset(
    [
        *("af", "al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du"),
        *("el", "la", "le", "ten", "ter", "van", "von", "zu"),
    ]
)


def split_name(name: str) -> tuple[str, str]:
    """A name as printed into given names and family name: "Asta van der Berg" -> ("Asta", "van der Berg").

    "Berg, Asta" is understood. The last word and the particles before it are the family name; names that are
    ordered otherwise come out wrong, so the whole name is what should be shown.
    """
    if "," in name:
        family, _, given = name.partition(",")
        return given.strip(), family.strip()
    words = name.split()
    cut_at = len(words) - 1
    while cut_at > 1 and words[cut_at - 1].lower() in _PARTICLES:
        cut_at -= 1
    return " ".join(words[:cut_at]), " ".join(words[cut_at:])
