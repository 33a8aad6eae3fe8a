"""Reading what was found, filtered for the actor at the time of reading."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_secretariat, require
from vidensbro.hub.common.errors import Denied
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.common.targets import targets
from vidensbro.hub.matches.evidence import evidence_from_json
from vidensbro.hub.matches.models import Feedback, MatchRun
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.announcements import MATCHES_REFRESH
from vidensbro.hub.needs.models import Need, State
from vidensbro.hub.outbox import queries as outbox
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
class LeftOut:
    """A document (its key and its row) that is not among the matches, because the actor has called it irrelevant."""

    key: str
    target: object
    feedback: Feedback


@dataclass(frozen=True, slots=True)
class NeedMatches:
    """A need with its last run (None: not run yet) and what the actor may see of it, best first.

    `rows` are the rows of every document that a match is or names, by document key. `outdated`: a fresh run
    is on its way.
    """

    need: Need
    run: MatchRun | None
    matches: tuple[ShownMatch, ...]
    rows: Mapping[str, object]
    outdated: bool
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """Matches that were not kept, best first, and the rows of all documents that they are or name, by key."""

    matches: tuple[ShownMatch, ...]
    rows: Mapping[str, object]


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
        return NeedMatches(need, None, (), {}, outdated=True)
    rows = [(row, evidence_from_json(row.evidence)) for row in run.rows.order_by("rank")]
    keys = {f"{row.kind}:{row.target_id}" for row, _ in rows}
    said = {f"{one.kind}:{one.target_id}": one for one in feedback_of(actor, need)}
    refused = {key: one for key, one in said.items() if key not in keys and _refuses(one)}
    there = _look_up(actor, keys.union(refused, *(_cited(evidence) for _, evidence in rows)))
    found = tuple(
        ShownMatch(
            kind=row.kind,
            id=row.target_id,
            title=row.title,
            score=row.score,
            evidence=_seen(evidence, there),
            target=there[key],
            feedback=said.get(key),
        )
        for row, evidence in rows
        if (key := f"{row.kind}:{row.target_id}") in there
    )
    outdated = outbox.is_open(MATCHES_REFRESH, str(need.pk))
    return NeedMatches(need, run, found, there, outdated, _left_out(refused, there))


def shown(actor: Actor, result: Result) -> Shown:
    """A fresh result with the rows it is about, without what has gone from the database since the index was
    written or may no longer be seen. A few queries for each kind, however many matches."""
    keys = {found.document.key for found in result.matches}
    there = _look_up(actor, keys.union(*(_cited(found.evidence) for found in result.matches)))
    found = tuple(
        ShownMatch(
            kind=one.document.kind,
            id=one.document.id,
            title=one.document.title,
            score=one.score,
            evidence=_seen(one.evidence, there),
            target=there[one.document.key],
        )
        for one in result.matches
        if one.document.key in there
    )
    return Shown(found, there)


def kept_match(actor: Actor, key: str, title: str, score: float, evidence: Mapping[str, Any]) -> Shown:
    """A match whose evidence somebody kept as JSON, with the rows of the documents it names that are there still.

    What the actor may no longer see of it is left out; the sums stay.
    """
    kind, _, name = key.partition(":")
    told = evidence_from_json(evidence)
    there = _look_up(actor, {key, *_cited(told)})
    match = ShownMatch(kind, name, title, score, _seen(told, there), there.get(key))
    return Shown((match,), there)


def feedback_of(actor: Actor, need: Need) -> QuerySet[Feedback]:
    """What the actor has said about the matches of a need."""
    return Feedback.objects.filter(need=need, user_id=actor.user_id or NO_ID).order_by("-at")


def said_of_text(actor: Actor, text_digest: str) -> dict[str, Feedback]:
    """What the actor has said about answers to this text, by document key, the newest first; nothing for a visitor."""
    if actor.user_id is None:
        return {}
    rows = Feedback.objects.filter(user_id=actor.user_id, need=None, text_digest=text_digest)
    return {f"{one.kind}:{one.target_id}": one for one in rows.order_by("-at")}


def left_out(actor: Actor, said: Mapping[str, Feedback]) -> tuple[LeftOut, ...]:
    """Of the documents that something was said about, those that were refused and that the actor may still see."""
    refused = {key: one for key, one in said.items() if _refuses(one)}
    return _left_out(refused, _look_up(actor, refused)) if refused else ()


def weak_needs(actor: Actor, below: float = WEAK) -> QuerySet[Need]:
    """Open needs whose last run found nothing good (`best_score` is on each), the weakest first.

    For the secretariat. Raises Denied.
    """
    require(actor, is_secretariat, "secretariat_only")
    last = MatchRun.objects.filter(need=OuterRef("pk")).order_by("-started", "-pk").values("best_score")[:1]
    rows = needs.needs(actor).filter(state__in=[State.POSTED, State.ANSWERED])
    scored = rows.annotate(best_score=Subquery(last)).filter(best_score__lt=below)
    return scored.order_by(F("best_score").asc(), "-posted")


def _refuses(said: Feedback) -> bool:
    return said.verdict == Feedback.Verdict.NOT_RELEVANT


def _left_out(refused: Mapping[str, Feedback], there: Mapping[str, object]) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(key, there[key], said) for key, said in refused.items() if key in there)


def _look_up(actor: Actor, keys: Iterable[str]) -> Mapping[str, object]:
    """The rows with these document keys that the actor may see."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        kind, _, name = key.partition(":")
        wanted[kind].add(name)
    registry = targets()
    return {
        f"{kind}:{name}": row
        for kind in sorted(wanted)
        if kind in registry
        for name, row in registry[kind].present(sorted(wanted[kind]), actor.tokens).items()
    }


def _cited(evidence: Evidence) -> set[str]:
    """Keys of the documents that a piece of evidence names."""
    named = {one.detail for one in evidence.contributions if one.code == "document"}
    return named | {one.key for one in evidence.passages} | set(evidence.supporting)


def _seen(evidence: Evidence, there: Mapping[str, object]) -> Evidence:
    """The evidence without quotations and names of documents that are not `there`. Its sums stay."""
    return replace(
        evidence,
        passages=tuple(one for one in evidence.passages if one.key in there),
        supporting=tuple(key for key in evidence.supporting if key in there),
        contributions=tuple(
            one if one.code != "document" or one.detail in there else replace(one, detail="")
            for one in evidence.contributions
        ),
    )
