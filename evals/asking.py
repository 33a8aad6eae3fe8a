"""Every need of a collection answered: by the engine, and by a plain BM25."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.bm25 import PlainBM25
from evals.collections import Collection, Expertise, Retrieval, Text
from evals.indexing import common_language, corpus_language, language_of
from evals.progress import Progress
from vidensbro.kit.matching import Engine, Filters, Match, Need

DEPTH = 100
"""Documents ranked for each query."""

HEAD = 10
"""Answers of each need that are looked at for what their scores mean."""


@dataclass(slots=True)
class Answers:
    """What came back for each query: `ranked` ids, and the `heads` with score and evidence."""

    ranked: dict[str, list[str]] = field(default_factory=dict)
    heads: dict[str, tuple[Match, ...]] = field(default_factory=dict)


class Asker:
    """Puts a collection's queries to an engine, as the collection means them."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._common = common_language(collection.queries.values())
        people = {author for text in collection.texts for author in text.authors}
        self._limit = len(people) if isinstance(collection, Expertise) else DEPTH

    def need(self, query: str) -> Need:
        """A query as a need."""
        text = self._collection.queries[query]
        if isinstance(self._collection, Expertise):
            return Need(text)
        return Need(text, language=language_of(Text(query, "", text), self._common))

    def filters(self, query: str, without: frozenset[str] = frozenset()) -> Filters:
        """What may be found. A query document itself may not: that its authors know about it would be no finding."""
        if isinstance(self._collection, Expertise):
            return Filters(kinds=("person",), excluded=frozenset({f"publication:{query}"}) | without)
        return Filters(kinds=("publication",), excluded=without)

    def ask(
        self, engine: Engine, queries: Sequence[str], phase: str, progress: Progress, *, head: bool = False
    ) -> Answers:
        """The engine's answers to `queries`; of documents only the `head` if so asked: a tenth of the time."""
        found = Answers()
        limit = HEAD if head and isinstance(self._collection, Retrieval) else self._limit
        for number, query in enumerate(queries, 1):
            matches = engine.match(self.need(query), self.filters(query), limit=limit).matches
            found.ranked[query] = self._judged([match.document.id for match in matches])
            found.heads[query] = matches[:HEAD]
            progress(phase, number, len(queries))
        return found

    def time(self, engine: Engine, queries: Sequence[str]) -> list[float]:
        """Milliseconds that each of `queries` takes as users ask: the first ten, explained, the need embedded."""
        took = []
        for query in queries:
            start = time.perf_counter()
            engine.match(self.need(query), self.filters(query), limit=HEAD)
            took.append(1000 * (time.perf_counter() - start))
        return took

    def ask_plainly(self, queries: Sequence[str]) -> Answers:
        """The answers of a plain BM25 in the collection's main language; people by voting over its ranks."""
        texts = self._collection.texts
        authors = {text.id: text.authors for text in texts}
        bodies = {text.id: f"{text.title} {text.body}" for text in texts}
        plain = PlainBM25(bodies, corpus_language(self._collection))
        found = Answers()
        for query in queries:
            if isinstance(self._collection, Expertise):
                ranked = plain.search(self._collection.queries[query])
                found.ranked[query] = self._judged(_votes_by_rank(ranked, authors, query))
            else:
                found.ranked[query] = plain.search(self._collection.queries[query], DEPTH)
        return found

    def _judged(self, ranked: list[str]) -> list[str]:
        """Of people only those who are judged."""
        if not isinstance(self._collection, Expertise):
            return ranked
        judged = set(self._collection.candidates)
        return [person for person in ranked if person in judged]


def _votes_by_rank(ranked: Sequence[str], authors: dict[str, tuple[str, ...]], query: str) -> list[str]:
    """Plain voting: each author gets one over the rank of each document found (Macdonald & Ounis 2006)."""
    votes: Counter[str] = Counter()
    for rank, document in enumerate(ranked, 1):
        for author in authors[document] if document != query else ():
            votes[author] += 1 / rank  # type: ignore[assignment]
    return sorted(votes, key=lambda author: (-votes[author], author))
