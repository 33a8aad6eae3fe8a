"""What a collection's judgements make of ranked lists, query by query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals import metrics
from evals.asking import DEPTH, HEAD, Answers
from evals.calibration import Forecast
from evals.collections import Collection, Expertise

Values = dict[str, list[float]]
"""By measure, one value a query, in the order of the queries."""

HEAD_MEASURES = ("nDCG@10",)

HIGHER_IS_WORSE = frozenset({"pairwise loss"})


def values(collection: Collection, ranked: Mapping[str, Sequence[str]], queries: Sequence[str]) -> Values:
    """Every measure of the collection's form for each of `queries`; the main one first."""
    if isinstance(collection, Expertise):
        wanted, everybody = collection.experts, collection.candidates
        whole = {query: _completed(ranked[query], everybody) for query in queries}
        return {
            "AP": [metrics.average_precision(whole[q], wanted[q]) for q in queries],
            "P@10": [metrics.precision(whole[q], wanted[q], HEAD) for q in queries],
            "MRR": [metrics.reciprocal_rank(whole[q], wanted[q]) for q in queries],
            "pairwise loss": [metrics.pairwise_loss(ranked[q], wanted[q], everybody) for q in queries],
        }
    grades = collection.relevant
    return {
        "nDCG@10": [metrics.ndcg(ranked[q], grades[q]) for q in queries],
        "MAP@100": [metrics.average_precision(ranked[q], grades[q]) for q in queries],
        "MRR": [metrics.reciprocal_rank(ranked[q], grades[q]) for q in queries],
        "R@100": [metrics.recall(ranked[q], grades[q], DEPTH) for q in queries],
    }


def head_values(
    collection: Collection, ranked: Mapping[str, Sequence[str]], queries: Sequence[str]
) -> Values:
    """Those of the measures that the head of a list of documents is enough for; of people all."""
    whole = values(collection, ranked, queries)
    return whole if isinstance(collection, Expertise) else {name: whole[name] for name in HEAD_MEASURES}


def forecasts(collection: Collection, answers: Answers, queries: Sequence[str]) -> list[list[Forecast]]:
    """For each query the scores of its first answers, and whether they are relevant; of people only the judged."""
    found = []
    for query in queries:
        wanted = relevant(collection, query)
        judged = set(collection.candidates) if isinstance(collection, Expertise) else None
        found.append(
            [
                (match.score, match.document.id in wanted)
                for match in answers.heads[query]
                if judged is None or match.document.id in judged
            ]
        )
    return found


def relevant(collection: Collection, query: str) -> frozenset[str]:
    """Ids of all that is relevant for a query."""
    if isinstance(collection, Expertise):
        return collection.experts[query]
    return frozenset(collection.relevant[query])


def _completed(ranked: Sequence[str], candidates: Sequence[str]) -> list[str]:
    """Behind the ranked ones all others who are judged, by id."""
    return [*ranked, *sorted(set(candidates) - set(ranked))]
