"""What is kept about an account."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.accounts.services.sessions import end_all
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.privacy import Part, Subject, Traces, erase
from vidensbro.hub.audit.purposes import ADMINISTRATORS, NONE, SECRETARIAT, THEMSELVES, USERS, Purpose, days
from vidensbro.hub.audit.retention import Keeper
from vidensbro.hub.common import clock
from vidensbro.hub.common.rows import NO_ID, key_of


class AccountsPart:
    """The account itself, with addresses, second factors and sessions. Erasing ends and deletes them all.

    Secrets (password, keys of factors) are nobody's to read, the user's own neither.
    """

    name = "accounts"

    def traces(self, subject: Subject) -> Traces:
        """The name and every address of the account. Of a visitor nobody has vouched for the name, and only an address
        that has been confirmed is the user's."""
        user = User.objects.filter(pk=subject.user_id or NO_ID).first()
        if user is None:
            return Traces()
        rows = EmailAddress.objects.filter(user=user).values_list("email", "verified")
        proven = frozenset(email for email, confirmed in rows if confirmed)
        claims = frozenset({user.email, *(email for email, confirmed in rows if not confirmed)})
        if user.role == Role.VISITOR:
            return Traces(proven=proven, claims=claims | {user.name})
        return Traces(words=frozenset({user.name}), proven=proven, claims=claims)

    def export(self, subject: Subject) -> Mapping[str, Any]:
        user = User.objects.filter(pk=subject.user_id or NO_ID).first()
        if user is None:
            return {}
        return {
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "role": user.role,
            "created": user.created.isoformat(),
            "last_sign_in": _when(user.last_login),
            "addresses": [
                {"email": one.email, "confirmed": one.verified}
                for one in EmailAddress.objects.filter(user=user).order_by("pk")
            ],
            "second_factors": [
                {
                    "type": one.type,
                    "name": one.data.get("name", ""),
                    "added": _when(one.created_at),
                    "last_used": _when(one.last_used_at),
                }
                for one in Authenticator.objects.filter(user=user).order_by("pk")
            ],
            "sessions": [
                {
                    "network": one.ip,
                    "browser": one.user_agent,
                    "since": _when(one.created_at),
                    "last_used": _when(one.last_seen_at),
                }
                for one in UserSession.objects.filter(user=user).order_by("pk")
            ],
        }

    def erase(self, subject: Subject) -> int:
        user = User.objects.filter(pk=subject.user_id or NO_ID).first()
        if user is None:
            return 0
        ended = end_all(user) + _end_unnoted(user)
        # What points to an account goes with it: addresses, second factors.
        return ended + int(user.delete()[0])

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return 0


def _end_unnoted(user: User) -> int:
    """Sessions of which no row tells: what they hold is signed and packed, so each has to be opened."""
    found = [one.pk for one in Session.objects.iterator() if _is_of(one, user)]
    return int(Session.objects.filter(pk__in=found).delete()[0])


def _is_of(session: Session, user: User) -> bool:
    held = session.get_decoded()
    return str(user.pk) in str(held) or user.email in str(held)


def _when(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


account_over = Signal()
"""An account is about to be erased because its time is over. Sent inside the transaction with `user_id`, so that an
app above can part from it what does not go with it."""


def _expire(before: datetime) -> int:
    """Erase accounts that were closed or never confirmed, and sessions that have run out."""
    gone = sum(_erase_account(one) for one in sorted(_over(before)))
    gone += Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
    kept = Session.objects.values("session_key")
    return gone + int(UserSession.objects.exclude(session_key__in=kept).delete()[0])


def _over(before: datetime) -> set[uuid.UUID]:
    closed = set(User.objects.filter(is_active=False, created__lt=before).values_list("pk", flat=True))
    late = Event.objects.filter(
        kind="user", action="user.closed", at__gte=before, object_id__in=[str(one) for one in closed]
    )
    still = {key_of(one) for one in late.values_list("object_id", flat=True)}
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    never = User.objects.filter(role=Role.VISITOR, last_login__isnull=True, created__lt=before)
    return (closed - still) | set(never.exclude(pk__in=confirmed).values_list("pk", flat=True))


def _erase_account(user_id: uuid.UUID) -> int:
    account_over.send(sender=None, user_id=user_id)
    return sum(erase(Keeper(), Subject(user_id=user_id)).values())


PARTS: tuple[Part, ...] = (AccountsPart(),)
PURPOSES = (
    Purpose(
        code="account",
        label=_("Accounts and signing in"),
        legal_basis=("6(1)(b)",),
        why=_(
            "The account is what its owner asked for; second factors and the list of sessions keep it safe."
        ),
        subjects=(USERS,),
        data=(
            _("name, addresses, language, role, when the account was made and last used"),
            _("password and second factors, kept so that nobody can read them"),
            _("sessions: shortened network address, browser, when last used"),
        ),
        sources=(THEMSELVES, _("the provider that they sign in through")),
        recipients=(ADMINISTRATORS, SECRETARIAT),
        kept=_(
            "until its owner erases it; a closed account from its closing on, one that was never confirmed "
            "from its making on"
        ),
        retention=days(settings.VIDENSBRO_RETENTION_ACCOUNT_DAYS),
        expire=_expire,
    ),
)
MODELS = {
    "accounts.User": "account",
    "account.EmailAddress": "account",
    "account.EmailConfirmation": "account",
    "mfa.Authenticator": "account",
    "usersessions.UserSession": "account",
    "sessions.Session": "account",
    "auth.Permission": f"{NONE}: names of the program; not used",
    "auth.Group": f"{NONE}: not used",
    "auth.Group_permissions": NONE,
    "contenttypes.ContentType": f"{NONE}: names of the program",
}
