"""What two kinds of provider call things, so that a configuration need not say it.

`wayf`: the attributes of a research and education federation, by their names and their object identifiers (eduPerson
202208, SCHAC 1.6, inetOrgPerson RFC 2798). `mitid-erhverv`: the claims by which Danish brokers pass on a professional
identity from MitID Erhverv, with the levels of the National Standard for Identity Assurance (NSIS 2.0.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAME_ID = "NameID"
"""What a persistent SAML NameID is called among the attributes. Transient ones are not passed on."""

_NSIS = "https://data.gov.dk/concept/core/nsis/"

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "wayf": {
        "claims": {
            "id": ["eduPersonPrincipalName", "urn:oid:1.3.6.1.4.1.5923.1.1.1.6", NAME_ID],
            "email": ["mail", "urn:oid:0.9.2342.19200300.100.1.3"],
            "name": ["displayName", "urn:oid:2.16.840.1.113730.3.1.241", "cn", "urn:oid:2.5.4.3"],
            "given_name": ["gn", "givenName", "urn:oid:2.5.4.42"],
            "family_name": ["sn", "urn:oid:2.5.4.4"],
            "domain": ["schacHomeOrganization", "urn:oid:1.3.6.1.4.1.25178.1.2.9"],
            "organisation": ["organizationName", "urn:oid:2.5.4.10"],
            "affiliation": ["eduPersonScopedAffiliation", "urn:oid:1.3.6.1.4.1.5923.1.1.1.9"],
            "assurance": ["eduPersonAssurance", "urn:oid:1.3.6.1.4.1.5923.1.1.1.11"],
            "language": ["preferredLanguage", "urn:oid:2.16.840.1.113730.3.1.39"],
        },
        "require": ["email", "domain"],
    },
    "mitid-erhverv": {
        "claims": {
            "id": ["nemlogin.persistent_professional_id", "uuid", "sub"],
            "email": ["nemlogin.email", "email"],
            "email_verified": ["email_verified"],
            "name": ["nemlogin.name", "name"],
            "given_name": ["nemlogin.given_name", "given_name"],
            "family_name": ["nemlogin.family_name", "family_name"],
            "cvr": ["nemlogin.cvr", "cvrNumberIdentifier", "cvr"],
            "organisation": ["nemlogin.org_name", "2.5.4.10", "organization_name"],
            "assurance": ["loa", "acr"],
        },
        "require": ["cvr", "assurance"],
        "assurance": {
            "levels": [f"{_NSIS}Low", f"{_NSIS}Substantial", f"{_NSIS}High"],
            "least": f"{_NSIS}Substantial",
        },
    },
}

PLAIN: Mapping[str, Mapping[str, Any]] = {
    "saml": {"claims": {"id": [NAME_ID], "email": ["mail", "urn:oid:0.9.2342.19200300.100.1.3"]}},
    "oidc": {
        "claims": {
            "id": ["sub"],
            "email": ["email"],
            "email_verified": ["email_verified"],
            "name": ["name"],
            "given_name": ["given_name"],
            "family_name": ["family_name"],
            "language": ["locale"],
        }
    },
}
"""What a provider without a profile starts from."""


def filled(given: Mapping[str, Any]) -> dict[str, Any]:
    """A provider as written, with what its profile knows put in where it says nothing itself.

    Claims are filled in one by one, everything else as a whole.
    """
    known = PROFILES.get(str(given.get("profile", ""))) or PLAIN.get(str(given.get("kind", ""))) or {}
    said = given.get("claims")
    claims = (
        {**known.get("claims", {}), **(said or {})} if said is None or isinstance(said, Mapping) else said
    )
    return {**known, **given, "claims": claims}
