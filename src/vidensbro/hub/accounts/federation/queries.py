"""Looking providers up, and the accounts that are linked to them."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import QuerySet

from vidensbro.hub.accounts.federation.configuration import OpenIdProvider, Provider, SamlProvider
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common.errors import NotFound

NEVER_BY_ADDRESS = (Role.SECRETARIAT, Role.ADMINISTRATOR)
"""Whoever can see more than a member must connect a provider himself: an address alone opens no such account."""


def providers() -> tuple[Provider, ...]:
    """Every configured provider, in the order of its file."""
    return tuple(settings.VIDENSBRO_SIGN_IN)


def provider(provider_id: str) -> Provider:
    """One provider. Raises NotFound."""
    for one in providers():
        if one.id == provider_id:
            return one
    raise NotFound("provider", provider_id)


def saml_provider(provider_id: str) -> SamlProvider:
    """One SAML provider. Raises NotFound."""
    found = provider(provider_id)
    if not isinstance(found, SamlProvider):
        raise NotFound("provider", provider_id)
    return found


def openid_provider(provider_id: str) -> OpenIdProvider:
    """One OpenID Connect provider. Raises NotFound."""
    found = provider(provider_id)
    if not isinstance(found, OpenIdProvider):
        raise NotFound("provider", provider_id)
    return found


def owner_of_address(email: str) -> User | None:
    """The user who has confirmed this address here, if an address may open that account at all."""
    row = (
        EmailAddress.objects.filter(email=email.lower(), verified=True, user__is_active=True)
        .exclude(user__role__in=NEVER_BY_ADDRESS)
        .select_related("user")
        .first()
    )
    return row.user if row else None


def links(user: User) -> QuerySet[SocialAccount]:
    """The providers that an account can be signed in to through, the oldest first."""
    found: QuerySet[SocialAccount] = SocialAccount.objects.filter(user=user).order_by("date_joined")
    return found
