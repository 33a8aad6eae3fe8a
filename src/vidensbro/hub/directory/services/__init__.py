"""Changing the directory: one function per change. The actor comes first; each is one transaction."""

from vidensbro.hub.directory.services.claims import (
    claim_person,
    confirm_claim,
    refuse_claim,
    withdraw_claim,
)
from vidensbro.hub.directory.services.contacts import add_contact_point, remove_contact_point
from vidensbro.hub.directory.services.invitations import (
    accept_invitation,
    accept_waiting_invitation,
    invite,
    resend_invitation,
    withdraw_invitation,
)
from vidensbro.hub.directory.services.joining import ask_to_join, confirm_join, refuse_join, withdraw_join
from vidensbro.hub.directory.services.memberships import (
    add_membership,
    change_role,
    leave,
    remove_membership,
)
from vidensbro.hub.directory.services.merging import merge_organisations, merge_people
from vidensbro.hub.directory.services.organisations import (
    add_identifier,
    add_office,
    create_organisation,
    edit_organisation,
    give_role,
    set_aliases,
    set_organisation_fields,
    set_parent,
    withdraw_organisation,
)
from vidensbro.hub.directory.services.people import (
    add_affiliation,
    create_person,
    edit_person,
    end_affiliation,
    link_person,
    set_person_fields,
    set_person_visibility,
)

__all__ = [
    "accept_invitation",
    "accept_waiting_invitation",
    "add_affiliation",
    "add_contact_point",
    "add_identifier",
    "add_membership",
    "add_office",
    "ask_to_join",
    "change_role",
    "claim_person",
    "confirm_claim",
    "confirm_join",
    "create_organisation",
    "create_person",
    "edit_organisation",
    "edit_person",
    "end_affiliation",
    "give_role",
    "invite",
    "leave",
    "link_person",
    "merge_organisations",
    "merge_people",
    "refuse_claim",
    "refuse_join",
    "remove_contact_point",
    "remove_membership",
    "resend_invitation",
    "set_aliases",
    "set_organisation_fields",
    "set_parent",
    "set_person_fields",
    "set_person_visibility",
    "withdraw_claim",
    "withdraw_invitation",
    "withdraw_join",
    "withdraw_organisation",
]
