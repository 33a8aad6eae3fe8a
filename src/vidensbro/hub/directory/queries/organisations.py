"""Reads of organisations."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.search import Ranked, TextHits, search_experts
from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.fields import below
from vidensbro.hub.directory.models import (
    Alias,
    ContactPoint,
    Identifier,
    Office,
    Organisation,
    OrganisationField,
    OrganisationRole,
    Person,
)
from vidensbro.hub.directory.rules import see_contact, see_organisation


@dataclass(frozen=True, slots=True)
class OrganisationSearch:
    """What a list of organisations is narrowed to; empty means any. `text` is part of a name or alias, or
    what somebody is known for.

    `field` also finds the fields below it.
    """

    text: str = ""
    kind: str = ""
    field: str = ""
    country: str = ""
    city: str = ""
    role: str = ""


def organisation_hits(actor: Actor, search: OrganisationSearch) -> TextHits | None:
    """Who is known for the text of a search; None without a text."""
    return search_experts(search.text, "organisation", actor.tokens) if search.text else None


def organisations(
    actor: Actor, search: OrganisationSearch | None = None, hits: TextHits | None = None
) -> QuerySet[Organisation]:
    """Organisations that the actor may see, by name, with offices, fields and roles (four queries in all).

    Without `hits` (`organisation_hits`) a text is looked for in names only.
    """
    rows = _narrowed(actor, search or OrganisationSearch(), hits)
    return rows.prefetch_related("offices", "field_tags", "roles").order_by("name_key", "pk")


def ranked_organisations(actor: Actor, search: OrganisationSearch, hits: TextHits) -> Ranked[Organisation]:
    """Those of the name by name, then those that are known for it, best first. One query more than
    `organisations`."""
    named = organisations(actor, search).values_list("pk", flat=True)
    return Ranked(organisations(actor, search, hits), hits, first=named)


def organisation_facets(
    actor: Actor, search: OrganisationSearch | None = None, hits: TextHits | None = None
) -> dict[str, dict[str, int]]:
    """How many organisations there are for each kind, role, field and city. Four queries.

    Each facet is counted as if it were not narrowed itself, so that another value can be chosen.
    """
    search = search or OrganisationSearch()
    rows = {
        name: _narrowed(actor, replace(search, **{name: ""}), hits)
        for name in ("kind", "role", "field", "city")
    }
    return {
        "kind": _counts(rows["kind"].order_by(), "kind"),
        "role": _counts(OrganisationRole.objects.filter(organisation__in=rows["role"].values("pk")), "role"),
        "field": _counts(
            OrganisationField.objects.filter(organisation__in=rows["field"].values("pk")), "notation"
        ),
        "city": _counts(
            Office.objects.filter(organisation__in=rows["city"].values("pk"), head=True).exclude(city=""),
            "city",
        ),
    }


def organisation(actor: Actor, organisation_id: uuid.UUID | str) -> Organisation:
    """One organisation with everything its page shows. A withdrawn one is given too: look at `successor`.

    Raises:
        NotFound: there is none with this id.
    """
    rows = see_organisation.visible(actor, Organisation.objects.all()).select_related("parent", "successor")
    children = Organisation.objects.current().order_by("name_key")
    found = (
        rows.prefetch_related(
            "offices", "identifiers", "aliases", "roles", "field_tags", Prefetch("children", children)
        )
        .filter(pk=key_of(organisation_id))
        .first()
    )
    if found is None:
        raise NotFound("organisation", organisation_id)
    return found


def organisation_by_identifier(actor: Actor, scheme: str, value: str) -> Organisation | None:
    """The organisation that a register calls so, if it is known; `value` in its normal form."""
    row = Identifier.objects.filter(scheme=scheme, value=value).select_related("organisation").first()
    return row.organisation if row else None


def contact_points(actor: Actor, owner: Organisation | Person) -> QuerySet[ContactPoint]:
    """How to reach somebody, as far as the actor may know."""
    owned = {"person": owner} if isinstance(owner, Person) else {"organisation": owner}
    return see_contact.visible(actor, ContactPoint.objects.filter(**owned)).order_by("kind", "pk")


def _narrowed(
    actor: Actor, search: OrganisationSearch, hits: TextHits | None = None
) -> QuerySet[Organisation]:
    rows = see_organisation.visible(actor, Organisation.objects.current())
    if key := name_key(search.text):
        alias = Alias.objects.filter(organisation=OuterRef("pk"), name_key__contains=key)
        known = Q(pk__in=list(hits.places)) if hits else Q()
        rows = rows.filter(Q(name_key__contains=key) | Q(Exists(alias)) | known)
    if search.kind:
        rows = rows.filter(kind=search.kind)
    if search.country:
        rows = rows.filter(country=search.country)
    if search.city:
        rows = rows.filter(Exists(Office.objects.filter(organisation=OuterRef("pk"), city=search.city)))
    if search.role:
        held = OrganisationRole.objects.filter(organisation=OuterRef("pk"), role=search.role)
        rows = rows.filter(Exists(held))
    if search.field:
        tags = OrganisationField.objects.filter(organisation=OuterRef("pk"))
        rows = rows.filter(Exists(tags.filter(below(search.field))))
    return rows


def _counts(rows: QuerySet[Any], column: str) -> dict[str, int]:
    found = rows.values_list(column).annotate(count=Count("pk")).order_by("-count", column)
    return {str(value): int(count) for value, count in found}
