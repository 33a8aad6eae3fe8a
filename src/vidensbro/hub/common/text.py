"""Comparing names as people do, without case, accents and double spaces; and what a database can hold."""

from __future__ import annotations

import re
import unicodedata

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def name_key(name: str) -> str:
    """A key under which spellings of one name are equal: "Ørsted  A/S" and "ørsted a/s".

    Danish letters stay letters of their own (å is not a); other accents fall away.
    """
    if name.isascii():
        return " ".join(name.casefold().split())
    kept = unicodedata.normalize("NFC", name).casefold()
    plain = "".join(_plain(letter) for letter in kept)
    return " ".join(plain.split())


def storable(text: str) -> str:
    """The text without NUL characters and halves of surrogate pairs, which PostgreSQL and UTF-8 cannot hold."""
    return _UNSTORABLE.sub("", text)


def legal(text: str) -> str:
    """The text without characters that no XML document may hold (XML 1.0, production 2)."""
    return _ILLEGAL.sub("", text)


def _plain(letter: str) -> str:
    if letter in "æøåäö":
        return letter
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
