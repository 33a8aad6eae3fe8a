"""What is kept about somebody's accounts elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialAccount

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.audit.purposes import NONE
from vidensbro.hub.common.rows import NO_ID


class FederationPart:
    """The links to providers, with what those told. Erasing deletes them."""

    name = "federation"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = SocialAccount.objects.filter(user_id=subject.user_id or NO_ID).order_by("date_joined")
        return {
            "connections": [
                {
                    "provider": row.provider,
                    "identifier": row.uid,
                    "told": row.extra_data,
                    "since": row.date_joined.isoformat(),
                    "last_used": row.last_login.isoformat(),
                }
                for row in rows
            ]
        }

    def erase(self, subject: Subject) -> int:
        return int(SocialAccount.objects.filter(user_id=subject.user_id or NO_ID).delete()[0])

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        return 0


PARTS: tuple[Part, ...] = (FederationPart(),)
MODELS = {
    "federation.UsedAssertion": f"{NONE}: digests of answers that were used, deleted when they run out",
    "socialaccount.SocialApp": f"{NONE}: not used; providers are settings",
    "socialaccount.SocialAccount": "account",
    "socialaccount.SocialToken": "account",
}
