"""What is kept about an account."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.services.sessions import end_all
from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.common.rows import NO_ID


class AccountsPart:
    """The account itself, with addresses, second factors and sessions. Erasing ends and deletes them all.

    Secrets (password, keys of factors) are nobody's to read, the user's own neither.
    """

    name = "accounts"

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
        ended = end_all(user)
        # What points to an account goes with it: addresses, second factors.
        return ended + int(user.delete()[0])

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return 0


def _when(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


PARTS: tuple[Part, ...] = (AccountsPart(),)
