"""What all kinds of record of OpenAlex have in common."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.cleaning import clean
from vidensbro.kit.sources.jsonrows import Data
from vidensbro.kit.sources.model import InstitutionMention, Provenance
from vidensbro.kit.sources.ror import KINDS_OF_TYPES
from vidensbro.kit.sources.shapes import country

SOURCE: Final = "openalex"
LICENCE: Final = "CC0-1.0"

NOBODY: Final = frozenset({"A9999999999", "A5317838346"})
"""Identifiers of authors that stand for nobody: those without one, and who was deleted."""
NOTHING: Final = frozenset({"W4285719527"})
"""Identifiers of works that stand for nothing: what was deleted."""


def provenance(key: str, file: str, line: int, retrieved: date | None) -> Provenance:
    """Where the record of a key was read from."""
    return Provenance(SOURCE, key, LICENCE, retrieved, f"https://openalex.org/{key}", file, line)


def string(value: Any) -> str:
    """A text as it is, "" for anything else."""
    return value if isinstance(value, str) else ""


def mention(entry: Data) -> InstitutionMention:
    """An institution as other records name it."""
    return InstitutionMention(
        id=identifiers.openalex(string(entry.get("id")), "I"),
        name=clean(string(entry.get("display_name"))),
        ror=identifiers.ror(string(entry.get("ror"))),
        country=country(string(entry.get("country_code"))),
        kind=KINDS_OF_TYPES.get(string(entry.get("type")).lower(), "other"),
    )


def score(value: Any) -> float:
    """A score of 0..1, 1 where there is none; the schema of 2023 writes them as text."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 1.0
    return min(1.0, max(0.0, number)) if number == number else 0.0
