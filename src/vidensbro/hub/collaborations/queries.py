"""Reading collaborations, filtered for the actor."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Answer, is_secretariat, require
from vidensbro.hub.collaborations.models import (
    AgreementParty,
    Collaboration,
    CollaborationField,
    Milestone,
    Party,
    PartyPerson,
    Stage,
    Step,
    StepKind,
)
from vidensbro.hub.collaborations.rules import edit_collaboration, parties_of, see_collaboration
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.fields import below


@dataclass(frozen=True, slots=True)
class CollaborationSearch:
    """What a list is narrowed to; empty means any. `organisation` is part of a name; `quiet` is a number of days."""

    text: str = ""
    field: str = ""
    organisation: str = ""
    quiet: str = ""
    stage: str = ""


def collaborations(actor: Actor, search: CollaborationSearch | None = None) -> QuerySet[Collaboration]:
    """Collaborations that the actor may see, the last moved first, with parties and fields (three queries)."""
    search = search or CollaborationSearch()
    rows = _narrowed(see_collaboration.visible(actor, Collaboration.objects.all()), search)
    parties = Party.objects.filter(until__isnull=True).select_related("organisation")
    return rows.prefetch_related(Prefetch("parties", parties), "field_tags").order_by("-moved", "-pk")


def mine(actor: Actor) -> QuerySet[Collaboration]:
    """Those that the actor takes part in, also when the actor is of the secretariat."""
    if actor.user_id is None:
        return Collaboration.objects.none()
    ours = Party.objects.filter(parties_of(actor)).values("collaboration_id")
    return collaborations(actor).filter(pk__in=ours)


def board(actor: Actor, search: CollaborationSearch | None = None) -> QuerySet[Collaboration]:
    """Every collaboration, for the secretariat. Raises Denied."""
    require(actor, is_secretariat, "secretariat_only")
    return collaborations(actor, search)


def quiet_collaborations(actor: Actor, days: int) -> QuerySet[Collaboration]:
    """Those under way of which nothing has been recorded for so many days, the quietest first. For the secretariat."""
    rows = board(actor, CollaborationSearch(quiet=str(days)))
    return rows.order_by("moved", "pk")


def collaboration(actor: Actor, collaboration_id: uuid.UUID | str) -> Collaboration:
    """One collaboration with parties, people and fields.

    Raises:
        NotFound: there is none with this id, or the actor may not know of it.
    """
    people = PartyPerson.objects.select_related("person", "user")
    parties = Party.objects.select_related("organisation").prefetch_related(Prefetch("people", people))
    rows = see_collaboration.visible(actor, Collaboration.objects.all())
    found = (
        rows.prefetch_related(Prefetch("parties", parties), "field_tags")
        .filter(pk=key_of(collaboration_id))
        .first()
    )
    if found is None:
        raise NotFound("collaboration", collaboration_id)
    return found


def of_introduction(actor: Actor, introduction_id: uuid.UUID | str) -> Collaboration | None:
    """The collaboration that an introduction led to, if there is one that the actor may see."""
    rows = see_collaboration.visible(actor, Collaboration.objects.all())
    return rows.filter(introduction_id=key_of(introduction_id)).first()


def may_edit(actor: Actor, row: Collaboration) -> Answer:
    """May the actor record and correct, and why (not)?"""
    return edit_collaboration.allows(actor, row)


def timeline(row: Collaboration, *, everything: bool = False) -> list[Step]:
    """The steps by date; with `everything` also those that were corrected or undone. The caller may see the row."""
    steps = row.steps.select_related(
        "file",
        "recorded_by",
        "party__organisation",
        "agreement",
        "milestone",
        "reached__milestone",
        "funding",
        "result",
    )
    between = AgreementParty.objects.select_related("party__organisation")
    found = steps.prefetch_related(Prefetch("agreement__between", between)).order_by("date", "recorded", "pk")
    return list(found if everything else found.filter(current()))


def step(actor: Actor, collaboration_id: uuid.UUID | str, step_id: uuid.UUID | str) -> Step:
    """One current step of a collaboration that the actor may see. Raises NotFound."""
    row = collaboration(actor, collaboration_id)
    found = next((one for one in timeline(row) if one.pk == key_of(step_id)), None)
    if found is None:
        raise NotFound("step", step_id)
    return found


def last_entry(row: Collaboration) -> Step | None:
    """The entry that can be undone: the last recorded that has not been undone, unless it is the beginning."""
    found = row.steps.filter(withdrawn_at__isnull=True).order_by("-recorded", "-pk").first()
    return None if found is None or (found.kind == StepKind.BEGUN and not found.corrects_id) else found


def open_milestones(row: Collaboration) -> list[Milestone]:
    """Milestones that have not been reached, the first due first."""
    rows = Milestone.objects.filter(
        step__collaboration=row, step__superseded_at__isnull=True, step__withdrawn_at__isnull=True
    )
    return list(rows.exclude(reached__current=True).order_by("due", "pk"))


def current() -> Q:
    """A step is neither corrected nor undone."""
    return Q(superseded_at__isnull=True, withdrawn_at__isnull=True)


def _narrowed(rows: QuerySet[Collaboration], search: CollaborationSearch) -> QuerySet[Collaboration]:
    for word in search.text.split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(purpose__icontains=word))
    if search.stage:
        rows = rows.filter(stage=search.stage)
    if search.field:
        tags = CollaborationField.objects.filter(collaboration=OuterRef("pk"))
        rows = rows.filter(Exists(tags.filter(below(search.field))))
    if search.organisation:
        rows = rows.filter(pk__in=_with_organisation(search.organisation))
    if search.quiet.isdecimal():
        moment = clock.now() - timedelta(days=min(int(search.quiet), 36_500))
        rows = rows.filter(moved__lt=moment).exclude(stage=Stage.ENDED)
    return rows


def _with_organisation(name: str) -> QuerySet[Party, uuid.UUID]:
    key = name_key(name)
    named = Q(organisation__name_key__contains=key) | Q(organisation__aliases__name_key__contains=key)
    parties = Party.objects.filter(named | Q(name__icontains=name), until__isnull=True)
    return parties.values_list("collaboration_id", flat=True)
