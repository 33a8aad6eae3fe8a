"""Matching, keeping what was found, and taking feedback."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction

from vidensbro.hub.accounts.actors import VISITOR, Actor
from vidensbro.hub.accounts.models import Role
from vidensbro.hub.accounts.policies import require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Denied, Invalid, NotFound, Problems
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.common.targets import kinds as all_kinds
from vidensbro.hub.common.targets import sought_kinds, targets
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.matches.engine import engine, unavailable_if_broken
from vidensbro.hub.matches.evidence import advice_to_json, evidence_to_json
from vidensbro.hub.matches.models import Feedback, MatchRow, MatchRun
from vidensbro.hub.matches.ranker import ranked, ranker_for, scale
from vidensbro.hub.matches.training import features_now
from vidensbro.hub.needs import queries as needs
from vidensbro.hub.needs.announcements import matches_outdated
from vidensbro.hub.needs.models import Need, State
from vidensbro.kit.matching import Advice, Engine, Filters, Result
from vidensbro.kit.matching import Need as KitNeed
from vidensbro.kit.matching.learning import Ranker

LONGEST_TEXT = 100_000
PER_KIND = 12
"""Matches of each kind that are kept with a run."""
OPEN = (State.POSTED, State.ANSWERED)
RUNS_WITH_ROWS = 3
"""Of how many runs for a need the matches are kept; of older ones only what was run, when and on what."""


def match(
    actor: Actor,
    need: KitNeed,
    *,
    limit: int = 10,
    kinds: Iterable[str] = (),
    filters: Filters | None = None,
) -> Result:
    """The best `limit` of each kind for a need, among what the actor may see. Writes nothing.

    `kinds` narrows what the need seeks; without any, it is answered with what can be sought. `filters` narrows further,
    whatever audience they name. The order is that of the ranker which was learned from introductions, where that is
    used (`ranker`).

    Raises:
        Invalid: there is no text, or far too much, or a kind that nothing is of.
        Unavailable: the index or the model is out of order; `detail` says what to do.
    """
    return _answer(actor, need, limit, kinds, filters)[0]


def _answer(
    actor: Actor, need: KitNeed, limit: int, kinds: Iterable[str], filters: Filters | None
) -> tuple[Result, Ranker]:
    chosen = tuple(kinds)
    problems = Problems()
    problems.check(bool((need.text + need.title).strip()), "text", "required")
    problems.check(len(need.text) <= LONGEST_TEXT, "text", "max_length")
    problems.check(set(need.sought) <= set(sought_kinds()), "sought", "invalid_choice")
    problems.check(set(chosen) <= set(all_kinds()), "sought", "invalid_choice")
    problems.raise_if_any()
    allowed = replace(filters or Filters(), audience=actor.tokens)
    narrowed = chosen or allowed.kinds
    allowed = replace(allowed, kinds=narrowed or sought_kinds())
    running = engine()
    with unavailable_if_broken():
        found = _without_standings(running.match(need, allowed, limit=limit, as_of=clock.today()))
    if not narrowed:
        found = replace(found, advice=tuple(_not_about_kinds(found.advice)))
    ranker = ranker_for(scale(found.engine_version, found.dense))
    return ranked(found, ranker), ranker


def _not_about_kinds(advice: Iterable[Advice]) -> Iterator[Advice]:
    """Advice for somebody who has not narrowed any kinds: that some are left out is nothing to be changed."""
    for one in advice:
        values = tuple(name for name in one.values if name != "kinds")
        if one.code != "filters_exclude":
            yield one
        elif values:
            yield replace(one, values=values)


def refresh(need_id: uuid.UUID | str) -> MatchRun | None:
    """Find the matches of an open need anew, as its owner may see them, and keep them. For jobs.

    None if the need is gone, is not open, or was changed meanwhile (then another refresh waits already). When
    the answer is the same as the last one, that run is given and nothing is written.
    """
    row = needs.need_for_job(need_id)
    if row is None or row.state not in OPEN:
        return None
    asking = _owner(row)
    asked = needs.as_kit_need(row)
    refused = Feedback.objects.filter(need=row, verdict=Feedback.Verdict.NOT_RELEVANT)
    excluded = frozenset(f"{kind}:{target}" for kind, target in refused.values_list("kind", "target_id"))
    started = clock.now()
    result, ranker = _answer(asking, asked, PER_KIND, (), Filters(excluded=excluded))
    return _keep(row, asked, asking, result, ranker, started, engine())


@transaction.atomic
def give_feedback(
    actor: Actor,
    kind: str,
    target_id: str,
    verdict: str,
    *,
    reason: str = "",
    note: str = "",
    need_id: uuid.UUID | str | None = None,
    text_digest: str = "",
) -> Feedback:
    """Say that a match is relevant, or is not, because. About a need, or about a text by its digest.

    Raises:
        Denied: a visitor ("sign_in_needed"), or one who may not see the need's matches ("not_owner").
        NotFound: the need or the target is not there for the actor.
        Invalid: a verdict or reason that is none; a "not relevant" without a reason.
    """
    require(actor, lambda one: one.user_id is not None, "users_only")
    need = needs.need(actor, need_id) if need_id else None
    if need is not None and not (answer := needs.may_see_matches(actor, need)):
        raise Denied(answer.reason)
    target = targets().get(kind)
    if target is None or not target.present([target_id], actor.tokens):
        raise NotFound(kind, target_id)
    if need is None and len(text_digest) != 64:
        raise Invalid({"text_digest": ("invalid",)})
    digest = digest_of(needs.as_kit_need(need)) if need else text_digest
    held = _held(actor, need, digest, kind, target_id)
    held.verdict, held.reason, held.note, held.at = verdict, reason, note.strip()[:2000], clock.now()
    if verdict == Feedback.Verdict.RELEVANT:
        held.reason = ""
    _note_features(held)
    check_row(held)
    held.save()
    details = {"kind": kind, "target": target_id, "verdict": verdict, "reason": held.reason}
    record(actor, "match.feedback", "need" if need else "text", need.pk if need else digest, details)
    return held


@transaction.atomic
def note_answer(
    introduction_id: uuid.UUID, need: Need, kind: str, target_id: str, verdict: str, *, reason: str = ""
) -> Feedback:
    """Keep what the answer to an introduction, or what came of it, says of the match that led to it.

    One for each introduction and target; a later one replaces it. What turned out not to be relevant is left out
    when the need's matches are found anew, which is asked for.

    Raises:
        Invalid: a verdict or reason that is none; a "not relevant" without a reason.
    """
    about = {"introduction": introduction_id, "kind": kind, "target_id": target_id}
    held = Feedback.objects.filter(**about).first() or Feedback(**about)
    held.need, held.text_digest = need, digest_of(needs.as_kit_need(need))
    held.verdict, held.reason, held.at = verdict, reason, clock.now()
    _note_features(held)
    check_row(held)
    held.save()
    if verdict == Feedback.Verdict.NOT_RELEVANT and need.state in OPEN:
        matches_outdated(need)
    return held


@transaction.atomic
def take_back_feedback(actor: Actor, feedback_id: uuid.UUID | str) -> None:
    """Remove one's own feedback; what was left out of an open need's matches for it may come back. Raises NotFound."""
    mine = Feedback.objects.filter(pk=feedback_id, user_id=actor.user_id or NO_ID)
    held = mine.select_related("need").first()
    if held is None:
        raise NotFound("feedback", feedback_id)
    record(
        actor,
        "match.feedback_taken_back",
        "need" if held.need_id else "text",
        held.need_id or held.text_digest,
    )
    held.delete()
    if held.need is not None and held.need.state in OPEN and held.verdict == Feedback.Verdict.NOT_RELEVANT:
        matches_outdated(held.need)


def digest_of(need: KitNeed) -> str:
    """The name of a need's text: SHA-256 of title and text without differences of case and space."""
    text = " ".join(f"{need.title}\n{need.text}".casefold().split())
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _without_standings(result: Result) -> Result:
    """The result without who stands behind its documents: some of them may be hidden from the one who asks.

    Pages read them from the rows, as far as the reader may see them.
    """
    bare = tuple(replace(one, document=replace(one.document, stands_behind=())) for one in result.matches)
    return replace(result, matches=bare)


def _owner(row: Need) -> Actor:
    """In whose name a need is answered."""
    if row.owner is not None:
        return actor_of(row.owner)
    if row.organisation_id is None:
        return VISITOR
    return Actor(roles=frozenset({Role.MEMBER}), organisations=frozenset({row.organisation_id}))


@transaction.atomic
def _keep(
    row: Need,
    asked: KitNeed,
    asking: Actor,
    result: Result,
    ranker: Ranker,
    started: datetime,
    running: Engine,
) -> MatchRun | None:
    current = Need.objects.select_for_update().filter(pk=row.pk).first()
    if current is None or current.state not in OPEN or needs.as_kit_need(current) != asked:
        return None
    last = row.runs.order_by("-started", "-pk").first()
    if last is not None and last.ranker == ranker.weights and _same(last, asked, asking, result):
        return last
    run = MatchRun.objects.create(
        need=row,
        text_digest=digest_of(asked),
        language=result.language,
        dense=result.dense,
        index_version=result.index_version,
        engine_version=result.engine_version,
        config=asdict(running.config),
        audience=sorted(asking.tokens),
        advice=advice_to_json(result.advice),
        as_of=result.as_of,
        best_score=max((found.score for found in result.matches), default=0.0),
        ranker=dict(ranker.weights),
        started=started,
        finished=clock.now(),
    )
    MatchRow.objects.bulk_create(
        MatchRow(
            run=run,
            rank=rank,
            kind=found.document.kind,
            target_id=found.document.id,
            title=found.document.title,
            score=found.score,
            evidence=evidence_to_json(found.evidence),
        )
        for rank, found in enumerate(result.matches, start=1)
    )
    kept = list(row.runs.order_by("-started", "-pk").values_list("pk", flat=True)[:RUNS_WITH_ROWS])
    MatchRow.objects.filter(run__need=row).exclude(run__in=kept).delete()
    return run


def _same(last: MatchRun, asked: KitNeed, asking: Actor, result: Result) -> bool:
    """Does the last run say what this result says?"""
    made_by = (last.text_digest, last.index_version, last.engine_version, last.audience)
    if made_by != (digest_of(asked), result.index_version, result.engine_version, sorted(asking.tokens)):
        return False
    found = [(one.document.kind, one.document.id, one.score) for one in result.matches]
    return list(last.rows.order_by("rank").values_list("kind", "target_id", "score")) == found


def _note_features(held: Feedback) -> None:
    """Keep what the match's score was made of beside what is said of it: runs are kept for a while only."""
    if held.need is None:
        return
    scored_by, features = features_now(held.need, held.kind, held.target_id)
    if scored_by:
        held.scored_by, held.features = scored_by, features


def _held(actor: Actor, need: Need | None, digest: str, kind: str, target_id: str) -> Feedback:
    about: dict[str, object] = {"user_id": actor.user_id, "need": need, "kind": kind, "target_id": target_id}
    if need is None:
        about["text_digest"] = digest
    there = Feedback.objects.filter(**about).first()
    return there or Feedback(**{**about, "text_digest": digest})
