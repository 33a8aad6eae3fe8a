"""Pages that the exchange with a provider ends in: onwards to it, or a refusal in words."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from vidensbro.hub.accounts.federation import queries, services
from vidensbro.hub.accounts.federation.refusals import SHOWS_DETAIL, STATUS, Refused, words

log = structlog.get_logger(__name__)

UNSIGNED = frozenset({"invalid", "unasked", "unreachable", "denied"})
"""Refusals that anybody on the net could cause as often as they like: these go to the log, not into the record."""


def refusal(request: HttpRequest, provider_id: str, error: Refused) -> HttpResponse:
    """Say why a sign-in was refused, and note it."""
    log.warning("sign_in_refused", provider=provider_id, reason=error.code, detail=error.detail)
    if error.code not in UNSIGNED:
        services.refused(provider_id, error)
    context = {
        "provider": queries.provider(provider_id),
        "sentence": words(error.code),
        "detail": error.detail if error.code in SHOWS_DETAIL else "",
    }
    response = render(request, "federation/refused.html", context, status=STATUS.get(error.code, 400))
    add_never_cache_headers(response)
    return response


def onward(request: HttpRequest, name: str, address: str, *, leaving: bool = False) -> HttpResponse:
    """A page that leads on to a provider by itself.

    A form's answer that redirects there would be stopped by the policy that forms lead nowhere else (form-action),
    and which addresses the provider leads on to in its turn cannot be known.
    """
    context = {"name": name, "address": address, "leaving": leaving}
    response = render(request, "federation/onward.html", context)
    add_never_cache_headers(response)
    return response
