"""From a need to what is looked up: its language, its ideas with the words that may stand for each, its vector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vidensbro.kit.matching.model import Need
from vidensbro.kit.matching.protocols import Embedder, IndexQuery, QueryTerm, Snapshot
from vidensbro.kit.text import Bridge, detect, index_terms, normalise, query_terms
from vidensbro.kit.text.terms import QueryIdea

MOST_CHARACTERS = 20_000
"""A need is read up to here; what follows is said to have been left out."""

MOST_IDEAS = 60
"""The rarest ideas of a need that are looked up."""


@dataclass(frozen=True, slots=True)
class Idea:
    """One idea of the need: the word as written, its index terms with weight and way of translation."""

    word: str
    count: int
    methods: dict[str, str]
    query: QueryTerm


@dataclass(frozen=True, slots=True)
class AnalysedNeed:
    """A need made ready for an index. `unknown` are words that nothing in the index uses, in any form."""

    need: Need
    language: str
    ideas: tuple[Idea, ...]
    query: IndexQuery
    frequencies: dict[str, int]
    unknown: tuple[str, ...]
    shortened: bool


class SnapshotVocabulary:
    """The words that an index uses, asked one at a time and remembered for as long as the snapshot lives."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[tuple[str, str], bool] = {}

    def contains(self, word: str, language: str) -> bool:
        """Whether every content word in `word` occurs in a public document in `language`."""
        key = (word, language)
        if key not in self._known:
            terms = [term for term in index_terms(word, language) if not term.startswith(f"{language}+:")]
            self._known[key] = bool(terms) and bool(self._snapshot.document_frequency(terms).all())
        return self._known[key]


def analyse(need: Need, snapshot: Snapshot, bridge: Bridge, embedder: Embedder | None) -> AnalysedNeed:
    """Read a need against what an index holds. Pure: the same need and snapshot give the same answer."""
    whole = normalise(f"{need.title}\n{need.text}".strip())
    text = whole[:MOST_CHARACTERS]
    language = need.language or detect(text)
    found = _gather(query_terms(text, language, bridge))
    frequencies = _frequencies((idea.query for idea in found), snapshot)
    known = [idea for idea in found if any(frequencies[term] for term, _ in idea.query.alternatives)]
    unknown = tuple(idea.word for idea in found if idea not in known)
    ideas = _rarest(known, frequencies)
    vector = None
    if embedder is not None and text.strip():
        vector = embedder.embed([carry(text, language, embedder, bridge.render)])[0]
    query = IndexQuery(tuple(idea.query for idea in ideas), vector)
    return AnalysedNeed(need, language, ideas, query, frequencies, unknown, len(whole) > MOST_CHARACTERS)


def carry(text: str, language: str, embedder: Embedder, render: Callable[[str, str, str], str]) -> str:
    """The text as the embedding model can read it: carried over to English where it does not know the language."""
    if language in embedder.languages or "en" not in embedder.languages:
        return text
    return render(text, language, "en") if language == "da" else text


def _gather(ideas: Iterable[QueryIdea]) -> list[Idea]:
    """Ideas with the same words made one, counted, in order of first appearance."""
    counts: Counter[tuple[tuple[str, float], ...]] = Counter()
    first: dict[tuple[tuple[str, float], ...], QueryIdea] = {}
    for idea in ideas:
        best: dict[str, float] = {}
        for form in idea.forms:
            best[form.term] = max(best.get(form.term, 0.0), form.weight)
        alternatives = tuple(sorted(best.items()))
        counts[alternatives] += 1
        first.setdefault(alternatives, idea)
    return [
        Idea(
            idea.word,
            counts[alternatives],
            {form.term: form.method for form in reversed(idea.forms)},
            QueryTerm(idea.word, alternatives),
        )
        for alternatives, idea in first.items()
        if alternatives
    ]


def _frequencies(terms: Iterable[QueryTerm], snapshot: Snapshot) -> dict[str, int]:
    names = sorted({term for query in terms for term, _ in query.alternatives})
    return dict(zip(names, snapshot.document_frequency(names).tolist(), strict=True))


def _rarest(ideas: list[Idea], frequencies: dict[str, int]) -> tuple[Idea, ...]:
    """At most `MOST_IDEAS`, those whose words are rarest, kept in the order of the need."""
    if len(ideas) <= MOST_IDEAS:
        return tuple(ideas)
    ranked = sorted(
        range(len(ideas)), key=lambda i: (max(frequencies[t] for t, _ in ideas[i].query.alternatives), i)
    )
    kept = sorted(ranked[:MOST_IDEAS])
    return tuple(ideas[number] for number in kept)
