"""Changing the directory: one function per change. The actor comes first; each is one transaction."""

from vidensbro.hub.directory.services.contacts import add_contact_point, remove_contact_point
from vidensbro.hub.directory.services.memberships import add_membership, remove_membership
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
    "add_affiliation",
    "add_contact_point",
    "add_identifier",
    "add_membership",
    "add_office",
    "create_organisation",
    "create_person",
    "edit_organisation",
    "edit_person",
    "end_affiliation",
    "give_role",
    "link_person",
    "merge_organisations",
    "merge_people",
    "remove_contact_point",
    "remove_membership",
    "set_aliases",
    "set_organisation_fields",
    "set_parent",
    "set_person_fields",
    "set_person_visibility",
    "withdraw_organisation",
]
