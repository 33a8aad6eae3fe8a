"""Who may do what with works and offers."""

from __future__ import annotations

from vidensbro.hub.accounts.policies import Grant, Policy, among, is_member, is_staff, where
from vidensbro.hub.knowledge.models import Offer

see_work = Policy(Grant("public", where("withdrawn", False)))

edit_work = Policy(Grant("staff", when=is_staff), refusal=lambda actor: "staff_only")

see_offer = Policy(
    Grant("public", where("audience", Offer.Audience.PUBLIC), where("withdrawn", False)),
    Grant("member", where("audience", Offer.Audience.MEMBERS), where("withdrawn", False), when=is_member),
    Grant("staff", when=is_staff),
    Grant("own", among("organisation_id", lambda a: a.organisations), when=lambda a: bool(a.organisations)),
)

edit_offer = Policy(
    Grant("staff", when=is_staff),
    Grant(
        "coordinator", among("organisation_id", lambda a: a.coordinates), when=lambda a: bool(a.coordinates)
    ),
    refusal=lambda actor: "coordinator_only",
)
