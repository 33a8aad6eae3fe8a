"""Where django-allauth asks what is to become of a sign-in through others."""

from __future__ import annotations

from typing import Any

import requests
from allauth.account.adapter import get_adapter as account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.federation import queries, services
from vidensbro.hub.accounts.federation.configuration import OpenIdProvider, Provider
from vidensbro.hub.accounts.federation.notifications import connection_changed
from vidensbro.hub.accounts.federation.pages import refusal
from vidensbro.hub.accounts.federation.refusals import Refused
from vidensbro.hub.accounts.models import Role, User

LANGUAGES = ("da", "en")


class FederationAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth's questions. Nothing about providers is kept in the database: the file is the only source."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": _("There is an account with this e-mail address."),
        "no_password": _(
            "This is the only way to sign in to your account. Choose a password first, then disconnect it."
        ),
        "no_verified_email": _("Confirm your address first: open the link in the mail that was sent to you."),
        "connected_other": _("It belongs to another account here already."),
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The configured providers of a kind or name, as allauth knows them."""
        made = [_app(one) for one in queries.providers()]
        return [
            app
            for app in made
            if (not provider or provider in {app.provider, app.provider_id})
            and (not client_id or app.client_id == client_id)
        ]

    # --- whose account it is ------------------------------------------------------------------------------

    def is_email_verified(self, provider: Any, email: str) -> bool:
        """Never by itself: `claims.trusts_address` has said so where a provider's word for an address is taken."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account that a trusted address opens: one that has confirmed that very address here."""
        for address in sociallogin.email_addresses:
            if address.verified and (user := queries.owner_of_address(address.email)):
                return user, address.email
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """May this provider make accounts? What it says itself counts, then what the installation does.

        Ends in a page that says so where it may not.
        """
        provider = queries.provider(sociallogin.account.provider)
        allowed = provider.new_accounts
        if allowed is None:
            allowed = account_adapter(request).is_open_for_signup(request)
        if not allowed:
            raise ImmediateHttpResponse(refusal(request, provider.id, Refused("closed_accounts")))
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """A new user as the provider describes it. The role is never the provider's to say."""
        user: User = sociallogin.user
        user.email = data.get("email") or ""
        user.name = data.get("name") or user.email
        user.role = Role.VISITOR
        told = (data.get("language"), get_language(), settings.LANGUAGE_CODE)
        user.language = next(one for one in told if one in LANGUAGES)
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Make the account, its link to the provider and its address: all or nothing."""
        user: User = sociallogin.user
        user.role = Role.VISITOR
        user.set_unusable_password()
        if form is not None:
            user.email = form.cleaned_data["email"]
            user.name = user.name or user.email
        sociallogin.save(request)
        services.created(user, queries.provider(sociallogin.account.provider))
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, str]:
        """What the form for a missing address begins with."""
        return {"email": sociallogin.user.email}

    # --- afterwards ---------------------------------------------------------------------------------------

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("connections")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Our page instead of allauth's, with what went wrong."""
        if isinstance(exception, Refused):
            why = exception
        elif error in {"cancelled", "denied"}:
            why = Refused("denied", str(error))
        elif isinstance(exception, requests.RequestException):
            why = Refused("unreachable", str(exception)[:300])
        elif exception is not None:
            why = Refused("invalid", f"{type(exception).__name__}: {exception}"[:300])
        elif request.GET.get("error"):
            why = Refused("denied", request.GET["error"][:100])
        else:
            why = Refused("unasked")
        raise ImmediateHttpResponse(refusal(request, provider.app.provider_id, why))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner that there is a new way to sign in. `services.disconnect` tells of one that went."""
        if template_prefix == "socialaccount/email/account_connected" and context:
            connection_changed(user, "connected", str(context["provider"].name))


def _app(provider: Provider) -> SocialApp:
    if isinstance(provider, OpenIdProvider):
        kind, client, secret = "openid_connect", provider.client_id, provider.client_secret.get_secret_value()
    else:
        kind, client, secret = "saml", provider.id, ""
    return SocialApp(
        provider=kind,
        provider_id=provider.id,
        name=provider.name,
        client_id=client,
        secret=secret,
        settings={},
    )
