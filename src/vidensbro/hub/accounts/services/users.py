"""Changing accounts: one function per change."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from vidensbro.hub.accounts import notifications
from vidensbro.hub.accounts.actors import Actor, user_actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.accounts.policies import is_administrator, is_staff, require
from vidensbro.hub.accounts.services.sessions import end_all
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.validation import apply_changes, check_row

OWN_COLUMNS = frozenset({"name", "language"})


@transaction.atomic
def create_user(
    actor: Actor,
    email: str,
    name: str,
    *,
    role: str = Role.MEMBER,
    language: str = "da",
    password: str | None = None,
) -> User:
    """Add an account. Without a password nobody can sign in to it until one is set.

    Whoever adds it vouches for the address: it counts as confirmed.

    The secretariat adds visitors and members; only administrators add the other roles.

    Raises:
        Denied: the actor may not.
        Conflict: there is an account with this address ("email_taken").
        Invalid: an address, role or password is none.
    """
    _may_give(actor, role)
    user = User(email=email.strip().lower(), name=name.strip(), role=role, language=language)
    if is_taken(user.email):
        raise Conflict("email_taken")
    _set_password(user, password)
    check_row(user, unique=False)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record(actor, "user.created", "user", user.pk, {"role": role})
    return user


@transaction.atomic
def edit_user(actor: Actor, user_id: uuid.UUID | str, **changes: Any) -> User:
    """Change name or language: one's own, or for administrators anybody's."""
    user = _locked(actor, user_id, own=True)
    changed = apply_changes(user, changes, OWN_COLUMNS)
    if changed:
        check_row(user)
        user.save(update_fields=changed)
        record(actor, "user.edited", "user", user.pk, {"columns": changed})
    return user


@transaction.atomic
def set_role(actor: Actor, user_id: uuid.UUID | str, role: str) -> User:
    """Change what a user is to the installation. For administrators.

    Raises:
        Conflict: it would leave no administrator ("last_administrator").
    """
    user = _locked(actor, user_id)
    if role not in Role.values:
        raise Invalid({"role": ("invalid_choice",)})
    if role != Role.ADMINISTRATOR:
        refuse_last_administrator(user)
    if user.role != role:
        before, user.role = user.role, role
        user.save(update_fields=["role"])
        record(actor, "user.role_set", "user", user.pk, {"from": before, "to": role})
    return user


@transaction.atomic
def set_active(actor: Actor, user_id: uuid.UUID | str, active: bool) -> User:
    """Close an account or open it again. For administrators. Raises Conflict as `set_role`."""
    user = _locked(actor, user_id)
    if not active:
        refuse_last_administrator(user)
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        if not active:
            end_all(user)
        record(actor, "user.opened" if active else "user.closed", "user", user.pk)
    return user


@transaction.atomic
def set_password(actor: Actor, user_id: uuid.UUID | str, password: str) -> User:
    """Set a new password: one's own, or for administrators anybody's, who is then signed out everywhere.

    Whoever changes one's own ends the other sessions with `end_other_sessions`.

    Raises:
        Denied, NotFound; Invalid: with what is wrong.
    """
    user = _locked(actor, user_id, own=True)
    _set_password(user, password)
    user.save(update_fields=["password"])
    if actor.user_id != user.pk:
        end_all(user)
    record(actor, "user.password_set", "user", user.pk)
    notifications.password_changed(user)
    return user


@transaction.atomic
def reset_password(user_id: uuid.UUID | str, password: str) -> User:
    """Set a new password for somebody who has shown to read the mail at the account's address; ends every session.

    The caller has checked the link from the mail. An account whose address was never confirmed may be of somebody
    else's making, with a provider linked to it that would go on opening it: such links go.

    Raises:
        NotFound; Invalid: with what is wrong.
    """
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound("user", user_id)
    _set_password(user, password)
    user.save(update_fields=["password"])
    end_all(user)
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        SocialAccount.objects.filter(user=user).delete()
    record(user_actor(user), "user.password_reset", "user", user.pk)
    notifications.password_changed(user)
    return user


def is_taken(address: str, but_for: User | None = None) -> bool:
    """Does somebody else sign in with this address, or has somebody set out to?"""
    users, addresses = User.objects.filter(email=address), EmailAddress.objects.filter(email=address)
    if but_for is not None:
        users, addresses = users.exclude(pk=but_for.pk), addresses.exclude(user=but_for)
    return users.exists() or addresses.exists()


def _may_give(actor: Actor, role: str) -> None:
    if role not in Role.values:
        raise Invalid({"role": ("invalid_choice",)})
    plain = role in {Role.VISITOR, Role.MEMBER}
    require(actor, is_staff if plain else is_administrator, "staff_only" if plain else "administrator_only")


def _locked(actor: Actor, user_id: uuid.UUID | str, *, own: bool = False) -> User:
    is_own = own and actor.user_id is not None and str(actor.user_id) == str(user_id)
    if not is_own and not is_administrator(actor):
        raise Denied("administrator_only" if actor.signed_in else "sign_in_needed")
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("user", user_id)
    return user


def _set_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": tuple(one.code or "invalid" for one in error.error_list)}) from error
    user.set_password(password)


def refuse_last_administrator(leaving: User) -> None:
    """Do nothing if the installation can do without this user. Raises Conflict: "last_administrator"."""
    others = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    if leaving.role == Role.ADMINISTRATOR and not others.exclude(pk=leaving.pk).exists():
        raise Conflict("last_administrator")
