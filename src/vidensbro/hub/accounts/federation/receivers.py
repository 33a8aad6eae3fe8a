"""What follows when django-allauth has signed somebody in, or linked or unlinked a provider."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from vidensbro.hub.accounts.federation import queries, services, sign_out
from vidensbro.hub.accounts.federation.announcements import Outcome
from vidensbro.hub.accounts.models import User


@receiver(user_logged_in, dispatch_uid="federation.signed_in")
def signed_in(
    request: HttpRequest, user: User, sociallogin: SocialLogin | None = None, **_kwargs: Any
) -> None:
    """Somebody has come in through a provider: note it, and let what follows from it happen."""
    if sociallogin is None:
        return
    provider = queries.provider(sociallogin.account.provider)
    outcome = services.signed_in(user, provider, sociallogin.account.extra_data)
    sign_out.remember(request, provider.id, sociallogin.state.get("session") or {})
    _say(request, outcome, sociallogin.account.extra_data)


@receiver(social_account_added, dispatch_uid="federation.connected")
def connected(request: HttpRequest, sociallogin: SocialLogin, **_kwargs: Any) -> None:
    """A provider was linked to an account."""
    kept = sociallogin.account.extra_data
    outcome = services.connected(sociallogin.user, queries.provider(sociallogin.account.provider), kept)
    _say(request, outcome, kept)


def _say(request: HttpRequest, outcome: Outcome, kept: dict[str, Any]) -> None:
    name = kept.get("organisation") or kept.get("domain") or kept.get("cvr") or ""
    said = {
        "unknown": _("Your organisation, {name}, is not in the directory yet. The secretariat can add it."),
        "asked": _("You have asked to act for {name}. You are told when somebody has decided."),
        "joined": _("You act for {name} now."),
    }.get(outcome)
    if said:
        messages.info(request, said.format(name=name))
