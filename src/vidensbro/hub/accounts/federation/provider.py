"""The two kinds of provider, as django-allauth asks for them."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from vidensbro.hub.accounts.federation import queries, saml
from vidensbro.hub.accounts.federation.claims import Claims, read, trusts_address
from vidensbro.hub.accounts.federation.configuration import Provider

PROCESSES = ("login", "connect")


class FederatedAccount(ProviderAccount):  # type: ignore[misc]
    """A link between an account here and one at a provider."""

    def to_str(self) -> str:
        """By what the user knows the other account: address, name, else its identifier."""
        kept = self.account.extra_data
        return str(kept.get("email") or kept.get("name") or self.account.uid)


class _Federated:
    """What both kinds share: everything that is kept comes through `claims.read`. `data` is the raw answer."""

    app: Any
    account_class = FederatedAccount

    @property
    def configured(self) -> Provider:
        """This provider in the installation's file."""
        return queries.provider(self.app.provider_id)

    def get_login_url(self, request: HttpRequest, **kwargs: str) -> str:
        """Where a sign-in begins."""
        address = reverse("sign-in-through", args=[self.app.provider_id])
        return f"{address}?{urlencode(kwargs)}" if kwargs else address

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """What the page asked for: only what for and where to go next, never parameters of the protocol."""
        from allauth.account.utils import get_next_redirect_url

        process = request.POST.get("process", "login")
        wanted: dict[str, Any] = {"process": process if process in PROCESSES else "login"}
        if next_url := get_next_redirect_url(request):
            wanted["next_url"] = next_url
        return wanted

    def claims(self, data: dict[str, list[str]]) -> Claims:
        """What the answer says. Raises Refused."""
        return read(self.configured, data)

    def extract_uid(self, data: dict[str, list[str]]) -> str:
        return self.claims(data).id

    def extract_extra_data(self, data: dict[str, list[str]]) -> dict[str, Any]:
        return self.claims(data).kept()

    def extract_common_fields(self, data: dict[str, list[str]]) -> dict[str, Any]:
        found = self.claims(data)
        return {"email": found.email, "name": found.name, "language": found.language}

    def extract_email_addresses(self, data: dict[str, list[str]]) -> list[EmailAddress]:
        found = self.claims(data)
        if not found.email:
            return []
        trusted = trusts_address(self.configured, found)
        return [EmailAddress(email=found.email, verified=trusted, primary=True)]


class FederatedSaml(_Federated, SAMLProvider):  # type: ignore[misc]
    """A SAML 2.0 identity provider or hub."""

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponseRedirect:
        """Send the user there with a request for sign-in, whose ID is remembered in the session."""
        address, request_id = saml.question(request, queries.saml_provider(self.app.provider_id))
        self.stash_redirect_state(request, process, next_url, data, state_id=request_id, **kwargs)
        return HttpResponseRedirect(address)


class FederatedOpenId(_Federated, OpenIDConnectProvider):  # type: ignore[misc]
    """An OpenID Connect provider or broker."""

    pkce_enabled_default = True
    supports_token_authentication = False

    def get_callback_url(self) -> str:
        """Where the provider sends the user back to."""
        return reverse("openid-answer", args=[self.app.provider_id])

    def get_oauth2_adapter(self, request: HttpRequest) -> Any:
        from vidensbro.hub.accounts.federation.exchange import Exchange

        return Exchange(request, self.app.provider_id)

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponseRedirect:
        """Send the user there, with PKCE and a nonce that the ID token must bring back."""
        configured = queries.openid_provider(self.app.provider_id)
        nonce = secrets.token_urlsafe(24)
        found: HttpResponseRedirect = super().redirect(
            request,
            process,
            next_url,
            data,
            nonce=nonce,
            scope=list(configured.scopes),
            auth_params={**configured.parameters, "nonce": nonce},
            **kwargs,
        )
        return found
