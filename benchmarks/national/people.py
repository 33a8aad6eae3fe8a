"""People and places of the made-up country, each worked out from its number alone: nothing is kept in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import floor

PLACES = 4_000
OFFSET = 8.0
"""Zipf's law for the sizes of organisations, with an offset: the largest has some hundredths of all people."""

SECOND_PLACE, WITH_ORCID, WITH_ROR = 0.15, 0.45, 0.7

_GIVEN = "Ama Bol Cil Dre Elo Fin Gry Hul Ina Jor Kam Liv Mor Nil Ola Pil Rut Sif Tor Una Vig Yrs".split()
_GIVEN_ENDS = "ne da ra lo ge th ke sse ma v".split()
_FAMILY = "bakke dal elm fjel gran hede kild lund mose nør ravn skov stub torp vang ø".split()
_FAMILY_ENDS = "gaard sen borg holm bæk lev inge strup ner rup".split()
_KINDS = ("education", "education", "healthcare", "company", "company", "government", "nonprofit", "facility")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who writes, and where: numbers of places."""

    number: int
    name: str
    orcid: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation."""

    number: int
    name: str
    ror: str
    country: str
    kind: str


@lru_cache(maxsize=100_000)
def author_of(number: int) -> Author:
    """The author with this number, from 1."""
    given = _pick(_GIVEN, number, 1) + _pick(_GIVEN_ENDS, number, 2)
    middle = f" {_pick(_GIVEN, number, 3)[0]}." if _chance(number, 4) < 0.4 else ""
    family = _pick(_FAMILY, number, 5).capitalize() + _pick(_FAMILY_ENDS, number, 6)
    second = f"-{_pick(_FAMILY, number, 7).capitalize()}" if _chance(number, 8) < 0.2 else ""
    homes = dict.fromkeys(
        [_home(number, 9), *([_home(number, 10)] if _chance(number, 11) < SECOND_PLACE else [])]
    )
    orcid = _orcid(number) if _chance(number, 12) < WITH_ORCID else ""
    return Author(number, f"{given}{middle} {family}{second}", orcid, tuple(homes))


@lru_cache(maxsize=PLACES)
def place_of(number: int) -> Place:
    """The organisation with this number, from 1."""
    kind = _pick(_KINDS, number, 20)
    name = f"{_pick(_FAMILY, number, 21).capitalize()}{_pick(_FAMILY_ENDS, number, 22)} {kind} {number}"
    ror = _ror(number) if _chance(number, 23) < WITH_ROR else ""
    return Place(number, name, ror, "DK" if _chance(number, 24) < 0.6 else "SE", kind)


def _home(number: int, salt: int) -> int:
    """Places by Zipf's law: the inverse of the logarithm that sums up 1 / (rank + offset)."""
    reach = (PLACES + OFFSET) / OFFSET
    return min(PLACES, 1 + floor(OFFSET * (float(reach ** _chance(number, salt)) - 1)))


def _orcid(number: int) -> str:
    """An iD with the right check digit (ISO/IEC 7064, MOD 11-2), far outside those that are given out."""
    digits = f"{900_000_000_000_000 + number:015d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(whole[start : start + 4] for start in range(0, 16, 4))


def _ror(number: int) -> str:
    """An identifier with the right check digits (ISO/IEC 7064, MOD 97-10)."""
    value, left = "", 900_000_000 + number
    for _ in range(6):
        value, left = _CROCKFORD[left % 32] + value, left // 32
    total = 0
    for character in "0" + value:
        total = total * 32 + _CROCKFORD.index(character)
    return f"0{value}{98 - (total * 100) % 97:02d}"


def _pick(values: list[str] | tuple[str, ...], number: int, salt: int) -> str:
    return values[_mixed(number, salt) % len(values)]


def _chance(number: int, salt: int) -> float:
    return _mixed(number, salt) / 2**64


def _mixed(number: int, salt: int) -> int:
    """Sixty-four bits that look random: the finaliser of SplitMix64 (Steele, Lea & Flood 2014)."""
    x = (number * 0x9E3779B97F4A7C15 + salt * 0xBF58476D1CE4E5B9) % 2**64
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    x = (x ^ x >> 27) * 0x94D049BB133111EB % 2**64
    return x ^ x >> 31
