"""OpenID Connect: the provider's own description, and whether an ID token can be believed.

Checks follow OpenID Connect Core 1.0, section 3.1.3.7. The signature is always checked, also where the token came
straight from the provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from django.core.cache import cache

from vidensbro.hub.accounts.federation.configuration import OpenIdProvider
from vidensbro.hub.accounts.federation.refusals import Refused

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key. Never "none", and never a shared secret, which anybody who has it could sign with."""

LEEWAY = 60.0
KEPT = 600
MOST_BYTES = 1_000_000
WELL_KNOWN = "/.well-known/openid-configuration"


def description(provider: OpenIdProvider) -> dict[str, Any]:
    """The provider's discovery document, kept for ten minutes.

    Raises:
        Refused: "unreachable", also where it describes another provider than the configured one.
    """
    name = f"oidc:{provider.issuer}"
    kept = cache.get(name)
    if kept is None:
        kept = _fetched(provider.issuer + WELL_KNOWN)
        if str(kept.get("issuer", "")).rstrip("/") != provider.issuer:
            raise Refused("unreachable", f"{provider.issuer} calls itself {kept.get('issuer')}")
        for needed in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if urlsplit(str(kept.get(needed, ""))).scheme not in {"https", urlsplit(provider.issuer).scheme}:
                raise Refused("unreachable", f"{provider.issuer} has no {needed}")
        cache.set(name, kept, KEPT)
    return dict(kept)


def verified(provider: OpenIdProvider, token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that was made for this installation and this sign-in.

    Raises:
        Refused: "invalid" with what is wrong; "unreachable": the provider's keys cannot be had.
    """
    try:
        key = _key(provider, str(jwt.get_unverified_header(token).get("kid", "")))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=provider.client_id,
            issuer=str(description(provider)["issuer"]),
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise Refused("invalid", f"{type(error).__name__}: {error}") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else provider.client_id) != provider.client_id:
        raise Refused("invalid", "the token was issued to another client")
    if not nonce or claims.get("nonce") != nonce:
        raise Refused("invalid", "the token answers another request")
    return claims


def told_about(provider: OpenIdProvider, access_token: str, subject: str) -> dict[str, Any]:
    """The provider's further claims about `subject`; none where it has no address for them.

    Raises:
        Refused: "invalid": they are about somebody else; "unreachable".
    """
    address = str(description(provider).get("userinfo_endpoint", ""))
    if not provider.userinfo or not address:
        return {}
    found = _fetched(address, {"Authorization": f"Bearer {access_token}"})
    if found.get("sub") != subject:
        raise Refused("invalid", "the claims are about somebody else")
    return found


def farewell(provider: OpenIdProvider, back: str) -> str:
    """Where to send somebody to end the session there as well; "" where the provider has no such address."""
    address = str(description(provider).get("end_session_endpoint", ""))
    asked = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back})
    return f"{address}?{asked}" if address else ""


def _key(provider: OpenIdProvider, kid: str) -> jwt.PyJWK:
    name = f"oidc-keys:{provider.issuer}"
    for read in (_from_cache, _fetched_into_cache):
        keys = [key for key in read(name, provider) if key.get("use", "sig") == "sig"]
        fitting = [key for key in keys if key.get("kid", "") == kid] or (
            keys if not kid and len(keys) == 1 else []
        )
        if fitting:
            return jwt.PyJWK(fitting[0])
    raise Refused("invalid", "no key of the provider fits the signature")


def _from_cache(name: str, provider: OpenIdProvider) -> list[dict[str, Any]]:
    return list(cache.get(name) or [])


def _fetched_into_cache(name: str, provider: OpenIdProvider) -> list[dict[str, Any]]:
    listed = _fetched(str(description(provider)["jwks_uri"])).get("keys", [])
    keys = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
    cache.set(name, keys, KEPT)
    return keys


def _fetched(address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers=dict(headers or {}), allow_redirects=False)
            answer.raise_for_status()
            found = answer.json() if len(answer.content) <= MOST_BYTES else None
    except requests.RequestException as error:
        raise Refused("unreachable", f"{address}: {error}") from error
    if not isinstance(found, dict):
        raise Refused("unreachable", f"{address}: no JSON object")
    return found
