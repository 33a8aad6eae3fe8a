"""Ending a session at the provider as well, where its configuration says so."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from django.http import HttpRequest

from vidensbro.hub.accounts.federation import openid, queries, saml
from vidensbro.hub.accounts.federation.configuration import Provider, SamlProvider
from vidensbro.hub.accounts.federation.refusals import Refused

KEY = "federation_session"
log = structlog.get_logger(__name__)


def remember(request: HttpRequest, provider_id: str, session: Mapping[str, str]) -> None:
    """Keep in the session through which provider it began, and what that one calls it."""
    request.session[KEY] = {**session, "provider": provider_id}


def onward(request: HttpRequest) -> tuple[str, str] | None:
    """The name of the provider and where to send the user after signing out here; None where that is all.

    Ask before the session is gone. A provider that cannot be asked keeps nobody signed in here.
    """
    session = request.session.get(KEY)
    if not isinstance(session, dict):
        return None
    provider = next((one for one in queries.providers() if one.id == session.get("provider")), None)
    if provider is None or provider.sign_out != "everywhere":
        return None
    address = _address(request, provider, session)
    return (provider.name, address) if address else None


def _address(request: HttpRequest, provider: Provider, session: dict[str, str]) -> str:
    try:
        if isinstance(provider, SamlProvider):
            return saml.farewell(request, provider, session)
        return openid.farewell(provider, request.build_absolute_uri("/"))
    except Refused as error:
        log.warning("sign_out_unreachable", provider=provider.id, detail=error.detail)
        return ""
