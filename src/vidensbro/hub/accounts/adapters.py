"""Where django-allauth asks what this product wants: wording, mail, who may sign up, what an attempt counts as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts import notifications
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.accounts.queries import account_with, factors_of
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.validation import check_row

ERRORS: Mapping[str, str | Promise] = {
    "account_inactive": _("This account is closed."),
    "email_password_mismatch": _(
        "The address and password do not belong together. Mind capital letters in the password."
    ),
    "email_taken": _("There is an account with this e-mail address."),
    "incorrect_code": _(
        "The code is not right, or it has been used. Codes of an app change every half minute."
    ),
    "incorrect_password": _("This is not your present password."),
    "invalid_password_reset": _("The link is too old or has been used. Ask for a new one."),
    "too_many_login_attempts": _("Too many attempts. Wait a quarter of an hour and try again."),
    "rate_limited": _("Too many attempts. Wait a quarter of an hour and try again."),
}
FACTOR_ERRORS: Mapping[str, str | Promise] = {
    "cannot_delete_authenticator": _("Your role needs a second factor. Add another one first."),
    "cannot_generate_recovery_codes": _("Recovery codes come with a second factor. Add one first."),
    "incorrect_code": ERRORS["incorrect_code"],
    "unverified_email": _("Confirm your address first: open the link in the mail that was sent to you."),
    "add_email_blocked": _("The address cannot be changed here."),
}
TOLD: Mapping[str, str | Promise] = {
    "account/messages/email_confirmed.txt": _("Your address is confirmed. You can sign in now."),
    "socialaccount/messages/account_connected.txt": _(
        "It is connected. You can sign in with it from now on."
    ),
    "socialaccount/messages/account_connected_updated.txt": _("It is connected already."),
    "socialaccount/messages/account_connected_other.txt": _("It belongs to another account here already."),
    "mfa/messages/totp_activated.txt": _("The authenticator app belongs to your account now."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app has been removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey belongs to your account now."),
    "mfa/messages/webauthn_removed.txt": _("The passkey has been removed."),
}
"""What is said at the head of the next page, by allauth's name for it. What is missing is plain to see anyway."""
SIGN_IN_ANYWHERE = "sign_in_anywhere"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's questions about accounts."""

    error_messages = {**DefaultAccountAdapter.error_messages, **ERRORS}

    # --- who may sign up, and as what ---------------------------------------------------------------------

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """May whoever sends this request make an account? An invitation leaves its address in the session."""
        if settings.VIDENSBRO_SIGN_UP == "open":
            return True
        return settings.VIDENSBRO_SIGN_UP == "invited" and bool(invited_address(request))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A new account is a visitor's; joining an organisation is what lifts it."""
        given = form.cleaned_data
        user.email = given["email"]
        user.name = given.get("name") or given["email"]
        user.role = Role.VISITOR
        language = get_language()
        user.language = language if language in {"da", "en"} else settings.LANGUAGE_CODE
        if given.get("password1"):
            user.set_password(given["password1"])
        else:
            user.set_unusable_password()
        check_row(user, unique=False)
        if commit:
            user.save()
        return user

    # --- attempts -----------------------------------------------------------------------------------------

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # One who guesses from elsewhere must not keep the owner out, so attempts count for address and place.
        return f"{self.get_client_ip(request)}:{_address(credentials)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse an attempt after too many: for address and place, from one place, for one address anywhere."""
        super().pre_authenticate(request, **credentials)
        if not ratelimit.consume(request, action=SIGN_IN_ANYWHERE, key=_address(credentials), dry_run=True):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count and record it, without the address: the account if there is one."""
        address = _address(credentials)
        ratelimit.consume(request, action=SIGN_IN_ANYWHERE, key=address)
        user = account_with(address)
        record(VISITOR, "user.sign_in_failed", "user", user.pk if user else "unknown", {"method": "password"})

    # --- words --------------------------------------------------------------------------------------------

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what this product has words for; the rest is allauth's own commentary."""
        words = message or TOLD.get(message_template or "")
        if words:
            super().add_message(request, level, message=str(words), extra_tags=extra_tags)

    @transaction.atomic
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send what is asked for, through the outbox like all mail."""
        name = template_prefix.rpartition("/")[2]
        if name in {"email_confirmation", "email_confirmation_signup"}:
            notifications.confirm_address(context["user"], context["key"])
        elif name == "account_already_exists":
            notifications.already_has_account(email)
        elif name == "unknown_account":
            notifications.no_account(email)
        elif name == "password_reset_key":
            notifications.choose_password(context["user"], context["uid"], context["key"])
        else:
            raise LookupError(f"no mail for {template_prefix}")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Changes are told by the services that make or note them, in the transaction of the change."""

    # --- addresses ----------------------------------------------------------------------------------------

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The page where a new address is confirmed."""
        return settings.VIDENSBRO_BASE_URL + reverse("confirm-email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The page where a new password is chosen."""
        uid, _, token = key.partition("-")
        return settings.VIDENSBRO_BASE_URL + reverse("new-password", args=[uid, token])

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """The ways to show once more who one is, in our words."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [{**one, "description": words[one["id"]]} for one in methods]


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's questions about second factors."""

    error_messages = {**DefaultMFAAdapter.error_messages, **FACTOR_ERRORS}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as passkeys know it: by the host that the request came to, and its name."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.VIDENSBRO_THEME.name}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """May it go? Not the last one of somebody whose role must have one."""
        user = authenticator.user
        if user.role not in settings.VIDENSBRO_SECOND_FACTOR:
            return True
        found = factors_of(user.pk)
        return len(found.passkeys) + (found.app is not None) > 1

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """What a passkey is called whose owner gives it no name."""
        return str(_("Passkey"))


def invited_address(request: HttpRequest) -> str:
    """The address whose reader has opened an invitation in this session; "" if there is none."""
    return str(request.session.get("account_verified_email") or "").lower()


def _address(credentials: Mapping[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip().lower()


__all__ = ["AccountAdapter", "SecondFactorAdapter", "invited_address"]
