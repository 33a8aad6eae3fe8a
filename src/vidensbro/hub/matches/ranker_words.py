"""What was learned from introductions, in words: for the public page and the command line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vidensbro.hub.matches.models import LearnedRanker
from vidensbro.hub.matches.ranker import Report
from vidensbro.kit.matching.engine import CONTRIBUTION_CODES
from vidensbro.kit.matching.learning import LEAST_NEEDS

LABELS: dict[str, str | Promise] = {
    "term": gettext_lazy("The words of the need"),
    "meaning": gettext_lazy("Likeness in meaning"),
    "passage": gettext_lazy("The best passage"),
    "field": gettext_lazy("The field"),
    "place": gettext_lazy("The place"),
    "document": gettext_lazy("The works that are named"),
    "further_documents": gettext_lazy("Further works"),
}
"""What each weight is about."""

WHY: dict[str, str | Promise] = {
    "used": gettext_lazy(
        "The order of answers is adjusted by what was learned from introductions, because that put more answers in "
        "the right order on needs that it had not learned from."
    ),
    "off": gettext_lazy(
        "Learning from introductions is switched off here: answers stand as the engine ranks them."
    ),
    "untrained": gettext_lazy(
        "Nothing has been learned from introductions yet: answers stand as the engine ranks them."
    ),
    "unavailable": gettext_lazy("Search is out of order at the moment, so answers are not ranked at all."),
    "other_engine": gettext_lazy(
        "What was learned belongs to another version of the engine and is not used: answers stand as the engine ranks "
        "them."
    ),
    "too_few": gettext_lazy(
        "What was learned is not used, because too few needs can show whether it is better: answers stand as the "
        "engine ranks them."
    ),
    "not_better": gettext_lazy(
        "What was learned is not used, because it was not better on needs that it had not learned from: answers "
        "stand as the engine ranks them."
    ),
    "chance": gettext_lazy(
        "What was learned is not used, because it may have been better by chance: answers stand as the engine ranks "
        "them."
    ),
}
"""Whether what was learned is used, and why."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight: what it is about, and the number. 1 leaves that part of a score as it is."""

    code: str
    label: str
    number: str


@dataclass(frozen=True, slots=True)
class RankerView:
    """What is told of the ranker. `weights` and `tried` are empty where there is nothing to tell."""

    used: bool
    why: str
    weights: tuple[Weight, ...]
    tried: str
    day: str


def ranker_view(report: Report, *, inside: bool = False) -> RankerView:
    """The ranker in words. The public is told the figures of one that is used, which rest on many needs; the
    operator (`inside`) those of any."""
    row = report.learned if inside or report.used else None
    day = formats.date_format(row.trained, "DATE_FORMAT") if row else ""
    return RankerView(report.used, str(WHY[report.why]), _weights(row), _tried(row), day)


def _weights(row: LearnedRanker | None) -> tuple[Weight, ...]:
    if row is None:
        return ()
    return tuple(
        Weight(code, str(LABELS[code]), formats.number_format(row.weights.get(code, 1.0), 3))
        for code in CONTRIBUTION_CODES
    )


def _tried(row: LearnedRanker | None) -> str:
    if row is None:
        return ""
    told = _(
        "Learned from %(needs)d needs and tried on %(held_out)d others: %(learned)s of the pairs of answers stood "
        "in the right order, %(default)s as the engine ranks them; %(better)d needs got better and %(worse)d worse."
    ) % {
        "needs": row.needs,
        "held_out": row.held_out,
        "learned": _percent(row.learned_right, 1),
        "default": _percent(row.default_right, 1),
        "better": row.better,
        "worse": row.worse,
    }
    changed = row.better + row.worse
    if changed < LEAST_NEEDS:
        return f"{told} " + _("At least %(least)d needs must change before anything is concluded.") % {
            "least": LEAST_NEEDS
        }
    return f"{told} " + _("By chance alone so many would get better with a probability of %(chance)s.") % {
        "chance": _percent(row.chance, 2)
    }


def _percent(share: float, decimals: int) -> str:
    return f"{formats.number_format(100 * share, decimals)}\N{NO-BREAK SPACE}%"
