"""Learning a ranker from what was said of matches and what came of introductions.

What counts: of a need, an answer that led to an introduction both sides said yes to, or that somebody called relevant,
beside an answer of the same kind that was refused because it was the wrong one. What the counterpart said stands above
what a user thought. Needs that only a closed circle may see, and examples, teach nothing.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import OuterRef, Subquery

from vidensbro.hub.accounts.actors import Actor, system_actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.matches import ranker
from vidensbro.hub.matches.evidence import evidence_from_json
from vidensbro.hub.matches.indexing import refresh_open_needs
from vidensbro.hub.matches.models import Feedback, LearnedRanker, MatchRow, MatchRun
from vidensbro.hub.needs.models import CLOSED_CIRCLES, Need, State
from vidensbro.kit.matching.engine import CONTRIBUTION_CODES
from vidensbro.kit.matching.learning import Judgement, Learned, features_of, learn

MOST_OF_ONE: Final = 5
"""So many needs of one organisation teach, the newest: nobody shapes the order for everybody."""

SAYS_NOTHING: Final = frozenset(
    {Feedback.Reason.ALREADY_KNOWN, Feedback.Reason.NO_CAPACITY, Feedback.Reason.OTHER}
)
"""Reasons for refusing an answer that may well have been the right one."""

OPEN: Final = (State.POSTED, State.ANSWERED)
Target = tuple[str, str]


def train(actor: Actor) -> ranker.Report:
    """Learn anew from all judgements, put the result in the place of the last one, and have open needs answered by
    whatever is to be used now. For the secretariat and administrators.

    Raises:
        Denied.
        Unavailable: the index cannot be read, so nobody knows which engine to learn for.
    """
    require(actor, is_staff, "secretariat_only")
    scored_by = ranker.current_scale()
    learned = learn(judgements(scored_by))
    with transaction.atomic():
        LearnedRanker.objects.all().delete()
        row = _row(scored_by, learned)
        row.save()
        record(actor, "ranker.trained", "ranker", row.pk, {"needs": row.needs, "held_out": row.held_out})
    bring_in_step()
    return ranker.report()


def keep_learning() -> None:
    """Learn anew if it is switched on and there is anything to learn from or to forget; keep open needs in step."""
    taught = Feedback.objects.exclude(scored_by="").exists() or LearnedRanker.objects.exists()
    if ranker.enabled() and taught:
        train(system_actor("ranker"))
    else:
        bring_in_step()


def bring_in_step() -> int:
    """Have open needs answered anew if any was ranked by another ranker than the one that is used now; how many."""
    using = ranker.report()
    weights = using.learned.weights if using.used and using.learned else {}
    last = MatchRun.objects.filter(need=OuterRef("pk")).order_by("-started", "-pk")
    needs = Need.objects.filter(state__in=OPEN).annotate(weighed=Subquery(last.values("ranker")[:1]))
    found = needs.values_list("weighed", flat=True).iterator()
    return refresh_open_needs() if any(one is not None and one != weights for one in found) else 0


def features_now(need: Need, kind: str, target_id: str) -> tuple[str, list[float]]:
    """What the engine's own score of a match was made of in the last run that has it, and the engine's scale.

    ("", []) if no run has it, or its score was cut to 1 so that its parts cannot be told.
    """
    rows = MatchRow.objects.filter(run__need=need, kind=kind, target_id=target_id).select_related("run")
    row = rows.order_by("-run__started", "-run__pk").first()
    if row is None or (row.run.ranker and row.score >= 1):
        return "", []
    weighed = features_of(evidence_from_json(row.evidence).contributions)
    weights = [row.run.ranker.get(code, 1.0) for code in CONTRIBUTION_CODES]
    own = [value / weight for value, weight in zip(weighed, weights, strict=True)]
    return ranker.scale(row.run.engine_version, row.run.dense), own


def judgements(scored_by: str) -> list[Judgement]:
    """What is to be learned from, on this scale: for each need and answer one judgement at most."""
    rows = Feedback.objects.filter(need__isnull=False, need__example=False, scored_by=scored_by)
    rows = rows.exclude(need__visibility__in=CLOSED_CIRCLES).exclude(reason__in=SAYS_NOTHING)
    by_need: dict[Need, dict[Target, list[Feedback]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.select_related("need").order_by("pk"):
        if row.need is not None:
            by_need[row.need][row.kind, row.target_id].append(row)
    told = {need: list(_judged(need, targets.values())) for need, targets in by_need.items()}
    return [
        one for need in _newest_of_each({need for need in told if _teaches(told[need])}) for one in told[need]
    ]


def _judged(need: Need, targets: Iterable[list[Feedback]]) -> Iterable[Judgement]:
    for said in targets:
        counting = [one for one in said if one.introduction] or said
        verdicts = {one.verdict for one in counting}
        if len(verdicts) == 1:
            good = verdicts == {Feedback.Verdict.RELEVANT}
            newest = max(counting, key=lambda one: (one.at, one.pk))
            yield Judgement(str(need.pk), tuple(newest.features), good, newest.kind)


def _teaches(told: list[Judgement]) -> bool:
    """Are there a good and a bad answer of one kind?"""
    return bool({one.kind for one in told if one.good} & {one.kind for one in told if not one.good})


def _newest_of_each(needs: Iterable[Need]) -> list[Need]:
    """The newest needs of each organisation, or of each owner where there is none."""
    by_side: dict[uuid.UUID | int, list[Need]] = defaultdict(list)
    for need in sorted(needs, key=lambda one: (one.created, one.pk), reverse=True):
        by_side[need.organisation_id or need.owner_id or need.pk].append(need)
    return [need for side in by_side.values() for need in side[:MOST_OF_ONE]]


def _row(scored_by: str, learned: Learned) -> LearnedRanker:
    tried = learned.comparison
    return LearnedRanker(
        scored_by=scored_by,
        weights=dict(learned.ranker.weights),
        needs=learned.needs,
        held_out=tried.needs,
        default_right=tried.default,
        learned_right=tried.learned,
        better=tried.better,
        worse=tried.worse,
        chance=tried.chance,
    )
