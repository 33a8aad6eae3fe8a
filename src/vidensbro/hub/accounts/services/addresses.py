"""Changing the address that somebody signs in with. It changes when the link sent to the new one is used."""

from __future__ import annotations

import uuid

from allauth.account.models import EmailAddress
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import constant_time_compare

from vidensbro.hub.accounts import notifications
from vidensbro.hub.accounts.actors import Actor, user_actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.services.users import is_taken
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.mail.content import LONGEST_ADDRESS

SALT = "vidensbro.accounts.change-address"
LASTS = 60 * 60 * 24
"""How long a link is good for, in seconds."""


@transaction.atomic
def ask_for_address(actor: Actor, email: str) -> None:
    """Send a link to the address that the actor wants to sign in with from now on.

    Nothing tells whether somebody else has that address: its reader alone is told, by mail.

    Raises:
        Denied: nobody is signed in.
        Invalid: it is no address, or the present one ("email_invalid", "email_same").
    """
    user = User.objects.filter(pk=actor.user_id, is_active=True).first() if actor.user_id else None
    if user is None:
        raise Denied("users_only" if actor.signed_in else "sign_in_needed")
    address = _address(email)
    if address == user.email:
        raise Invalid({"email": ("email_same",)})
    if is_taken(address, user):
        notifications.already_has_account(address)
    else:
        notifications.confirm_new_address(user, address, change_token(user, address))
    record(actor, "user.address_asked", "user", user.pk)


def change_token(user: User, address: str) -> str:
    """What a link to `address` carries: good for a day, while the user has the present address and password."""
    return signing.dumps([str(user.pk), user.email, address, _password_mark(user)], salt=SALT)


def read_change(token: str) -> tuple[User, str]:
    """The user and the new address that a link speaks of.

    Raises:
        NotFound: forged, too old, used, or overtaken by another change: of the address, or of the password, by which
            an owner who has lost an account to somebody else shuts that one out.
    """
    try:
        user_id, before, address, mark = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound("link") from error
    user = User.objects.filter(pk=uuid.UUID(user_id), email=before, is_active=True).first()
    if user is None or not constant_time_compare(_password_mark(user), str(mark)):
        raise NotFound("link")
    return user, str(address)


@transaction.atomic
def change_address(token: str) -> User:
    """Let the user of a link sign in with the new address.

    Raises:
        NotFound: as `read_change`.
        Conflict: somebody else has taken the address meanwhile ("email_taken").
    """
    found, address = read_change(token)
    user = User.objects.select_for_update().get(pk=found.pk)
    if user.email != found.email or user.password != found.password:
        raise NotFound("link")
    if is_taken(address, user):
        raise Conflict("email_taken")
    before, user.email = user.email, address
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    record(user_actor(user), "user.address_changed", "user", user.pk)
    notifications.address_changed(user, before)
    return user


def _password_mark(user: User) -> str:
    """Tells one password of a user from another, and nothing else."""
    return user.get_session_auth_hash()[:22]


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid({"email": ("email_invalid",)}) from error
    if len(address) > LONGEST_ADDRESS:
        raise Invalid({"email": ("max_length",)})
    return address
