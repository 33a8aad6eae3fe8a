"""Addresses of versions, from their headlines."""

from __future__ import annotations

from django.utils.text import slugify

from vidensbro.hub.newsroom.models import Version

_LETTERS = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "ae", "Ø": "oe", "Å": "aa", "ß": "ss", "ð": "d", "þ": "th"}
)
_LONGEST = 100


def free_slug(headline: str, language: str, besides: Version | None = None) -> str:
    """An address that no other version of this language has, in ASCII, at most 120 characters.

    Danish letters are spelt out as in addresses and passports (æ: ae, ø: oe, å: aa).
    """
    wanted = slugify(headline.translate(_LETTERS))[:_LONGEST].rstrip("-") or "release"
    others = Version.objects.filter(language=language, slug__startswith=wanted)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    taken = set(others.values_list("slug", flat=True))
    if wanted not in taken:
        return wanted
    return next(name for number in range(2, len(taken) + 3) if (name := f"{wanted}-{number}") not in taken)
