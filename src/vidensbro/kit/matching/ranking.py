"""Documents of each kind as matches: scored, their passages read, spread over organisations, explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from vidensbro.kit.matching import reservations
from vidensbro.kit.matching.model import Contribution, Document, Evidence, Match, Need, Reservation
from vidensbro.kit.matching.passages import Reading
from vidensbro.kit.matching.sheet import Pool, Sheet, rank, total
from vidensbro.kit.matching.spread import spread

IDEAS_NAMED_MISSING = 3


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
    head = pool.best(keys, max(sheet.config.rerank, limit))
    documents = sheet.snapshot.documents(head)
    matches = [_match(sheet, pool, document) for document in documents if document is not None]
    ranked = sorted((match for match in matches if match.score > sheet.config.least_score), key=rank)
    return spread(ranked, limit, sheet.config.organisation_share, sheet.named)


def _match(sheet: Sheet, pool: Pool, document: Document) -> Match:
    reading = sheet.read(document)
    parts = _contributions(sheet, pool, document, reading)
    against = reservations.of_document(document, sheet.need, sheet.day, _missing(sheet, reading))
    if not reading.ideas:
        against = (*against, Reservation("meaning_only"))
    return Match(document, total(parts), Evidence(reading.passages, reading.terms, parts, against))


def _contributions(
    sheet: Sheet, pool: Pool, document: Document, reading: Reading
) -> tuple[Contribution, ...]:
    """The parts of a document's score; what the need does not ask for (a field, a place) takes no share."""
    row, config = pool.rows[document.key], sheet.config
    field_share = config.field_weight if sheet.need.fields else 0.0
    place_share = config.place_weight if sheet.need.place else 0.0
    whole = 1.0 - field_share - place_share
    text = whole * (1.0 - config.passage_weight)
    ideas = zip(sheet.analysed.ideas, pool.scores.ideas[row].tolist(), strict=True)
    parts = [Contribution("term", text * value, idea.word) for idea, value in ideas]
    parts.append(Contribution("meaning", text * float(pool.scores.dense[row])))
    parts.append(Contribution("passage", whole * config.passage_weight * reading.coverage))
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
    return tuple(ideas[i].word for i in order[:IDEAS_NAMED_MISSING] if i not in reading.ideas)
