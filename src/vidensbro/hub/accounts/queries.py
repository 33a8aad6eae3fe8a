"""Reading accounts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Denied, NotFound
from vidensbro.hub.common.rows import key_of


def users(actor: Actor) -> QuerySet[User]:
    """Every account, by address. For staff. Raises Denied."""
    require(actor, is_staff, "staff_only")
    return User.objects.order_by("email")


def user(actor: Actor, user_id: uuid.UUID | str) -> User:
    """One's own account, or for staff anybody's. Raises NotFound."""
    found = User.objects.filter(pk=key_of(user_id)).first()
    if found is None or not (is_staff(actor) or found.pk == actor.user_id):
        raise NotFound("user", user_id)
    return found


def user_by_email(actor: Actor, email: str) -> User | None:
    """The account with this address, whatever its case. For staff. Raises Denied."""
    require(actor, is_staff, "staff_only")
    return User.objects.filter(email=email.strip().lower()).first()


def account_with(address: str) -> User | None:
    """The open account that signs in with this address. For signing in itself, before anybody is known."""
    return User.objects.filter(email=address.strip().lower(), is_active=True).first()


def has_second_factor(user_id: uuid.UUID) -> bool:
    """Has this user an authenticator app or a passkey?"""
    rows = Authenticator.objects.filter(user_id=user_id)
    return bool(rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


@dataclass(frozen=True, slots=True)
class Factors:
    """A user's second factors. `codes_left` of the recovery codes are unused; None: there are no codes."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes_left: int | None

    @property
    def any(self) -> bool:
        """Is there one that a sign-in asks for?"""
        return self.app is not None or bool(self.passkeys)


def factors(actor: Actor) -> Factors:
    """One's own second factors. Raises Denied."""
    return factors_of(_own_id(actor))


def factors_of(user_id: uuid.UUID) -> Factors:
    """A user's second factors, for signing in itself, before anybody is known."""
    rows = list(Authenticator.objects.filter(user_id=user_id).order_by("pk"))
    by_type = {row.type: row for row in rows}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return Factors(
        app=by_type.get(Authenticator.Type.TOTP),
        passkeys=tuple(row for row in rows if row.type == Authenticator.Type.WEBAUTHN),
        codes_left=None if codes is None else len(codes.wrap().get_unused_codes()),
    )


def recovery_codes(actor: Actor) -> list[str]:
    """One's own recovery codes that are not used. The caller has made sure once more who is asking. Raises Denied."""
    row = Authenticator.objects.filter(user_id=_own_id(actor), type=Authenticator.Type.RECOVERY_CODES).first()
    return [] if row is None else list(row.wrap().get_unused_codes())


def sessions(actor: Actor) -> list[UserSession]:
    """Where one is signed in, the latest used first. Raises Denied."""
    rows = UserSession.objects.filter(user_id=_own_id(actor)).order_by("-last_seen_at", "-pk")
    there = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now()
        ).values_list("session_key", flat=True)
    )
    return [row for row in rows if row.session_key in there]


def _own_id(actor: Actor) -> uuid.UUID:
    if actor.user_id is None:
        raise Denied("users_only" if actor.signed_in else "sign_in_needed")
    return actor.user_id
