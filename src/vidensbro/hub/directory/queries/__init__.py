"""Reading the directory, filtered for the actor."""

from vidensbro.hub.directory.queries.hierarchy import ancestors, descendant_ids
from vidensbro.hub.directory.queries.organisations import (
    OrganisationSearch,
    contact_points,
    organisation,
    organisation_by_identifier,
    organisation_facets,
    organisation_hits,
    organisations,
    ranked_organisations,
)
from vidensbro.hub.directory.queries.people import (
    PersonSearch,
    people,
    people_of,
    person,
    person_facets,
    person_hits,
    person_of_user,
    ranked_people,
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
    "organisation_hits",
    "organisations",
    "people",
    "people_of",
    "person",
    "person_facets",
    "person_hits",
    "person_of_user",
    "ranked_organisations",
    "ranked_people",
]
