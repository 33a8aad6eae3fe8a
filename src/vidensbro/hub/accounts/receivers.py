"""What allauth does is recorded here: every sign-in, sign-out and change of how somebody signs in."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override

from vidensbro.hub.accounts.actors import VISITOR, user_actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.accounts.queries import has_second_factor
from vidensbro.hub.accounts.services import sessions
from vidensbro.hub.audit.services import record
from vidensbro.hub.ui.languages import remember

ASKED_FOR_FACTOR = frozenset({Role.SECRETARIAT, Role.ADMINISTRATOR})
"""Roles that are asked to add a second factor even where none must have one."""


@receiver(account.user_logged_in)
@transaction.atomic
def signed_in(request: HttpRequest, user: User, response: HttpResponseBase, **_kwargs: Any) -> None:
    """Record it with the ways that were used, keep where the session is, and show the account's language."""
    record(user_actor(user), "user.signed_in", "user", user.pk, {"methods": methods(request)})
    address = get_adapter().get_client_ip(request)
    agent = request.headers.get("User-Agent", "")
    sessions.note_session(user, request.session.session_key or "", address, agent)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        remember(response, user.language)
    if user.role in ASKED_FOR_FACTOR and not has_second_factor(user.pk):
        with override(_language(request, user)):
            messages.warning(request, _("Your role opens what others must not see. Add a second factor."))


@receiver(user_logged_out)
@transaction.atomic
def signed_out(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """Record it, and forget where the session was."""
    if user is None:
        return
    record(user_actor(user), "user.signed_out", "user", user.pk)
    sessions.forget(request.session.session_key or "")


@receiver(account.user_signed_up)
def signed_up(user: User, **_kwargs: Any) -> None:
    """Record it."""
    record(user_actor(user), "user.signed_up", "user", user.pk)


@receiver(account.email_confirmed)
def address_confirmed(email_address: Any, **_kwargs: Any) -> None:
    """Record it."""
    user = email_address.user
    record(user_actor(user), "user.address_confirmed", "user", user.pk)


@receiver(mfa.authentication_failed)
def second_step_failed(user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Record it. Nobody is signed in yet, or somebody is who could not show it once more."""
    record(VISITOR, "user.sign_in_failed", "user", user.pk, {"method": authenticator.type})


def methods(request: HttpRequest) -> list[str]:
    """How the session's user has shown who it is: "password", "totp", "webauthn", "socialaccount" …"""
    steps = request.session.get("account_authentication_methods", [])
    return [str(step.get("type") or step.get("method")) for step in steps]


def _language(request: HttpRequest, user: User) -> str:
    return str(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or user.language)
