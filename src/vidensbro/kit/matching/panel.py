"""People and organisations as matches, found and explained through the documents they stand behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vidensbro.kit.matching import reservations
from vidensbro.kit.matching.experts import Vote, expert_score, votes
from vidensbro.kit.matching.model import (
    Contribution,
    Document,
    Evidence,
    Match,
    Passage,
    Standing,
    TermPair,
)
from vidensbro.kit.matching.sheet import EXPERT_KINDS, LISTED_AHEAD, Sheet, passes, rank, total
from vidensbro.kit.matching.spread import spread

PROFILES = 100
"""How many people and organisations are looked at for what is said of themselves."""


class Panel:
    """The experts for one need, of the kinds given."""

    def __init__(self, sheet: Sheet, kinds: Sequence[str]) -> None:
        self._sheet = sheet
        self._kinds = sorted(kinds)
        supporters = self._supporters() + self._profiles()
        self._supporters_by_key = {document.key: document for document, _ in supporters}
        self._ballots = votes(supporters, sheet.day, sheet.config)

    def matches(self, limit: int) -> list[Match]:
        """The best `limit` of each kind of expert."""
        found: list[Match] = []
        for kind in self._kinds:
            keys = [key for key in self._ballots if key.startswith(f"{kind}:")]
            keys.sort(key=lambda key: (-expert_score(self._ballots[key], self._sheet.config), key))
            found += self._of_kind(keys, limit)
        return found

    def _supporters(self) -> list[tuple[Document, float]]:
        """The best documents that somebody stands behind, with their scores."""
        pool = self._sheet.everything
        keys = [key for key in pool.candidates.keys if key.partition(":")[0] not in EXPERT_KINDS]
        best = pool.best(keys, self._sheet.config.per_kind)
        return [
            (document, pool.total(key))
            for key, document in zip(best, self._sheet.snapshot.documents(best), strict=True)
            if document is not None and document.stands_behind
        ]

    def _profiles(self) -> list[tuple[Document, float]]:
        """What is said of a person or organisation votes for it like any document, and does not age."""
        pool = self._sheet.everything
        keys = [key for key in pool.candidates.keys if key.partition(":")[0] in self._kinds]
        best = pool.best(keys, PROFILES)
        return [
            (
                replace(
                    document,
                    stands_behind=(Standing(document.kind, document.id, "self"),),
                    date=self._sheet.day,
                ),
                pool.total(key),
            )
            for key, document in zip(best, self._sheet.snapshot.documents(best), strict=True)
            if document is not None
        ]

    def _of_kind(self, keys: Sequence[str], limit: int) -> list[Match]:
        ahead = self._sheet.snapshot.documents(keys[: LISTED_AHEAD * limit])
        scored = [
            self._scored(document)
            for document in ahead
            if document is not None and passes(document, replace(self._sheet.filters, kinds=()))
        ]
        ranked = sorted(
            (match for match in scored if match.score > self._sheet.config.least_expert_score), key=rank
        )
        listed = spread(ranked, limit, self._sheet.config.organisation_share, self._sheet.named)
        return [self._explained(match) for match in listed]

    def _scored(self, document: Document) -> Match:
        parts = self._contributions(self._ballots[document.key])
        return Match(document, total(parts), Evidence(contributions=parts))

    def _explained(self, match: Match) -> Match:
        """The match with its passages, read only for those that are listed."""
        document, sheet = match.document, self._sheet
        ballots = self._ballots[document.key]
        passages, terms = self._evidence(ballots)
        evidence = replace(
            match.evidence,
            passages=passages,
            terms=terms,
            reservations=reservations.of_expert(document, sheet.need, sheet.day, ballots, sheet.config),
            supporting=tuple(
                vote.key for vote in ballots[: sheet.config.supporting] if vote.key != document.key
            ),
        )
        return replace(match, evidence=evidence)

    def _contributions(self, ballots: Sequence[Vote]) -> tuple[Contribution, ...]:
        """Each vote's share of the score: the strongest by name, the rest together."""
        config = self._sheet.config
        rate = expert_score(ballots, config) / sum(vote.value for vote in ballots)
        named, further = ballots[: config.supporting], ballots[config.supporting :]
        parts = [Contribution("document", rate * vote.value, vote.key) for vote in named]
        if further:
            value = rate * sum(vote.value for vote in further)
            parts.append(Contribution("further_documents", value, str(len(further))))
        return tuple(parts)

    def _evidence(self, ballots: Sequence[Vote]) -> tuple[tuple[Passage, ...], tuple[TermPair, ...]]:
        """The best passage of each of the strongest supporting documents."""
        passages: list[Passage] = []
        pairs: dict[tuple[str, str], TermPair] = {}
        for vote in ballots[: self._sheet.config.passages]:
            reading = self._sheet.read(self._supporters_by_key[vote.key])
            passages += reading.passages[:1]
            for pair in reading.terms:
                pairs.setdefault((pair.need.casefold(), pair.found.casefold()), pair)
        return tuple(passages), tuple(pairs.values())
