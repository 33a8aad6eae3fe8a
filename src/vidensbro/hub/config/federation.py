"""The providers that people can sign in through: from a file that the environment names, or the data folder's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from vidensbro.hub.accounts.federation.configuration import Provider
from vidensbro.hub.accounts.federation.reading import ProvidersUnreadable, place, read
from vidensbro.hub.common.environment import text

ALLAUTH: dict[str, Any] = {
    "SOCIALACCOUNT_ADAPTER": "vidensbro.hub.accounts.federation.adapter.FederationAdapter",
    "SOCIALACCOUNT_PROVIDERS": {
        "saml": {"provider_class": "vidensbro.hub.accounts.federation.provider.FederatedSaml"},
        "openid_connect": {"provider_class": "vidensbro.hub.accounts.federation.provider.FederatedOpenId"},
    },
    # An address that may open an account (`queries.owner_of_address`) links it, so that the identifier counts next.
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
    "SOCIALACCOUNT_REAUTHENTICATION_REQUIRED": True,
    "SOCIALACCOUNT_STORE_TOKENS": False,
}
"""What django-allauth is told; which providers there are it asks the adapter."""


def providers(data: Path) -> tuple[Provider, ...]:
    """The configured providers; none where there is no file.

    Raises:
        ImproperlyConfigured: the file cannot be used, with each problem's line and field.
    """
    path = place(data, text("SIGN_IN_FILE"))
    if path is None:
        return ()
    try:
        return read(path)
    except ProvidersUnreadable as error:
        raise ImproperlyConfigured(f"VIDENSBRO_SIGN_IN_FILE: {error}") from error
