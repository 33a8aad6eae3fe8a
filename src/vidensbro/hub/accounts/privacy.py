"""What is kept about an account."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.common.rows import NO_ID


class AccountsPart:
    """The account itself. Erasing deletes it."""

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
            "last_sign_in": user.last_login.isoformat() if user.last_login else None,
        }

    def erase(self, subject: Subject) -> int:
        return User.objects.filter(pk=subject.user_id or NO_ID).delete()[0]

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return 0


PARTS: tuple[Part, ...] = (AccountsPart(),)
