"""Who works at the desk: the secretariat. Administrators are not the secretariat."""

from __future__ import annotations

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Grant, Policy, among, is_secretariat, require, where


def require_broker(actor: Actor) -> None:
    """Do nothing for the secretariat. Raises Denied."""
    require(actor, is_secretariat, "secretariat_only")


_owner = Grant(
    "owner",
    among("owner_id", lambda actor: [actor.user_id]),
    when=lambda actor: actor.is_secretariat and actor.user_id is not None,
)

see_view = Policy(_owner, Grant("shared", where("shared", True), when=is_secretariat))

remove_view = Policy(
    _owner,
    Grant("ownerless", where("owner_id", None), when=is_secretariat),
    refusal=lambda actor: "view_of_another",
)
"""One that is left without an owner may be removed by any of the secretariat."""
