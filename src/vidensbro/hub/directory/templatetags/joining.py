"""What the reader is to an organisation or a person, for pages of apps that stand below the directory or above it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.accounts.policies import is_staff
from vidensbro.hub.directory import queries
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.queries.joining import Mine, Place

register = template.Library()


@register.simple_tag(takes_context=True)
def place_in(context: Context, organisation: Organisation) -> Place:
    """What the reader is to an organisation."""
    return queries.place_in(_actor(context), organisation)


@register.simple_tag(takes_context=True)
def my_organisations(context: Context) -> Mine:
    """The reader's organisations, requests and invitations."""
    return queries.mine(_actor(context))


@register.simple_tag(takes_context=True)
def may_claim(context: Context, person: Person) -> bool:
    """May the reader say to be this person?"""
    return queries.may_claim(_actor(context), person)


@register.simple_tag(takes_context=True)
def may_edit(context: Context, row: Organisation | Person) -> bool:
    """May the reader correct what is told?"""
    if isinstance(row, Person):
        return bool(queries.may_edit_person(_actor(context), row))
    return bool(queries.may_edit_organisation(_actor(context), row))


@register.simple_tag(takes_context=True)
def joining_waits(context: Context) -> dict[str, Any]:
    """How many requests and claims wait for the secretariat; nothing for others."""
    actor = _actor(context)
    if not is_staff(actor):
        return {}
    return {
        "requests": queries.unattended_requests(actor).count(),
        "claims": queries.open_claims(actor).count(),
        "invitations": queries.open_invitations(actor).count(),
    }


def _actor(context: Context) -> Actor:
    actor: Actor = context.get("actor") or VISITOR
    return actor
