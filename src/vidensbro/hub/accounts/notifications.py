"""Mail about one's own account. None of it can be switched off: it is asked for, or warns of a change."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import User
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.mail.content import LANGUAGES, Recipient
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.mail.services import send

LINK = MailKind("account.link", _("Links to confirm an address or choose a password"), optional=False)
SECURITY = MailKind("account.security", _("Changes of how you sign in"), optional=False)
KINDS = (LINK, SECURITY)


def confirm_address(user: User, key: str) -> None:
    """To whoever signed up: the link that confirms the address."""
    _send(LINK, _recipient(user), "confirm_address", path=reverse("confirm-email", args=[key]))


def already_has_account(address: str) -> None:
    """To an address that somebody gave for a new account or as a new address, but that has an account."""
    paths = {"path": reverse("sign-in"), "reset_path": reverse("reset-password")}
    _send(LINK, _unknown(address), "already_has_account", **paths)


def no_account(address: str) -> None:
    """To an address without an account for which somebody asked to choose a new password."""
    _send(LINK, _unknown(address), "no_account", path=reverse("sign-up"))


def choose_password(user: User, uid: str, token: str) -> None:
    """To whoever has forgotten the password: the link to choose a new one."""
    _send(LINK, _recipient(user), "choose_password", path=reverse("new-password", args=[uid, token]))


def confirm_new_address(user: User, address: str, token: str) -> None:
    """To the address that somebody wants to sign in with from now on."""
    recipient = Recipient(address, user.name, user.language, user_id=user.pk)
    _send(LINK, recipient, "confirm_new_address", path=reverse("confirm-new-email", args=[token]))


def address_changed(user: User, before: str) -> None:
    """To the former address, so that nobody loses an account unawares."""
    recipient = Recipient(before, user.name, user.language, user_id=user.pk)
    _send(SECURITY, recipient, "address_changed", new_address=user.email)


def password_changed(user: User) -> None:
    """To the user: the password is another."""
    _send(SECURITY, _recipient(user), "password_changed", path=reverse("reset-password"))


def second_factor_changed(user: User, what: str) -> None:
    """To the user: a second factor came or went.

    `what` is "app_added", "app_removed", "passkey_added", "passkey_removed", "codes_made" or "reset".
    """
    _send(SECURITY, _recipient(user), "second_factor_changed", what=what, path=reverse("second-factor"))


def _recipient(user: User) -> Recipient:
    return Recipient(user.email, user.name, user.language, user_id=user.pk)


def _unknown(address: str) -> Recipient:
    language = get_language() or LANGUAGES[0]
    return Recipient(address, language=language if language in LANGUAGES else LANGUAGES[0])


def _send(kind: MailKind, recipient: Recipient, name: str, **context: Any) -> None:
    # Each is asked for anew or tells of a new change, so each has a key of its own.
    key = f"{kind.code}:{name}:{new_id()}"
    send(kind.code, recipient, f"accounts/mail/{name}", context, key=key)
