"""Measure the engine and a plain BM25 on a collection, in one run."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals import metrics
from evals.bm25 import PlainBM25
from evals.collections import Expertise, Retrieval, Text
from vidensbro.kit.matching import Document, EmbeddedIndex, Engine, Filters, Need, Standing, carrier
from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.protocols import Embedder
from vidensbro.kit.text import Bridge, detect

DEPTH = 100
"""Documents ranked for each query."""

SAMPLE = 200
"""Texts read to learn a collection's language, which very short texts cannot tell themselves."""

SHORT = 6
"""Words below which a text is taken to be in the collection's language."""

Progress = Callable[[str, int, int], None]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of both, by name of the measure."""

    name: str
    queries: int
    documents: int
    embedder: str
    engine_version: str
    engine: Figures
    plain: Figures


def measure(
    collection: Retrieval | Expertise,
    embedder: Embedder | None,
    progress: Progress,
    config: EngineConfig | None = None,
) -> Report:
    """Index a collection in a temporary folder, ask every query, and compare. Takes a minute per 5,000 abstracts."""
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex.open(
            Path(folder) / "index", embedder=embedder, carry=carrier(Bridge(), embedder), writable=True
        )
        try:
            index.add(_counted(_documents(collection), len(collection.texts), progress))
            index.commit()
            engine = Engine(
                index.snapshot,
                embedder=embedder,
                config=config or EngineConfig(least_score=0.0, least_expert_score=0.0),
            )
            asker = _ask_experts if isinstance(collection, Expertise) else _ask_documents
            ranked, plain = asker(collection, engine, progress)  # type: ignore[arg-type]
        finally:
            index.close()
    return Report(
        collection.name,
        len(collection.queries),
        len(collection.texts),
        embedder.name if embedder else "none",
        engine.config.digest,
        _figures(collection, ranked),
        _figures(collection, plain),
    )


def _documents(collection: Retrieval | Expertise) -> Iterator[Document]:
    common = common_language(text.title + " " + text.body for text in collection.texts)
    for text in collection.texts:
        behind = tuple(
            Standing("person", author, _role(place, len(text.authors)))
            for place, author in enumerate(text.authors)
        )
        language = language_of(text, common)
        yield Document("publication", text.id, language, text.title, text.body, stands_behind=behind)
    for person in sorted({author for text in collection.texts for author in text.authors}):
        yield Document("person", person, common, f"#{person}")


def _role(place: int, authors: int) -> str:
    if place == 0:
        return "first"
    return "last" if place == authors - 1 else "middle"


def language_of(text: Text, common: str) -> str:
    """A text's own language if it is long enough to tell, else that of its collection."""
    whole = f"{text.title} {text.body}".strip()
    return common if len(whole.split()) < SHORT else detect(whole, fallback=common)


def common_language(texts: Iterable[str]) -> str:
    """The language that most of the first texts together are in."""
    sample = [text for text, _ in zip(texts, range(SAMPLE), strict=False)]
    blocks = (" ".join(sample[start : start + 20]) for start in range(0, len(sample), 20))
    return Counter(detect(block) for block in blocks).most_common(1)[0][0] if sample else "en"


def _ask_documents(
    collection: Retrieval, engine: Engine, progress: Progress
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    common = common_language(collection.queries.values())
    plain = PlainBM25(_bodies(collection.texts), _corpus_language(collection))
    ranked: dict[str, list[str]] = {}
    beside: dict[str, list[str]] = {}
    for number, (query, text) in enumerate(collection.queries.items(), 1):
        need = Need(text, language=language_of(Text(query, "", text), common))
        found = engine.match(need, Filters(kinds=("publication",)), limit=DEPTH).matches
        ranked[query] = [match.document.id for match in found]
        beside[query] = plain.search(text, DEPTH)
        progress("queries", number, len(collection.queries))
    return ranked, beside


def _ask_experts(
    collection: Expertise, engine: Engine, progress: Progress
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The query document itself is left out: that its authors know about it would be no finding."""
    authors = {text.id: text.authors for text in collection.texts}
    plain = PlainBM25(_bodies(collection.texts), _corpus_language(collection))
    everybody = len({author for text in collection.texts for author in text.authors})
    ranked: dict[str, list[str]] = {}
    beside: dict[str, list[str]] = {}
    for number, (query, text) in enumerate(collection.queries.items(), 1):
        filters = Filters(kinds=("person",), excluded=frozenset({f"publication:{query}"}))
        found = engine.match(Need(text), filters, limit=everybody).matches
        ranked[query] = _completed([match.document.id for match in found], collection.candidates)
        beside[query] = _completed(_votes_by_rank(plain.search(text), authors, query), collection.candidates)
        progress("queries", number, len(collection.queries))
    return ranked, beside


def _votes_by_rank(ranked: Sequence[str], authors: dict[str, tuple[str, ...]], query: str) -> list[str]:
    """Plain voting: each author gets one over the rank of each document found (Macdonald & Ounis 2006)."""
    votes: Counter[str] = Counter()
    for rank, document in enumerate(ranked, 1):
        for author in authors[document] if document != query else ():
            votes[author] += 1 / rank  # type: ignore[assignment]
    return sorted(votes, key=lambda author: (-votes[author], author))


def _completed(ranked: Sequence[str], candidates: Sequence[str]) -> list[str]:
    """Only those who are judged, and behind the ranked ones all others, by id."""
    judged = set(candidates)
    first = [person for person in ranked if person in judged]
    return first + sorted(judged - set(first))


def _bodies(texts: Iterable[Text]) -> dict[str, str]:
    return {text.id: f"{text.title} {text.body}" for text in texts}


def _corpus_language(collection: Retrieval | Expertise) -> str:
    return common_language(text.title + " " + text.body for text in collection.texts)


def _figures(collection: Retrieval | Expertise, ranked: dict[str, list[str]]) -> Figures:
    queries = list(collection.queries)
    if isinstance(collection, Expertise):
        wanted = collection.experts
        return {
            "AP": metrics.mean([metrics.average_precision(ranked[q], wanted[q]) for q in queries]),
            "P@10": metrics.mean([metrics.precision(ranked[q], wanted[q], 10) for q in queries]),
            "MRR": metrics.mean([metrics.reciprocal_rank(ranked[q], wanted[q]) for q in queries]),
        }
    grades = collection.relevant
    return {
        "nDCG@10": metrics.mean([metrics.ndcg(ranked[q], grades[q]) for q in queries]),
        "MAP@100": metrics.mean([metrics.average_precision(ranked[q], grades[q]) for q in queries]),
        "MRR": metrics.mean([metrics.reciprocal_rank(ranked[q], grades[q]) for q in queries]),
        "R@100": metrics.mean([metrics.recall(ranked[q], grades[q], DEPTH) for q in queries]),
    }


def _counted(documents: Iterable[Document], expected: int, progress: Progress) -> Iterator[Document]:
    for number, document in enumerate(documents, 1):
        yield document
        if number % 50 == 0 or number == expected:
            progress("documents", min(number, expected), expected)
