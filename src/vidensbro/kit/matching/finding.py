"""Words in, documents out: what the box above a list does, as against a need that is answered and explained.

A document is found when it says enough of what was typed, in any of the words that may stand for it: the same word,
its translation, a compound that holds it. No vectors: who types two words expects to see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.analysis import AnalysedNeed, Idea, Slot, Wording, analyse
from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.experts import expert_score, votes
from vidensbro.kit.matching.model import Filters, Need
from vidensbro.kit.matching.protocols import Candidates, Snapshot
from vidensbro.kit.matching.scoring import TRUSTED, score, weigh
from vidensbro.kit.text import Bridge, detect

PER_KIND = 500
"""Documents of each kind that are found at most, the best ones."""

ALL_OF = 2
"""So many ideas must all be said; of more than that at least half."""

SHORT = 5
"""So few words do not tell their language: they are read both as Danish and as English."""

INSIDE = 0.5
"""A word inside a Danish compound counts as the word from this share of the weight of its main form."""

VOTERS = 400
"""Documents of a search that vote for those who stand behind them."""

LEAST = 0.001
"""Score of a document that says it in words that no public document has: how rare they are may not be told."""

Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that says what was looked for. `score` lies in 0..1 and is above 0."""

    key: str
    score: float


def find(
    snapshot: Snapshot,
    text: str,
    filters: Filters,
    bridge: Bridge,
    config: EngineConfig,
    per_kind: int = PER_KIND,
) -> tuple[Hit, ...]:
    """The documents that say what `text` says, best first, ties by key; at most `per_kind` of each kind.

    Filters are applied before anything is ranked. Without a taxonomy: the other names of a field widen a need, but
    are not what was typed. Same snapshot and text: the same answer, to the bit.
    """
    best: dict[str, float] = {}
    for language in _languages(text):
        need = Need(text=text, language=language)
        # Also words that only what some may see says: who may, finds it by them.
        analysed = analyse(need, snapshot, bridge, None, keep_unknown=True)
        for hit in _hits(snapshot, analysed, filters, config, per_kind):
            best[hit.key] = max(hit.score, best.get(hit.key, 0.0))
    ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    return tuple(_of_each_kind((Hit(key, value) for key, value in ranked), per_kind))


def find_behind(
    snapshot: Snapshot, hits: Sequence[Hit], kind: str, day: date, config: EngineConfig
) -> tuple[Hit, ...]:
    """Those of `kind` (person, organisation) who stand behind what was found, by votes as in a full match.

    Only the best `VOTERS` vote. What the filters of `hits` let nobody see speaks for nobody.
    """
    best = hits[:VOTERS]
    documents = snapshot.documents([hit.key for hit in best])
    scored = [(one, hit.score) for one, hit in zip(documents, best, strict=True) if one is not None]
    found = [
        Hit(key, expert_score(given, config))
        for key, given in votes(scored, day, config).items()
        if key.partition(":")[0] == kind
    ]
    return tuple(sorted(found, key=lambda hit: (-hit.score, hit.key)))


def _languages(text: str) -> tuple[str, ...]:
    found = detect(text)
    return tuple(dict.fromkeys((found, "da", "en"))) if len(text.split()) <= SHORT else (found,)


def _of_each_kind(hits: Iterator[Hit], most: int) -> Iterator[Hit]:
    taken: dict[str, int] = {}
    for hit in hits:
        kind = hit.key.partition(":")[0]
        taken[kind] = taken.get(kind, 0) + 1
        if taken[kind] <= most:
            yield hit


def _hits(
    snapshot: Snapshot, analysed: AnalysedNeed, filters: Filters, config: EngineConfig, per_kind: int
) -> Iterator[Hit]:
    ideas = [idea for idea in analysed.ideas if not idea.talk] or list(analysed.ideas)
    if not ideas:
        return
    found = snapshot.search(analysed.query, filters, per_kind)
    needed = max(min(len(ideas), ALL_OF), ceil(len(ideas) / 2))
    total = _scores(snapshot, analysed, found, config)
    for row in np.flatnonzero(_ideas_said(found, ideas) >= needed).tolist():
        yield Hit(found.keys[row], max(float(total[row]), LEAST))


def _scores(
    snapshot: Snapshot, analysed: AnalysedNeed, found: Candidates, config: EngineConfig
) -> npt.NDArray[np.float64]:
    """(n,) as in a full match, but for the passages."""
    statistics = snapshot.statistics()
    weights = weigh(analysed.ideas, analysed.frequencies, statistics.public_documents, config.full_answer)
    return score(found, analysed.ideas, weights, statistics.average_length, config).total


def _ideas_said(found: Candidates, ideas: Sequence[Idea]) -> npt.NDArray[np.int64]:
    """(n,) how many of the ideas each candidate says."""
    there = dict(zip(found.terms, ((found.title > 0) | (found.body > 0)).T, strict=True))
    said = np.zeros(len(found.keys), np.int64)
    for idea in ideas:
        said += _says(idea, there, len(found.keys))
    return said


def _says(idea: Idea, there: dict[str, Bits], size: int) -> Bits:
    """(n,) whether each candidate says the idea: in a wording that means it, or, where none does, in a weaker one
    (the last part of a compound that nobody uses)."""
    trusted = [one for one in idea.wordings if one.weight >= TRUSTED]
    for wordings in (trusted, idea.wordings):
        said = np.zeros(size, np.bool_)
        for wording in wordings:
            said |= _in_full(wording, there, size)
        if said.any():
            return said
    return np.zeros(size, np.bool_)


def _in_full(wording: Wording, there: dict[str, Bits], size: int) -> Bits:
    """(n,) whether every word of the wording is there."""
    said = np.ones(size, np.bool_)
    for slot in wording.slots:
        word = np.zeros(size, np.bool_)
        for term in _main_terms(slot):
            word |= there[term]
        said &= word
    return said


def _main_terms(slot: Slot) -> list[str]:
    # Of "il-6" the 6 alone is not what was looked for, but in "tryksår" there is a "sår".
    return [term for term, weight in slot if weight == 1.0 or (weight >= INSIDE and "+:" in term)]
