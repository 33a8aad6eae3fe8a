"""Mail about the providers that an account can be signed in to through."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.notifications import SECURITY
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.services import send


@transaction.atomic
def connection_changed(user: User, what: str, provider: str) -> None:
    """To the user: a provider was "connected" or "disconnected"."""
    recipient = Recipient(user.email, user.name, user.language, user_id=user.pk)
    context = {"what": what, "provider": provider, "path": reverse("connections")}
    send(
        SECURITY.code, recipient, "federation/mail/connection_changed", context, key=f"connection:{new_id()}"
    )
