"""Who may see, request, answer and decide.

The owner's side is that of `needs.rules`: the owner, or the coordinators of the organisation. The counterpart is the
person's own account, or the coordinators of the organisation that was asked, from the moment of asking. The
secretariat brokers. Nobody else knows that an introduction exists; administrators are not the secretariat.
"""

from __future__ import annotations

from vidensbro.hub.accounts.policies import Grant, Policy, among, filled, is_secretariat, where
from vidensbro.hub.needs.models import Visibility

_OURS = among("need__organisation_id", lambda actor: actor.coordinates)
_ASKED = filled("asked_at")

_owner = (
    Grant(
        "owner",
        among("need__owner_id", lambda actor: [actor.user_id]),
        when=lambda actor: actor.user_id is not None,
    ),
    Grant(
        "owning_organisation",
        _OURS,
        where("need__owner_id", None),
        when=lambda actor: bool(actor.coordinates),
    ),
    Grant(
        "coordinator",
        _OURS,
        where("need__visibility", Visibility.PUBLIC, Visibility.MEMBERS),
        when=lambda actor: bool(actor.coordinates),
    ),
)
_counterpart = (
    Grant(
        "counterpart",
        among("person__user_id", lambda actor: [actor.user_id]),
        _ASKED,
        when=lambda actor: actor.user_id is not None,
    ),
    Grant(
        "counterpart_organisation",
        among("organisation_id", lambda actor: actor.coordinates),
        _ASKED,
        when=lambda actor: bool(actor.coordinates),
    ),
)
_broker = Grant("secretariat", when=is_secretariat)
_system = Grant("system", when=lambda actor: bool(actor.system))

see_introduction = Policy(*_owner, *_counterpart, _broker, _system)

request_introduction = Policy(*_owner, _broker, _system, refusal=lambda actor: "not_owner")
"""To edit, ask, withdraw, offer times and close: the owner's side and the secretariat."""

answer_introduction = Policy(*_counterpart, _system, refusal=lambda actor: "not_asked")
"""To answer, and to ask to be shown more: the counterpart alone."""

decide_introduction = Policy(*_owner, _system, refusal=lambda actor: "not_owner")
"""To say yes for the owner, and what of the need is disclosed: the owner's side alone."""

broker_introduction = Policy(_broker, _system, refusal=lambda actor: "secretariat_only")
"""To override a conflict, and to hand an introduction to a colleague: the secretariat."""
