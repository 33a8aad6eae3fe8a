"""Who may do what in the directory."""

from __future__ import annotations

from vidensbro.hub.accounts.policies import Grant, Policy, among, is_member, is_secretariat, is_staff, where
from vidensbro.hub.directory.models import ContactPoint, Person

see_organisation = Policy(Grant("public"))

edit_organisation = Policy(
    Grant("staff", when=is_staff),
    Grant("coordinator", among("id", lambda actor: actor.coordinates), when=lambda a: bool(a.coordinates)),
    refusal=lambda actor: "coordinator_only",
)

see_person = Policy(
    Grant("public", where("visibility", Person.Visibility.PUBLIC)),
    Grant("member", where("visibility", Person.Visibility.MEMBERS), when=is_member),
    Grant("staff", when=is_staff),
    Grant("self", among("user_id", lambda actor: [actor.user_id]), when=lambda a: a.user_id is not None),
)

edit_person = Policy(
    Grant("staff", when=is_staff),
    Grant("self", among("user_id", lambda actor: [actor.user_id]), when=lambda a: a.user_id is not None),
    refusal=lambda actor: "only_self",
)

_unprotected = where("organisation__advertising_protected", False, None)
"""How a company that is protected from advertising is reached is its own business; of people it says nothing."""

see_contact = Policy(
    Grant("public", where("audience", ContactPoint.Audience.PUBLIC), _unprotected),
    Grant("member", where("audience", ContactPoint.Audience.MEMBERS), _unprotected, when=is_member),
    Grant("staff", when=is_secretariat),
    Grant(
        "coordinator", among("organisation_id", lambda a: a.coordinates), when=lambda a: bool(a.coordinates)
    ),
    Grant("self", among("person__user_id", lambda a: [a.user_id]), when=lambda a: a.user_id is not None),
)

knows_members = Policy(
    Grant("staff", when=is_staff),
    Grant("member", among("id", lambda actor: actor.organisations), when=lambda a: bool(a.organisations)),
)
"""To anybody else it is as if an organisation had no members, invitations and requests at all."""

manage_members = Policy(
    Grant("staff", when=is_staff),
    Grant("coordinator", among("id", lambda actor: actor.coordinates), when=lambda a: bool(a.coordinates)),
    refusal=lambda actor: "coordinator_only",
)

manage_invitation = Policy(
    Grant("staff", when=is_staff),
    Grant(
        "coordinator",
        among("organisation_id", lambda actor: actor.coordinates),
        when=lambda actor: bool(actor.coordinates),
    ),
)

decide_request = manage_invitation
"""Requests to join are decided by those who invite: the coordinators, and the secretariat."""

see_request = Policy(
    *manage_invitation.grants,
    Grant("self", among("user_id", lambda actor: [actor.user_id]), when=lambda a: a.user_id is not None),
)

see_claim = Policy(
    Grant("staff", when=is_staff),
    Grant("self", among("user_id", lambda actor: [actor.user_id]), when=lambda a: a.user_id is not None),
)
