"""The exchange behind an OpenID Connect sign-in: a code for tokens, tokens for claims."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from vidensbro.hub.accounts.federation import openid, queries
from vidensbro.hub.accounts.federation.claims import raw_values
from vidensbro.hub.accounts.federation.pages import refusal
from vidensbro.hub.accounts.federation.refusals import Refused


class Exchange(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Talks to one provider. `nonce` is the one that was sent with the question."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's description of itself."""
        return openid.description(queries.openid_provider(self.provider_id))

    @property
    def basic_auth(self) -> bool:
        """Is the client's secret sent in the header? What is configured counts, then what the provider offers."""
        configured = queries.openid_provider(self.provider_id).client_authentication
        if configured:
            return configured == "client_secret_basic"
        offered = self.openid_config.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" in offered

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("openid-answer", args=[self.provider_id]))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """The sign-in that the tokens ask for; a page that says why where it cannot be."""
        try:
            return self._login(request, token, str(kwargs["response"].get("id_token", "")))
        except Refused as error:
            raise ImmediateHttpResponse(refusal(request, self.provider_id, error)) from error

    def _login(self, request: HttpRequest, token: SocialToken, id_token: str) -> SocialLogin:
        provider = queries.openid_provider(self.provider_id)
        claims = openid.verified(provider, id_token, self.nonce)
        more = openid.told_about(provider, token.token, str(claims["sub"]))
        # What is signed counts more than what is merely told.
        raw = raw_values({**more, **claims})
        made: SocialLogin = self.get_provider().sociallogin_from_response(request, raw)
        return made


class AnswerView(OAuth2CallbackView):  # type: ignore[misc]
    """Where the provider sends the user back to, with a code."""

    adapter: Exchange

    def _get_state(
        self, request: HttpRequest, provider: Any
    ) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = str((state or {}).get("nonce", ""))
        return state, response
