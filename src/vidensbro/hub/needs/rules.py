"""Who may see and change a need, and who sees a teaser.

The owner is the user it names; if it names none, the coordinators of the organisation that it belongs to.
A sealed need is seen by its owner and the secretariat only, one for named organisations also by those who act for
them; administrators are not the secretariat.
"""

from __future__ import annotations

from vidensbro.hub.accounts.policies import (
    Condition,
    Grant,
    Policy,
    among,
    filled,
    is_member,
    is_secretariat,
    through,
    where,
)
from vidensbro.hub.needs.models import CLOSED_CIRCLES, NeedTeaser, State, Visibility

_OUT = where("state", State.POSTED, State.ANSWERED, State.CLOSED)
_OWN: Condition = among("owner_id", lambda actor: [actor.user_id])
_OURS: Condition = among("organisation_id", lambda actor: actor.coordinates)
_NOBODYS = where("owner_id", None)
_OPEN_TO_COLLEAGUES = where("visibility", Visibility.PUBLIC, Visibility.MEMBERS)
_NAMED = through("audiences__organisation_id", lambda actor: actor.organisations)

_owner = (
    Grant("owner", _OWN, when=lambda actor: actor.user_id is not None),
    Grant("owning_organisation", _OURS, _NOBODYS, when=lambda actor: bool(actor.coordinates)),
)
_colleague = Grant(
    "coordinator", _OURS, _OPEN_TO_COLLEAGUES, _OUT, when=lambda actor: bool(actor.coordinates)
)
_broker = Grant("secretariat", _OUT, when=is_secretariat)
_system = Grant("system", when=lambda actor: bool(actor.system))

see_need = Policy(
    Grant("public", where("visibility", Visibility.PUBLIC), _OUT),
    Grant("member", where("visibility", Visibility.MEMBERS), _OUT, when=is_member),
    Grant(
        "named_organisation",
        where("visibility", Visibility.ORGANISATIONS),
        _OUT,
        _NAMED,
        when=lambda actor: bool(actor.organisations),
    ),
    *_owner,
    _colleague,
    _broker,
    _system,
)

edit_need = Policy(*_owner, _colleague, _broker, _system, refusal=lambda actor: "not_owner")

see_matches = Policy(*_owner, _colleague, _broker, _system, refusal=lambda actor: "not_owner")
"""The matches of a need tell what its owner is up to: seen by the owner's side and the secretariat."""

_SHOWN = (
    filled("approved_at"),
    where("need__visibility", *CLOSED_CIRCLES),
    where("need__state", State.POSTED, State.ANSWERED),
)

see_teaser = Policy(
    Grant("public", where("audience", NeedTeaser.Audience.PUBLIC), *_SHOWN),
    Grant("member", where("audience", NeedTeaser.Audience.MEMBERS), *_SHOWN, when=is_member),
)
