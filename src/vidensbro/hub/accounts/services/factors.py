"""Second factors: what an administrator may do for somebody who has lost theirs."""

from __future__ import annotations

import uuid

from allauth.mfa.models import Authenticator
from django.db import transaction

from vidensbro.hub.accounts import notifications
from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import is_administrator, require
from vidensbro.hub.accounts.services.sessions import end_all
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of


@transaction.atomic
def reset_second_factor(actor: Actor, user_id: uuid.UUID | str) -> int:
    """Remove every second factor of a user and end the user's sessions; how many factors there were.

    For administrators: whoever asks for it must be known to be the user.

    Raises:
        Denied, NotFound
    """
    require(actor, is_administrator, "administrator_only")
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("user", user_id)
    removed: int = Authenticator.objects.filter(user=user).delete()[0]
    if removed:
        end_all(user)
        record(actor, "user.second_factor_reset", "user", user.pk, {"factors": removed})
        notifications.second_factor_changed(user, "reset")
    return removed


CHANGES = {
    "app_added": ("user.factor_added", "totp"),
    "app_removed": ("user.factor_removed", "totp"),
    "passkey_added": ("user.factor_added", "webauthn"),
    "passkey_removed": ("user.factor_removed", "webauthn"),
    "codes_made": ("user.recovery_codes_made", "recovery_codes"),
}
"""What users do to their own second factors -> how the record calls it, and the type."""


def note_factor_change(actor: Actor, what: str) -> None:
    """Record what a user did to a second factor, and tell the user by mail. Call in the transaction of the change.

    `what` is a key of `CHANGES`.
    """
    action, kind = CHANGES[what]
    user = User.objects.get(pk=key_of(actor.user_id))
    record(actor, action, "user", user.pk, {"type": kind})
    notifications.second_factor_changed(user, what)
