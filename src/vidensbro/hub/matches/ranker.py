"""The ranker that was learned from introductions: which one orders answers now, and why that one.

One row holds what was learned last. It is used where it was convincing on needs that it had not seen, for the engine
that it was learned with, and while VIDENSBRO_RANKER does not switch it off; else answers stand as the engine ranks
them. See docs/how-it-works/quality.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings

from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.matches.engine import snapshot
from vidensbro.hub.matches.models import LearnedRanker
from vidensbro.kit.matching import EngineConfig, Result
from vidensbro.kit.matching.learning import LEAST_NEEDS, Comparison, Learned, Ranker, choose

OFF: Final = "off"
WORDS_ONLY: Final = "-words"


@dataclass(frozen=True, slots=True)
class Report:
    """What was learned (None: nothing yet), whether it is used, and the code of the reason.

    "used"; or not: "off", "untrained", "unavailable" (the index cannot be read), "other_engine", "too_few",
    "not_better", "chance".
    """

    learned: LearnedRanker | None
    why: str

    @property
    def used(self) -> bool:
        """Whether answers are ordered by what was learned."""
        return self.why == "used"


def scale(engine_version: str, dense: bool) -> str:
    """Name of the engine whose contributions mean the same: its settings, and whether it reads meaning."""
    return engine_version if dense else engine_version + WORDS_ONLY


def current_scale() -> str:
    """The scale of what is answered now. Opens no model. Raises Unavailable."""
    built_with = snapshot().statistics().embedder
    return scale(EngineConfig().suited_to(built_with).digest, bool(built_with))


def enabled() -> bool:
    """Has nobody switched it off?"""
    return bool(settings.VIDENSBRO_RANKER != OFF)


def ranker_for(scored_by: str) -> Ranker:
    """The ranker of answers on this scale: the learned one where it may be used, else one that changes nothing."""
    row = _last() if enabled() else None
    if row is None or row.scored_by != scored_by:
        return Ranker()
    return choose(_learned(row))


def ranked(result: Result, ranker: Ranker) -> Result:
    """A result with its scores weighed and in their order. Nothing comes in and nothing falls out."""
    if not ranker.weights:
        return result
    return replace(result, matches=ranker.apply(result.matches))


def name() -> str:
    """A name that changes with what answers are ordered by; for keys of what is kept in memory."""
    row = _last() if enabled() else None
    return f"{row.pk}" if row else ""


def comparison(row: LearnedRanker) -> Comparison:
    """How it did on needs that were held out."""
    return Comparison(row.held_out, row.default_right, row.learned_right, row.better, row.worse, row.chance)


def report() -> Report:
    """What was learned, and whether it is used. Shows no single need or judgement."""
    row = _last()
    return Report(row, _why(row))


def _why(row: LearnedRanker | None) -> str:
    if not enabled():
        return OFF
    if row is None:
        return "untrained"
    try:
        if row.scored_by != current_scale():
            return "other_engine"
    except Unavailable:
        return "unavailable"
    if choose(_learned(row)).weights:
        return "used"
    if row.better + row.worse < LEAST_NEEDS:
        return "too_few"
    return "chance" if row.learned_right > row.default_right else "not_better"


def _last() -> LearnedRanker | None:
    return LearnedRanker.objects.order_by("-trained", "-pk").first()


def _learned(row: LearnedRanker) -> Learned:
    return Learned(Ranker(row.weights), comparison(row), row.needs)
