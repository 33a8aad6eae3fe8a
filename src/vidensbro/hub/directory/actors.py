"""From a user to an actor: the organisations that the user acts for."""

from __future__ import annotations

from vidensbro.hub.accounts.actors import VISITOR, Actor, user_actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.directory.models import Membership


def actor_of(user: User | None) -> Actor:
    """The actor that `user` is, with organisations; nobody is a visitor. One query."""
    if user is None or not user.is_active:
        return VISITOR
    rows = list(Membership.objects.filter(user=user).values_list("organisation_id", "role"))
    return user_actor(
        user,
        organisations=frozenset(organisation for organisation, _ in rows),
        coordinates=frozenset(one for one, role in rows if role == Membership.Role.COORDINATOR),
    )
