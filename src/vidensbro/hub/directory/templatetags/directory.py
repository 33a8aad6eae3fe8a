"""Organisations and people in templates."""

from __future__ import annotations

from django import template

from vidensbro.hub.directory import presenters
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.ui.fields import FieldLink

register = template.Library()

register.filter("organisation_name", presenters.organisation_name)
register.filter("organisation_href", presenters.organisation_href)
register.filter("person_href", presenters.person_href)
register.filter("invited_as", presenters.invited_as)
register.filter("place_line", presenters.place_line)
register.filter("address_line", presenters.address_line)
register.filter("period", presenters.period)
register.filter("summary", presenters.summary)


@register.filter
def tags(row: Organisation | Person) -> list[FieldLink]:
    """The fields of a row as links."""
    return presenters.tags(row)


@register.filter
def works_at(row: Person) -> str:
    """Where a person works, in few words."""
    return presenters.affiliation_line(row.affiliations.all())
