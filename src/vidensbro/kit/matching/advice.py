"""For an empty or weak answer: what to change in the need, as codes and values."""

from __future__ import annotations

from vidensbro.kit.matching.analysis import AnalysedNeed
from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.model import Advice, Filters, Match

ADVICE_CODES = (
    "empty_need",
    "few_words",
    "shortened",
    "unknown_words",
    "nothing_found",
    "kinds_without_answer",
    "filters_exclude",
    "weak_answers",
    "no_model",
)
"""Every code of advice. Values: none; the number of ideas; characters read; the words; none; the kinds; names of the
filters; the best score; none."""

FEW_IDEAS = 3
MOST_WORDS_NAMED = 8


def advise(
    analysed: AnalysedNeed, filters: Filters, matches: tuple[Match, ...], dense: bool, config: EngineConfig
) -> tuple[Advice, ...]:
    """Advice on one answered need, most useful first."""
    need, found = analysed.need, []
    if not need.text.strip() and not need.title.strip():
        return (Advice("empty_need"),)
    weak = not matches or matches[0].score < config.weak_score
    if not matches:
        found.append(Advice("nothing_found"))
    elif weak:
        found.append(Advice("weak_answers", (f"{matches[0].score:.2f}",)))
    if weak and (narrow := _narrowing(filters)):
        found.append(Advice("filters_exclude", narrow))
    if weak and len(analysed.ideas) < FEW_IDEAS:
        found.append(Advice("few_words", (str(len(analysed.ideas)),)))
    if analysed.unknown and weak:
        found.append(Advice("unknown_words", analysed.unknown[:MOST_WORDS_NAMED]))
    missing = tuple(sorted(set(need.sought) - {match.document.kind for match in matches}))
    if matches and missing:
        found.append(Advice("kinds_without_answer", missing))
    if analysed.shortened:
        found.append(Advice("shortened"))
    if not dense:
        found.append(Advice("no_model"))
    return tuple(found)


def _narrowing(filters: Filters) -> tuple[str, ...]:
    names = ("kinds", "fields", "languages", "countries", "facets", "since")
    return tuple(name for name in names if getattr(filters, name))
