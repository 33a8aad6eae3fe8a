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
from vidensbro.hub.directory.services.objections import object_to_being_found, withdraw_objection
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
from vidensbro.hub.directory.services.rights import (
    ask_about_person,
    confirm_person_request,
    decide_person_request,
    erase_named,
    erase_own,
    export_named,
    export_own,
    request_by_token,
    subject_of,
)

__all__ = [
    "accept_invitation",
    "accept_waiting_invitation",
    "add_affiliation",
    "add_contact_point",
    "add_identifier",
    "add_membership",
    "add_office",
    "ask_about_person",
    "ask_to_join",
    "change_role",
    "claim_person",
    "confirm_claim",
    "confirm_join",
    "confirm_person_request",
    "create_organisation",
    "create_person",
    "decide_person_request",
    "edit_organisation",
    "edit_person",
    "end_affiliation",
    "erase_named",
    "erase_own",
    "export_named",
    "export_own",
    "give_role",
    "invite",
    "leave",
    "link_person",
    "merge_organisations",
    "merge_people",
    "object_to_being_found",
    "refuse_claim",
    "refuse_join",
    "remove_contact_point",
    "remove_membership",
    "request_by_token",
    "resend_invitation",
    "set_aliases",
    "set_organisation_fields",
    "set_parent",
    "set_person_fields",
    "set_person_visibility",
    "subject_of",
    "withdraw_claim",
    "withdraw_invitation",
    "withdraw_join",
    "withdraw_objection",
    "withdraw_organisation",
]
