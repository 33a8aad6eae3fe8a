"""From what a provider tells to what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hub.federation.test_providers_file import OIDC, SAML, SECRETS
from vidensbro.hub.accounts.federation.claims import Claims, raw_values, read, trusts_address
from vidensbro.hub.accounts.federation.configuration import Assurance, Provider
from vidensbro.hub.accounts.federation.refusals import Refused

NSIS = "https://data.gov.dk/concept/core/nsis/"
RESEARCHER = {
    "eduPersonPrincipalName": ["Ida@AU.dk"],
    "mail": ["Ida@cs.AU.dk"],
    "gn": ["Ida"],
    "sn": ["Forsker"],
    "schacHomeOrganization": ["AU.dk"],
    "eduPersonScopedAffiliation": ["Faculty@au.dk"],
}


def wayf(more: str = "") -> Provider:
    return parse_one(SAML + more)


def broker(more: str = "") -> Provider:
    return parse_one(OIDC + more)


def parse_one(text: str) -> Provider:
    from vidensbro.hub.accounts.federation.reading import parse

    return parse(text, Path("x"), SECRETS)[0]


def test_a_researcher() -> None:
    assert read(wayf(), RESEARCHER) == Claims(
        id="ida@au.dk",
        email="ida@cs.au.dk",
        name="Ida Forsker",
        domain="au.dk",
        affiliations=("faculty",),
    )


def test_object_identifiers_say_the_same() -> None:
    told = {
        "urn:oid:1.3.6.1.4.1.5923.1.1.1.6": ["ida@au.dk"],
        "urn:oid:0.9.2342.19200300.100.1.3": ["ida@au.dk"],
        "urn:oid:2.16.840.1.113730.3.1.241": ["Ida F."],
        "urn:oid:1.3.6.1.4.1.25178.1.2.9": ["au.dk"],
    }
    found = read(wayf(), told)
    assert (found.id, found.email, found.name, found.domain) == ("ida@au.dk", "ida@au.dk", "Ida F.", "au.dk")


def test_identifiers_other_than_principal_names_keep_their_case() -> None:
    told = {**RESEARCHER, "NameID": ["AbC"]}
    del told["eduPersonPrincipalName"]
    assert read(wayf(), told).id == "AbC"


def test_a_long_identifier_is_told_by_its_digest() -> None:
    first = read(wayf(), {**RESEARCHER, "eduPersonPrincipalName": ["a" * 250 + "@au.dk"]}).id
    other = read(wayf(), {**RESEARCHER, "eduPersonPrincipalName": ["b" + "a" * 249 + "@au.dk"]}).id
    assert first != other
    assert len(first) <= 191


@pytest.mark.parametrize(
    ("told", "allowed"),
    [
        ({}, True),
        ({"schacHomeOrganization": ["cs.au.dk"]}, True),
        ({"schacHomeOrganization": ["ku.dk"]}, False),
        ({"schacHomeOrganization": ["evilau.dk"]}, False),
        ({"eduPersonPrincipalName": ["rektor@ku.dk"]}, False),
        ({"eduPersonScopedAffiliation": ["faculty@ku.dk"]}, False),
    ],
)
def test_a_provider_speaks_for_its_own_domains(told: dict, allowed: bool) -> None:
    provider = wayf("    domains: [au.dk]\n")
    if allowed:
        read(provider, {**RESEARCHER, **told})
        return
    with pytest.raises(Refused, match="elsewhere"):
        read(provider, {**RESEARCHER, **told})


@pytest.mark.parametrize(
    ("email", "confirmed", "trusted"),
    [
        ("ida@au.dk", True, True),
        ("ida@au.dk", False, False),
        ("ida@sub.au.dk", True, False),
        ("ida@evilau.dk", True, False),
        ("ida@evil.example@au.dk", True, True),
        ("au.dk", True, False),
        ("", True, False),
    ],
)
def test_whose_addresses_are_taken_on_trust(email: str, confirmed: bool, trusted: bool) -> None:
    claims = Claims(id="x", email=email, email_confirmed=confirmed)
    assert trusts_address(wayf("    trusted_email_domains: [au.dk]\n"), claims) is trusted
    assert not trusts_address(wayf(), claims)


def test_levels_of_assurance() -> None:
    needed = Assurance(levels=("low", "substantial", "high"), least="substantial")
    told = {(): False, ("low",): False, ("HIGH",): False, ("x", "high"): True, ("substantial",): True}
    assert {one: needed.suffices(one) for one in told} == told


def test_a_broker_says_what_is_needed() -> None:
    told = {
        "nemlogin.persistent_professional_id": ["p"],
        "nemlogin.cvr": ["10150817"],
        "loa": [f"{NSIS}High"],
        "email": ["a@b.dk"],
        "email_verified": ["false"],
    }
    found = read(broker(), told)
    assert (found.id, found.cvr, found.email_confirmed) == ("p", "10150817", False)
    with pytest.raises(Refused, match="assurance"):
        read(broker(), {**told, "loa": [f"{NSIS}Low"]})
    with pytest.raises(Refused, match=r"missing: nemlogin\.cvr"):
        read(broker(), {name: values for name, values in told.items() if name != "nemlogin.cvr"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["sub", "email", "nemlogin.cvr", "loa", "name", "uuid"]), JSON, max_size=6
    )
)
def test_whatever_is_told_is_taken_or_refused(told: dict) -> None:
    raw = raw_values(told)
    assert all(isinstance(text, str) and "\x00" not in text for texts in raw.values() for text in texts)
    try:
        found = read(broker(), raw)
    except Refused:
        return
    assert found.id
    assert found.assurance
