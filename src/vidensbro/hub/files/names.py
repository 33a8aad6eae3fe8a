"""Names of uploaded files: kept for showing, never used as a place on disk."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 150
_SEPARATORS = re.compile(r"[/\\]")
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)


def shown_name(given: str) -> str:
    """A name that is safe to show and to save under: no folders, control or direction characters; "" if none is left.

    >>> shown_name("..\\\\..\\\\etc/passwd.txt")
    'passwd.txt'
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", given))[-1]
    kept = "".join(
        letter for letter in last if unicodedata.category(letter) not in {"Cf", "Cc", "Cs", "Co", "Cn"}
    )
    name = " ".join(_UNSAFE.sub("_", kept).split()).strip(". ")
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name)


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:LONGEST]
    return stem[: LONGEST - len(extension) - 1] + dot + extension
