"""Documents of each kind as matches: scored, their passages read, spread over organisations, explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from vidensbro.kit.matching import reservations
from vidensbro.kit.matching.model import Contribution, Document, Evidence, Match, Need, Reservation
from vidensbro.kit.matching.passages import Reading
from vidensbro.kit.matching.sheet import LISTED_AHEAD, Pool, Sheet, rank, total
from vidensbro.kit.matching.spread import spread

IDEAS_NAMED_MISSING = 3

ROUNDING = 1e-12
"""Hundreds of parts that make a full answer may add up to a hair more than they should; the score stays below 1."""


def rank_documents(sheet: Sheet, pool: Pool, kinds: Sequence[str], limit: int) -> list[Match]:
    """The best `limit` of each of `kinds` in `pool`."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for key in pool.candidates.keys:
        by_kind[key.partition(":")[0]].append(key)
    found: list[Match] = []
    for kind in sorted(kinds):
        found += _rank_kind(sheet, pool, by_kind[kind], limit)
    return found


def _rank_kind(sheet: Sheet, pool: Pool, keys: Sequence[str], limit: int) -> list[Match]:
    """The head is read for its passages; what stands behind it may still be listed, in place of a surplus."""
    ahead = pool.best(keys, max(sheet.config.rerank, LISTED_AHEAD * limit))
    documents = [document for document in sheet.snapshot.documents(ahead) if document is not None]
    scored = [
        _scored(sheet, pool, document, sheet.read(document).coverage if place < sheet.config.rerank else 0.0)
        for place, document in enumerate(documents)
    ]
    ranked = sorted((match for match in scored if match.score > sheet.config.least_score), key=rank)
    listed = spread(ranked, limit, sheet.config.organisation_share, sheet.named)
    return [_explained(sheet, match) for match in listed]


def _scored(sheet: Sheet, pool: Pool, document: Document, coverage: float) -> Match:
    parts = _contributions(sheet, pool, document, coverage)
    return Match(document, total(parts), Evidence(contributions=parts))


def _explained(sheet: Sheet, match: Match) -> Match:
    reading = sheet.read(match.document)
    against = reservations.of_document(match.document, sheet.need, sheet.day, _missing(sheet, reading))
    if not reading.ideas:
        against = (*against, Reservation("meaning_only"))
    evidence = replace(
        match.evidence,
        passages=reading.passages,
        terms=reading.terms,
        reservations=against,
        title_marks=reading.title,
    )
    return replace(match, evidence=evidence)


def _contributions(sheet: Sheet, pool: Pool, document: Document, coverage: float) -> tuple[Contribution, ...]:
    """The parts of a document's score; what the need does not ask for (a field, a place) takes no share."""
    row, config = pool.rows[document.key], sheet.config
    field_share = config.field_weight if sheet.need.fields else 0.0
    place_share = config.place_weight if sheet.need.place else 0.0
    whole = 1.0 - field_share - place_share - ROUNDING
    text = whole * (1.0 - config.passage_weight)
    ideas = zip(sheet.analysed.ideas, pool.scores.ideas[row].tolist(), strict=True)
    parts = [Contribution("term", text * value, idea.word) for idea, value in ideas]
    parts.append(Contribution("meaning", text * float(pool.scores.dense[row])))
    parts.append(Contribution("passage", whole * config.passage_weight * coverage))
    shared = sorted(set(sheet.need.fields) & set(document.fields))
    if shared:
        parts.append(Contribution("field", field_share, shared[0]))
    parts.append(Contribution("place", place_share * nearness(sheet.need, document)))
    return tuple(part for part in parts if part.value > 0)


def nearness(need: Need, document: Document) -> float:
    """1 in the town that the need names, one half elsewhere in its country, 0 abroad or unknown."""
    here, there = need.place, document.place
    if here is None or there is None:
        return 0.0
    if here.city and here.city.casefold() == there.city.casefold():
        return 1.0
    return 0.5 if here.country and here.country == there.country else 0.0


def _missing(sheet: Sheet, reading: Reading) -> tuple[str, ...]:
    """Those of the need's weightiest ideas that a document says nothing about."""
    ideas, weights = sheet.analysed.ideas, sheet.weights.ideas.tolist()
    order = sorted(range(len(ideas)), key=lambda number: (-weights[number], number))
    return tuple(
        ideas[i].word for i in order[:IDEAS_NAMED_MISSING] if i not in reading.ideas and not ideas[i].talk
    )
