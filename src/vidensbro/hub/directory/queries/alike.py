"""Organisations that work with the same."""

from __future__ import annotations

from django.db.models import Count, Q

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.rules import see_organisation


def alike(actor: Actor, organisation: Organisation, limit: int = 8) -> list[tuple[Organisation, int]]:
    """Those with the most fields in common: (organisation, number of fields). Two queries."""
    fields = [tag.notation for tag in organisation.field_tags.all()]
    if not fields:
        return []
    rows = see_organisation.visible(actor, Organisation.objects.current()).exclude(pk=organisation.pk)
    shared = Count("field_tags", filter=Q(field_tags__notation__in=fields), distinct=True)
    found = rows.filter(field_tags__notation__in=fields).annotate(shared=shared)
    ordered = found.order_by("-shared", "name_key", "pk").prefetch_related("offices")[:limit]
    return [(row, int(row.shared)) for row in ordered]
