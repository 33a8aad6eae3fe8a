"""Addresses of versions, from their headlines."""

from __future__ import annotations

from django.utils.text import slugify

from vidensbro.hub.newsroom.models import Version

_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "ae", "Ø": "oe", "Å": "aa", "ß": "ss", "ð": "d", "þ": "th"}
)
_LONGEST = 100
_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Letters and digits that are not taken for one another."""
_OWN = 5


def slug_of(row: Version) -> str:
    """The address of a version by its headline and by what it is called itself, in ASCII, at most 120 characters.

    Danish letters are spelt out as in addresses and passports (æ: ae, ø: oe, å: aa). The last five signs are the
    version's own, of the random bits of its key. A number where another version has the same headline would tell
    whoever tries a headline that there is one of which nobody may know yet.
    """
    wanted = slugify(row.headline.translate(_LETTERS))[:_LONGEST].rstrip("-") or "release"
    own = "".join(_SIGNS[row.pk.int >> 5 * place & 31] for place in range(_OWN))
    return f"{wanted}-{own}"
