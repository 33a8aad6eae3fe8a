"""Identifiers of organisations and people, checked and in one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.directory.models import Identifier
from vidensbro.kit.sources import identifiers as checks

_GRID = re.compile(r"grid\.\d{4,6}\.[0-9a-f]{1,2}\Z")
_ISNI = re.compile(r"\d{15}[\dX]\Z")
_FUNDREF = re.compile(r"(?:10\.13039/)?(\d{9,12})\Z")
_WIKIDATA = re.compile(r"Q[1-9]\d*\Z")


def normal(scheme: str, value: str) -> str:
    """An identifier in its normal form.

    Raises:
        Invalid: the scheme is unknown or the value is none of it (its check digit is wrong, for one).
    """
    check = _CHECKS.get(scheme)
    if check is None:
        raise Invalid({"scheme": ("invalid_choice",)})
    found = check(value)
    if not found:
        raise Invalid({scheme: (f"{scheme}_invalid",)})
    return found


def normal_orcid(value: str) -> str:
    """An ORCID iD in groups of four (ISO/IEC 7064, MOD 11-2), or "" for "".

    Raises:
        Invalid: it is none.
    """
    if not value.strip():
        return ""
    found = checks.orcid(value)
    if not found:
        raise Invalid({"orcid": ("orcid_invalid",)})
    return found


def _last_part(value: str) -> str:
    return value.strip().rstrip("/").rsplit("/", 1)[-1]


def _grid(value: str) -> str:
    name = _last_part(value).lower()
    return name if _GRID.match(name) else ""


def _wikidata(value: str) -> str:
    name = _last_part(value).upper()
    return name if _WIKIDATA.match(name) else ""


def _fundref(value: str) -> str:
    found = _FUNDREF.match(_last_part(value))
    return found.group(1) if found else ""


def _isni(value: str) -> str:
    """ISO 27729: sixteen characters, the last one checked as in ORCID."""
    digits = re.sub(r"[\s-]", "", _last_part(value)).upper()
    if not _ISNI.match(digits):
        return ""
    grouped = "-".join(digits[start : start + 4] for start in range(0, 16, 4))
    return digits if checks.orcid(grouped) else ""


_CHECKS: Mapping[str, Callable[[str], str]] = {
    Identifier.Scheme.ROR: checks.ror,
    Identifier.Scheme.CVR: checks.cvr,
    Identifier.Scheme.GLN: checks.gln,
    Identifier.Scheme.GRID: _grid,
    Identifier.Scheme.ISNI: _isni,
    Identifier.Scheme.WIKIDATA: _wikidata,
    Identifier.Scheme.FUNDREF: _fundref,
    Identifier.Scheme.OPENALEX: lambda value: checks.openalex(value, "I"),
}
