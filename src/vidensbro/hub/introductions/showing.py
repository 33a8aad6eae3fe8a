"""What of a need its counterpart is shown. The only way from an introduction to the need for those who are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.accounts.models import Role
from vidensbro.hub.common import clock
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.models import Organisation, OrganisationRole
from vidensbro.hub.introductions.models import Disclosure, Document, Introduction, Stage, State
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.rules import see_need

STAGES: Final = (Stage.TEASER, Stage.DESCRIPTION, Stage.IDENTITY, Stage.DOCUMENTS)
_OVER: Final = (State.DECLINED, State.EXPIRED, State.WITHDRAWN)
_PLACES: Mapping[str, int] = {stage.value: place for place, stage in enumerate(STAGES)}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a counterpart may read of a need now; everything else is empty.

    `owner` is the name of the account behind the need. `documents` are files that the owner's side handed over.
    """

    stage: str
    teaser: str = ""
    title: str = ""
    text: str = ""
    language: str = ""
    organisation: Organisation | None = None
    owner: str = ""
    documents: tuple[Document, ...] = ()


def shown(row: Introduction) -> Shown:
    """What the counterpart of an introduction may read of its need now."""
    stage = stage_of(row)
    need = row.need
    knows_who = at_least(stage, Stage.IDENTITY) or row.state in {State.INTRODUCED, State.CLOSED}
    organisation = need.organisation if knows_who else None
    owner = str(need.owner) if knows_who and need.owner is not None else ""
    teaser = needs.approved_teaser(need)
    told = teaser.text if teaser is not None else ""
    if not at_least(stage, Stage.DESCRIPTION):
        language = teaser.language if teaser is not None else ""
        return Shown(stage, told, language=language, organisation=organisation, owner=owner)
    handed = row.documents.select_related("file") if at_least(stage, Stage.DOCUMENTS) else ()
    return Shown(stage, told, need.title, need.text, need.language, organisation, owner, tuple(handed))


def stage_of(row: Introduction) -> Stage:
    """How far the need is disclosed to the counterpart: what it may see anyway, or was agreed to.

    A step that needs a confidentiality agreement counts from the moment at which it is accepted. What was agreed to
    for judging a request ends with the request: what the owner writes later is not for one who said no.
    """
    stage = starting_stage(row)
    if row.state in _OVER:
        return stage
    agreed = Disclosure.objects.filter(introduction=row, agreed=True)
    for one in agreed.filter(Q(needs_confidentiality=False) | Q(acceptance__isnull=False)):
        if not at_least(stage, one.stage):
            stage = Stage(one.stage)
    return stage


def starting_stage(row: Introduction) -> Stage:
    """What the counterpart may see without being shown anything: of a need that is open to it, all of its page."""
    return Stage.IDENTITY if see_need.allows(reader_of(row), row.need) else Stage.TEASER


def has_something_to_show(row: Introduction) -> bool:
    """Is there anything that tells the counterpart what it is about?"""
    told = shown(row)
    return bool(told.text or told.teaser)


def next_stage(stage: str) -> Stage | None:
    """The step after this one; None after the last."""
    place = _PLACES[stage] + 1
    return STAGES[place] if place < len(STAGES) else None


def at_least(stage: str, wanted: str) -> bool:
    """Does one stage hold the other?"""
    return _PLACES[stage] >= _PLACES[wanted]


def reader_of(row: Introduction) -> Actor:
    """The counterpart as an actor: the person's account, or somebody who acts for the organisation."""
    if row.person is not None:
        return actor_of(row.person.user)
    if row.organisation_id is None:
        return VISITOR
    today = clock.today()
    holds = Q(since__isnull=True) | Q(since__lte=today)
    holds &= Q(until__isnull=True) | Q(until__gte=today)
    belongs = OrganisationRole.objects.filter(holds, organisation_id=row.organisation_id).exists()
    return Actor(
        roles=frozenset({Role.MEMBER}) if belongs else frozenset(),
        organisations=frozenset({row.organisation_id}),
    )
