"""From a need to what is looked up: its language, its ideas with the words that may stand for each, its vector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vidensbro.kit.matching.model import Need
from vidensbro.kit.matching.protocols import Embedder, IndexQuery, QueryTerm, Snapshot
from vidensbro.kit.text import Bridge, Taxonomy, detect, index_terms, normalise, query_terms
from vidensbro.kit.text.need_talk import is_need_talk
from vidensbro.kit.text.terms import Form, QueryIdea

MOST_CHARACTERS = 20_000
"""A need is read up to here; what follows is said to have been left out."""

MOST_IDEAS = 60
"""The rarest ideas of a need that are looked up."""


Slot = tuple[tuple[str, float], ...]
"""One word of a wording: the index terms that stand for it, with weights in 0..1."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say an idea, in one language: a word, or a phrase with a slot for each of its words.

    `weight` in 0..1 is how far it is trusted to mean the same; `method` is that of `TermPair`.
    """

    text: str
    method: str
    weight: float
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Idea:
    """One idea of the need: the word or phrase as written, and the ways in which documents may say it."""

    word: str
    count: int
    wordings: tuple[Wording, ...]
    query: QueryTerm
    talk: bool = False
    """Whether it says only that something is sought."""


@dataclass(frozen=True, slots=True)
class AnalysedNeed:
    """A need made ready for an index. `unknown` are words that nothing in the index uses, in any form; `carried` says
    that the model does not know its language, so that its vector is at best that of a rendering."""

    need: Need
    language: str
    ideas: tuple[Idea, ...]
    query: IndexQuery
    frequencies: dict[str, int]
    unknown: tuple[str, ...]
    shortened: bool
    carried: bool = False


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


def analyse(
    need: Need,
    snapshot: Snapshot,
    bridge: Bridge,
    embedder: Embedder | None,
    taxonomy: Taxonomy | None = None,
    *,
    keep_unknown: bool = False,
) -> AnalysedNeed:
    """Read a need against what an index holds. Pure: the same need and snapshot give the same answer.

    `keep_unknown` leaves the ideas among the others that no public document says; they weigh nothing.
    """
    whole = normalise(f"{need.title}\n{need.text}".strip())
    text = whole[:MOST_CHARACTERS]
    language = need.language or detect(text)
    found = _gather(query_terms(text, language, bridge, taxonomy=taxonomy), language)
    frequencies = _frequencies((idea.query for idea in found), snapshot)
    known = [idea for idea in found if any(frequencies[term] for term, _ in idea.query.alternatives)]
    unknown = tuple(idea.word for idea in found if idea not in known)
    ideas = _rarest(found if keep_unknown else known, frequencies)
    vector = None
    if embedder is not None and text.strip():
        # Some models tell a need from a document by a prefix; to the others a need is a text like any other.
        embed = getattr(embedder, "embed_queries", embedder.embed)
        vector = embed([carry(text, language, embedder, bridge.render)])[0]
    query = IndexQuery(tuple(idea.query for idea in ideas), vector)
    shortened = len(whole) > MOST_CHARACTERS
    carried = embedder is not None and language not in embedder.languages
    return AnalysedNeed(need, language, ideas, query, frequencies, unknown, shortened, carried)


def carry(text: str, language: str, embedder: Embedder, render: Callable[[str, str, str], str]) -> str:
    """The text as the embedding model can read it: carried over to English where it does not know the language."""
    if language in embedder.languages or "en" not in embedder.languages:
        return text
    return render(text, language, "en") if language == "da" else text


def _gather(ideas: Iterable[QueryIdea], language: str) -> list[Idea]:
    """Ideas with the same wordings made one, counted, in order of first appearance."""
    counts: Counter[tuple[Wording, ...]] = Counter()
    first: dict[tuple[Wording, ...], str] = {}
    for idea in ideas:
        wordings = _wordings(idea.forms)
        counts[wordings] += 1
        first.setdefault(wordings, idea.word)
    return [
        Idea(word, counts[wordings], wordings, _query_term(word, wordings), is_need_talk(word, language))
        for wordings, word in first.items()
        if wordings
    ]


def _wordings(forms: Iterable[Form]) -> tuple[Wording, ...]:
    grouped: dict[tuple[str, str], list[Form]] = {}
    for form in forms:
        grouped.setdefault((form.text, form.method), []).append(form)
    return tuple(_wording(text, method, group) for (text, method), group in grouped.items())


def _wording(text: str, method: str, forms: list[Form]) -> Wording:
    weight = max(form.weight for form in forms)
    slots: dict[int, list[tuple[str, float]]] = {}
    for form in forms:
        slots.setdefault(form.slot, []).append((form.term, form.weight / weight))
    return Wording(text, method, weight, tuple(tuple(slots[number]) for number in sorted(slots)))


def _query_term(word: str, wordings: Iterable[Wording]) -> QueryTerm:
    """Everything that may be looked up for an idea; the words of a phrase share its weight."""
    best: dict[str, float] = {}
    for wording in wordings:
        for slot in wording.slots:
            for term, weight in slot:
                value = wording.weight * weight / len(wording.slots)
                best[term] = max(best.get(term, 0.0), value)
    return QueryTerm(word, tuple(sorted(best.items())))


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


def carrier(bridge: Bridge, embedder: Embedder | None) -> Callable[[str, str], str] | None:
    """What an index needs to embed texts in languages that its model does not know; None without a model."""
    if embedder is None:
        return None
    model = embedder
    return lambda text, language: carry(text, language, model, bridge.render)
