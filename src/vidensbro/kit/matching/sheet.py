"""What is known while one need is answered from one snapshot, and the steps that documents and experts share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from vidensbro.kit.matching.analysis import AnalysedNeed
from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.model import Contribution, Document, Filters, Match, Need
from vidensbro.kit.matching.passages import Reader, Reading
from vidensbro.kit.matching.protocols import Candidates, Snapshot, Statistics
from vidensbro.kit.matching.scoring import Scores, Weights, score, weigh
from vidensbro.kit.text import fold

EXPERT_KINDS = ("person", "organisation")
"""Kinds that are found through the documents they stand behind."""

LISTED_AHEAD = 5
"""So many times the limit are looked at, so that those of one organisation can give way to others."""

LIKELY_NAMED = 20
"""Organisations that are looked at to see whether the need names them."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates with their scores, and each key's row."""

    candidates: Candidates
    scores: Scores
    rows: dict[str, int]

    def total(self, key: str) -> float:
        """A candidate's score before its passages are read."""
        return float(self.scores.total[self.rows[key]])

    def best(self, keys: Sequence[str], most: int) -> list[str]:
        """The best of `keys` by score, ties by key."""
        return sorted(keys, key=lambda key: (-self.total(key), key))[:most]


class Sheet:
    """One need, one snapshot, one set of filters, one day."""

    def __init__(
        self, snapshot: Snapshot, analysed: AnalysedNeed, filters: Filters, day: date, config: EngineConfig
    ) -> None:
        self.snapshot = snapshot
        self.analysed = analysed
        self.filters = filters
        self.day = day
        self.config = config
        self.statistics: Statistics = snapshot.statistics()
        self.weights: Weights = weigh(
            analysed.ideas, analysed.frequencies, self.statistics.public_documents, config.full_answer
        )
        shares = (self.weights.ideas / (self.weights.most or 1.0)).tolist()
        self._reader = Reader(analysed.ideas, shares)
        self._readings: dict[str, Reading] = {}

    @property
    def need(self) -> Need:
        """The need that is answered."""
        return self.analysed.need

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """The kinds that are in the index, sought by the need and let through by the filters, sorted."""
        known = self.statistics.kinds
        return tuple(sorted(set(self.need.sought or known) & set(self.filters.kinds or known) & set(known)))

    @cached_property
    def visible(self) -> Filters:
        """All that the asker may see, whatever the need seeks."""
        return Filters(audience=self.filters.audience, excluded=self.filters.excluded)

    @cached_property
    def everything(self) -> Pool:
        """Candidates of every kind among what is visible: they vote for experts."""
        return self.search(self.visible)

    @cached_property
    def named(self) -> frozenset[str]:
        """Keys of organisations that the need names in full."""
        keys = [key for key in self.everything.candidates.keys if key.startswith("organisation:")]
        best = self.everything.best(keys, LIKELY_NAMED)
        text = f" {fold(self.need.title)} {fold(self.need.text)} "
        return frozenset(
            document.key
            for document in self.snapshot.documents(best)
            if document is not None and f" {fold(document.title)} " in text
        )

    def search(self, filters: Filters) -> Pool:
        """Candidates that pass `filters`, scored."""
        found = self.snapshot.search(self.analysed.query, filters, self.config.per_kind)
        scores = score(
            found,
            self.analysed.ideas,
            self.weights,
            self.statistics.average_length,
            self.config,
            self.analysed.carried,
        )
        return Pool(found, scores, {key: row for row, key in enumerate(found.keys)})

    def read(self, document: Document) -> Reading:
        """A document's passages for this need; each document is read once."""
        if document.key not in self._readings:
            self._readings[document.key] = self._reader.read(document, self.config.passages)
        return self._readings[document.key]


def rank(match: Match) -> tuple[float, str]:
    """Order of a list: by score, ties by key."""
    return (-match.score, match.document.key)


def total(parts: Sequence[Contribution]) -> float:
    """A score is the sum of its contributions, added in their order."""
    return float(sum(part.value for part in parts))


def passes(document: Document, filters: Filters) -> bool:
    """Whether a document passes filters; the same rule that an index applies before ranking."""
    country = document.place.country if document.place else ""
    return (
        bool(document.audience & filters.audience)
        and document.key not in filters.excluded
        and (not filters.kinds or document.kind in filters.kinds)
        and (not filters.fields or bool(set(filters.fields) & set(document.fields)))
        and (not filters.languages or document.language in filters.languages)
        and (not filters.countries or country in filters.countries)
        and _has_facets(document, filters)
        and (filters.since is None or document.date is None or document.date >= filters.since)
    )


def _has_facets(document: Document, filters: Filters) -> bool:
    """Values of one facet are alternatives; of different facets each must be met."""
    return all(
        any((name, value) in document.facets for name, value in filters.facets if name == wanted)
        for wanted in {name for name, _ in filters.facets}
    )
