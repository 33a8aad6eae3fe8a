"""Reading needs, filtered for the actor."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Answer
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.fields import below
from vidensbro.hub.needs.models import Need, NeedField, State
from vidensbro.hub.needs.rules import edit_need, see_matches, see_need
from vidensbro.kit.matching.model import Need as KitNeed
from vidensbro.kit.matching.model import Place


@dataclass(frozen=True, slots=True)
class NeedSearch:
    """What a list of needs is narrowed to; empty means any."""

    text: str = ""
    field: str = ""
    state: str = ""


def needs(actor: Actor, search: NeedSearch | None = None) -> QuerySet[Need]:
    """Needs that the actor may see, the newest first, with owner, organisation and fields (two queries)."""
    search = search or NeedSearch()
    rows = see_need.visible(actor, Need.objects.all())
    for word in search.text.split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    if search.state:
        rows = rows.filter(state=search.state)
    if search.field:
        rows = rows.filter(Exists(NeedField.objects.filter(below(search.field), need=OuterRef("pk"))))
    return _listed(rows).order_by(F("posted").desc(nulls_first=True), "-pk")


def my_needs(actor: Actor) -> QuerySet[Need]:
    """Needs that the actor owns or decides on for an organisation, the last changed first."""
    if actor.user_id is None:
        return Need.objects.none()
    mine = Q(owner_id=actor.user_id) | Q(organisation_id__in=actor.coordinates)
    return _listed(see_need.visible(actor, Need.objects.filter(mine))).order_by("-changed", "-pk")


def need(actor: Actor, need_id: uuid.UUID | str) -> Need:
    """One need with owner, organisation and fields.

    Raises:
        NotFound: there is none with this id, or the actor may not know of it.
    """
    found = _listed(see_need.visible(actor, Need.objects.all())).filter(pk=key_of(need_id)).first()
    if found is None:
        raise NotFound("need", need_id)
    return found


def may_edit(actor: Actor, row: Need) -> Answer:
    """May the actor change this need, and why (not)?"""
    return edit_need.allows(actor, row)


def may_see_matches(actor: Actor, row: Need) -> Answer:
    """May the actor see what was found for this need, and why (not)?"""
    return see_matches.allows(actor, row)


def open_need_ids() -> list[uuid.UUID]:
    """The ids of all needs that matches are kept up to date for. For jobs, which see everything."""
    rows = Need.objects.filter(state__in=[State.POSTED, State.ANSWERED])
    return list(rows.order_by("pk").values_list("pk", flat=True))


def need_for_job(need_id: uuid.UUID | str) -> Need | None:
    """A need whoever it belongs to, for a job that acts in its owner's name; None once it is gone."""
    return _listed(Need.objects.filter(pk=key_of(need_id))).first()


def as_kit_need(row: Need) -> KitNeed:
    """The need as the engine takes it."""
    has_place = bool(row.city or row.country or row.latitude is not None)
    return KitNeed(
        text=row.text,
        title=row.title,
        language=row.language,
        sought=tuple(row.sought),
        fields=tuple(sorted(tag.notation for tag in row.field_tags.all())),
        place=Place(row.country, row.city, row.latitude, row.longitude) if has_place else None,
        readiness=row.readiness,
        deadline=row.deadline,
    )


def _listed(rows: QuerySet[Need]) -> QuerySet[Need]:
    return rows.select_related("owner", "organisation").prefetch_related("field_tags")
