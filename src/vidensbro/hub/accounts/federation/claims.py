"""From what a provider tells about somebody to what is made of it here: pure, the same for both protocols."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vidensbro.hub.accounts.federation.configuration import ClaimName, Provider
from vidensbro.hub.accounts.federation.refusals import Refused
from vidensbro.hub.common.text import storable

LONGEST = 300
LONGEST_ID = 191
MOST_VALUES = 50

Raw = Mapping[str, Sequence[str]]
"""What was told: lists of values by the provider's own names."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says, under our names. Empty where it says nothing.

    `id` names the person at this provider for good; `domain` and `cvr` name the organisation; `affiliations` are
    like "employee" (a scope after "@" is cut off); `assurance` holds everything told about how sure the provider is.
    """

    id: str
    email: str = ""
    email_confirmed: bool = True
    name: str = ""
    domain: str = ""
    cvr: str = ""
    organisation: str = ""
    affiliations: tuple[str, ...] = ()
    assurance: tuple[str, ...] = ()
    language: str = ""

    def kept(self) -> dict[str, Any]:
        """What is stored beside the link to the account: no more than is used or shown."""
        found: dict[str, Any] = {
            "email": self.email,
            "name": self.name,
            "domain": self.domain,
            "cvr": self.cvr,
            "organisation": self.organisation,
            "affiliations": list(self.affiliations),
            "assurance": list(self.assurance),
        }
        return {name: value for name, value in found.items() if value}


def raw_values(told: Mapping[str, Any]) -> dict[str, list[str]]:
    """Any mapping of claims as lists of texts; what is neither text, number nor truth value is left out."""
    found: dict[str, list[str]] = {}
    for name, value in told.items():
        several = value if isinstance(value, (list, tuple)) else [value]
        texts = [_text(one) for one in several[:MOST_VALUES]]
        found[str(name)] = [text for text in texts if text]
    return found


def read(provider: Provider, raw: Raw) -> Claims:
    """What is made of a provider's answer.

    Raises:
        Refused: "missing" (required values are not there), "elsewhere" (another domain than the provider speaks
            for), "assurance" (not sure enough).
    """
    _require(provider, raw)
    found = Claims(
        id=_id(provider, raw),
        email=_one(provider, raw, "email").lower(),
        email_confirmed=_one(provider, raw, "email_verified").lower() not in {"false", "0", "no"},
        name=_name(provider, raw),
        domain=_one(provider, raw, "domain").lower(),
        cvr=_one(provider, raw, "cvr"),
        organisation=_one(provider, raw, "organisation"),
        affiliations=tuple(one.partition("@")[0].lower() for one in _all(provider, raw, "affiliation")),
        assurance=tuple(_all(provider, raw, "assurance")),
        language=_one(provider, raw, "language").lower()[:2],
    )
    _check_domains(provider, found, _all(provider, raw, "affiliation"))
    if provider.assurance and not provider.assurance.suffices(found.assurance):
        raise Refused("assurance", ", ".join(found.assurance) or "-")
    return found


def trusts_address(provider: Provider, claims: Claims) -> bool:
    """May the provider's word for this address be taken?"""
    _, at, domain = claims.email.rpartition("@")
    return bool(at) and claims.email_confirmed and domain in provider.trusted_email_domains


def _require(provider: Provider, raw: Raw) -> None:
    needed: dict[ClaimName, None] = dict.fromkeys(("id", *provider.require))
    missing = [name for name in needed if not _one(provider, raw, name)]
    if missing:
        raise Refused("missing", ", ".join(_asked_for(provider, name) for name in missing))


def _asked_for(provider: Provider, name: ClaimName) -> str:
    return next(iter(provider.claims.get(name, ())), name)


def _all(provider: Provider, raw: Raw, name: ClaimName) -> list[str]:
    for asked in provider.claims.get(name, ()):
        if values := [one for one in raw.get(asked, ()) if one]:
            return values
    return []


def _one(provider: Provider, raw: Raw, name: ClaimName) -> str:
    return next(iter(_all(provider, raw, name)), "")


def _id(provider: Provider, raw: Raw) -> str:
    """Principal names are the same whatever their case (eduPerson: caseIgnoreMatch); other identifiers are not."""
    for asked in provider.claims["id"]:
        for value in raw.get(asked, ()):
            name = value.lower() if asked in _PRINCIPAL_NAMES else value
            return name if len(name) <= LONGEST_ID else "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    return ""


def _name(provider: Provider, raw: Raw) -> str:
    whole = _one(provider, raw, "name")
    parts = (_one(provider, raw, "given_name"), _one(provider, raw, "family_name"))
    return (whole or " ".join(part for part in parts if part))[:200]


def _check_domains(provider: Provider, claims: Claims, affiliations: Sequence[str]) -> None:
    """A provider that speaks for certain domains cannot name people and organisations of others."""
    if not provider.domains:
        return
    scopes = {one.rpartition("@")[2].lower() for one in affiliations if "@" in one}
    told = {claims.domain, *scopes}
    if "@" in claims.id:
        told.add(claims.id.rpartition("@")[2].lower())
    if foreign := sorted(one for one in told - {""} if not _within(one, provider.domains)):
        raise Refused("elsewhere", ", ".join(foreign))


def _within(name: str, domains: Sequence[str]) -> bool:
    return any(name == one or name.endswith(f".{one}") for one in domains)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return storable(str(value)).strip()[:LONGEST]
    return ""


_PRINCIPAL_NAMES = {"eduPersonPrincipalName", "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"}
