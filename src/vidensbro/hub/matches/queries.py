"""Reading what was found, filtered for the actor at the time of reading."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_secretariat, require
from vidensbro.hub.common.errors import Denied
from vidensbro.hub.common.targets import targets
from vidensbro.hub.matches.evidence import evidence_from_json
from vidensbro.hub.matches.models import Feedback, MatchRun
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.models import Need, State
from vidensbro.kit.matching import Evidence, Result

WEAK = 0.2
"""Below this the best match of a need is called weak, and the secretariat looks at it."""


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """A match as it is shown: the row it is about (`target`, as its app presents it), score and evidence.

    `feedback` is what the actor has said about it.
    """

    kind: str
    id: str
    title: str
    score: float
    evidence: Evidence
    target: object
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class NeedMatches:
    """A need with its last run (None: not run yet) and what the actor may see of it, best first.

    `outdated`: the need was changed after the run, and a fresh one is on its way.
    """

    need: Need
    run: MatchRun | None
    matches: tuple[ShownMatch, ...]
    outdated: bool


def matches_of(actor: Actor, need_id: uuid.UUID | str) -> NeedMatches:
    """What was found for a need. For its owner's side and the secretariat.

    Raises:
        NotFound: the actor may not know of the need.
        Denied: the actor may see the need, but not its matches ("not_owner").
    """
    need = needs.need(actor, need_id)
    answer = needs.may_see_matches(actor, need)
    if not answer:
        raise Denied(answer.reason)
    run = need.runs.order_by("-started", "-pk").first()
    if run is None:
        return NeedMatches(need, None, (), outdated=True)
    rows = list(run.rows.order_by("rank"))
    there = _present(actor, ((row.kind, row.target_id) for row in rows))
    said = {(one.kind, one.target_id): one for one in feedback_of(actor, need)}
    shown = tuple(
        ShownMatch(
            kind=row.kind,
            id=row.target_id,
            title=row.title,
            score=row.score,
            evidence=_seen(evidence_from_json(row.evidence), actor),
            target=there[row.kind, row.target_id],
            feedback=said.get((row.kind, row.target_id)),
        )
        for row in rows
        if (row.kind, row.target_id) in there
    )
    return NeedMatches(need, run, shown, outdated=need.changed > run.started)


def shown(actor: Actor, result: Result) -> tuple[ShownMatch, ...]:
    """A fresh result with the rows it is about; what has gone from the database since the index was written, or
    may no longer be seen, is left out. One query or a few for each kind."""
    keys = [(found.document.kind, found.document.id) for found in result.matches]
    there = _present(actor, keys)
    return tuple(
        ShownMatch(
            kind=found.document.kind,
            id=found.document.id,
            title=found.document.title,
            score=found.score,
            evidence=found.evidence,
            target=there[found.document.kind, found.document.id],
        )
        for found in result.matches
        if (found.document.kind, found.document.id) in there
    )


def feedback_of(actor: Actor, need: Need) -> QuerySet[Feedback]:
    """What the actor has said about the matches of a need."""
    return Feedback.objects.filter(need=need, user_id=actor.user_id).order_by("-at")


def weak_needs(actor: Actor, below: float = WEAK) -> QuerySet[Need]:
    """Open needs whose last run found nothing good (`best_score` is on each), the weakest first.

    For the secretariat. Raises Denied.
    """
    require(actor, is_secretariat, "secretariat_only")
    last = MatchRun.objects.filter(need=OuterRef("pk")).order_by("-started", "-pk").values("best_score")[:1]
    rows = needs.needs(actor).filter(state__in=[State.POSTED, State.ANSWERED])
    scored = rows.annotate(best_score=Subquery(last)).filter(best_score__lt=below)
    return scored.order_by(F("best_score").asc(), "-posted")


def _present(actor: Actor, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], object]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for kind, name in keys:
        wanted[kind].append(name)
    registry = targets()
    return {
        (kind, name): row
        for kind, names in wanted.items()
        if kind in registry
        for name, row in registry[kind].present(names, actor.tokens).items()
    }


def _seen(evidence: Evidence, actor: Actor) -> Evidence:
    return evidence
