"""Comparing names as people do: without case, accents and double spaces."""

from __future__ import annotations

import unicodedata


def name_key(name: str) -> str:
    """A key under which spellings of one name are equal: "Ørsted  A/S" and "ørsted a/s".

    Danish letters stay letters of their own (å is not a); other accents fall away.
    """
    if name.isascii():
        return " ".join(name.casefold().split())
    kept = unicodedata.normalize("NFC", name).casefold()
    plain = "".join(_plain(letter) for letter in kept)
    return " ".join(plain.split())


def _plain(letter: str) -> str:
    if letter in "æøåäö":
        return letter
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
