"""Reading needs, filtered for the actor."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Answer
from vidensbro.hub.common.errors import Denied, NotFound
from vidensbro.hub.common.rows import NO_ID, key_of
from vidensbro.hub.common.targets import sought_kinds
from vidensbro.hub.directory.fields import below
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.rules import see_organisation
from vidensbro.hub.needs.models import Need, NeedField, NeedTeaser, State, TeaserInterest
from vidensbro.hub.needs.rules import edit_need, see_matches, see_need, see_teaser
from vidensbro.kit.matching.model import Need as KitNeed
from vidensbro.kit.matching.model import Place


@dataclass(frozen=True, slots=True)
class NeedSearch:
    """What a list of needs is narrowed to; empty means any."""

    text: str = ""
    field: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class TeaserSearch:
    """What a list of teasers is narrowed to; empty means any."""

    text: str = ""


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
        sought=tuple(kind for kind in row.sought if kind in sought_kinds()),
        fields=tuple(sorted(tag.notation for tag in row.field_tags.all())),
        place=Place(row.country, row.city, row.latitude, row.longitude) if has_place else None,
        readiness=row.readiness,
        deadline=row.deadline,
    )


def organisations_by_id(actor: Actor, ids: Iterable[object]) -> list[Organisation]:
    """The organisations that stand and have these ids, by name. One query."""
    rows = Organisation.objects.current().filter(pk__in=[key_of(one) for one in ids])
    return list(see_organisation.visible(actor, rows).order_by("name_key", "pk"))


def teasers(actor: Actor, text: str = "") -> QuerySet[NeedTeaser]:
    """Approved teasers of open needs that the actor may not see, those of the last month first (`month` is on each).

    Within a month they stand in the order of their random ids: nothing tells which came first.
    """
    rows = see_teaser.visible(actor, NeedTeaser.objects.all())
    for word in text.split()[:8]:
        rows = rows.filter(text__icontains=word)
    rows = rows.exclude(need__in=see_need.visible(actor, Need.objects.all()))
    return rows.annotate(month=TruncMonth("approved_at")).order_by("-month", "pk")


def teaser(actor: Actor, teaser_id: uuid.UUID | str) -> NeedTeaser:
    """One approved teaser, by its own id.

    Raises:
        NotFound: there is none with this id, or the actor may not know of it.
    """
    rows = see_teaser.visible(actor, NeedTeaser.objects.all()).annotate(month=TruncMonth("approved_at"))
    found = rows.filter(pk=key_of(teaser_id)).first()
    if found is None:
        raise NotFound("teaser", teaser_id)
    return found


def teaser_of(actor: Actor, row: Need) -> NeedTeaser | None:
    """The teaser of a need, approved or not, for those who may change the need. Raises Denied."""
    if not (answer := may_edit(actor, row)):
        raise Denied(answer.reason)
    return NeedTeaser.objects.filter(need=row).select_related("approved_by").first()


def approved_teaser(row: Need) -> NeedTeaser | None:
    """The teaser that others are told of a need by, if one is approved. For what is shown by stages."""
    return NeedTeaser.objects.filter(need=row, approved_at__isnull=False).first()


def interests(actor: Actor, row: Need) -> QuerySet[TeaserInterest]:
    """Who has said that they can help with a need of which they saw the teaser, the newest first. Raises Denied."""
    if not (answer := may_edit(actor, row)):
        raise Denied(answer.reason)
    return TeaserInterest.objects.filter(teaser__need=row).select_related("user").order_by("-at")


def own_interest(actor: Actor, row: NeedTeaser) -> TeaserInterest | None:
    """What the actor has said to a teaser."""
    return TeaserInterest.objects.filter(teaser=row, user_id=actor.user_id or NO_ID).first()


def may_see(actor: Actor, row: Need) -> bool:
    """May the actor see this need itself?"""
    return bool(see_need.allows(actor, row))


def _listed(rows: QuerySet[Need]) -> QuerySet[Need]:
    return rows.select_related("owner", "organisation").prefetch_related("field_tags")
