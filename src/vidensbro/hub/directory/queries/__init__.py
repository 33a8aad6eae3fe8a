"""Reading the directory, filtered for the actor."""

from vidensbro.hub.directory.queries.hierarchy import ancestors, descendant_ids
from vidensbro.hub.directory.queries.organisations import (
    OrganisationSearch,
    contact_points,
    organisation,
    organisation_by_identifier,
    organisation_facets,
    organisations,
)
from vidensbro.hub.directory.queries.people import (
    PersonSearch,
    people,
    people_of,
    person,
    person_facets,
    person_of_user,
)

__all__ = [
    "OrganisationSearch",
    "PersonSearch",
    "ancestors",
    "contact_points",
    "descendant_ids",
    "organisation",
    "organisation_by_identifier",
    "organisation_facets",
    "organisations",
    "people",
    "people_of",
    "person",
    "person_facets",
    "person_of_user",
]
