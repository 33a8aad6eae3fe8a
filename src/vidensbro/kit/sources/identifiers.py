"""Identifiers checked and brought into one form. Each function gives "" for what is not valid."""

from __future__ import annotations

import re
from typing import Final

_ORCID: Final = re.compile(r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])/?$")
_ROR: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}\d{2})/?$", re.IGNORECASE
)
_DOI: Final = re.compile(
    r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)$", re.IGNORECASE
)
_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_CVR_WEIGHTS: Final = (2, 7, 6, 5, 4, 3, 2, 1)


def orcid(text: str) -> str:
    """An ORCID iD as 0000-0000-0000-000X, its check digit right (ISO/IEC 7064, MOD 11-2)."""
    found = _ORCID.match(text.strip())
    if not found:
        return ""
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "-".join(found.groups()).upper() if digits[-1] == ("X" if check == 10 else str(check)) else ""


def ror(text: str) -> str:
    """A ROR identifier as its nine characters, check digits right (ISO/IEC 7064, MOD 97-10)."""
    found = _ROR.match(text.strip())
    if not found:
        return ""
    value = found.group(1).lower()
    number = 0
    for character in value[:-2]:
        number = number * 32 + _CROCKFORD.index(character)
    return value if 98 - (number * 100) % 97 == int(value[-2:]) else ""


def doi(text: str) -> str:
    """A DOI without its resolver and in lower case (DOIs do not tell cases apart, ISO 26324)."""
    found = _DOI.match(text.strip())
    return found.group(1).lower().rstrip("/.,;") if found else ""


def cvr(text: str) -> str:
    """A Danish company-register number: eight digits whose weighted sum is divisible by eleven."""
    digits = re.sub(r"^(?:dk)?|[\s.-]", "", text.strip(), flags=re.IGNORECASE)
    if not re.fullmatch(r"[1-9]\d{7}", digits, re.ASCII):
        return ""
    total = sum(weight * int(digit) for weight, digit in zip(_CVR_WEIGHTS, digits, strict=True))
    return digits if total % 11 == 0 else ""


def gln(text: str) -> str:
    """A Global Location Number: thirteen digits, the last one the GS1 check digit."""
    digits = re.sub(r"[\s.-]", "", text.strip())
    if not re.fullmatch(r"\d{13}", digits, re.ASCII):
        return ""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:-1]))
    return digits if (10 - total % 10) % 10 == int(digits[-1]) else ""


def openalex(text: str, letter: str) -> str:
    """An OpenAlex key such as W2741809807, of the entity that `letter` stands for."""
    key = text.rsplit("/", 1)[-1].strip().upper()
    return key if key[:1] == letter and key[1:].isdecimal() and key[1:].isascii() else ""
