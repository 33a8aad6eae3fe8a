"""Rows of the directory."""

from vidensbro.hub.directory.models.joining import (
    Invitation,
    JoinRequest,
    PersonClaim,
    RequestState,
    RoleLift,
)
from vidensbro.hub.directory.models.organisations import (
    Alias,
    Identifier,
    Office,
    Organisation,
    OrganisationField,
    OrganisationRole,
)
from vidensbro.hub.directory.models.people import Affiliation, ContactPoint, Membership, Person, PersonField
from vidensbro.hub.directory.models.provenance import FieldTag, Provenance
from vidensbro.hub.directory.models.rights import PersonObjection, PersonRequest

__all__ = [
    "Affiliation",
    "Alias",
    "ContactPoint",
    "FieldTag",
    "Identifier",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Office",
    "Organisation",
    "OrganisationField",
    "OrganisationRole",
    "Person",
    "PersonClaim",
    "PersonField",
    "PersonObjection",
    "PersonRequest",
    "Provenance",
    "RequestState",
    "RoleLift",
]
