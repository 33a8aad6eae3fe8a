"""Reading accounts."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.common.errors import NotFound
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
