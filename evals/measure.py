"""Measure the engine on a collection: beside a plain BM25, with parts taken away, and whether it means what it says."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evals import calibration, judging
from evals.asking import Answers, Asker
from evals.bootstrap import SEED, Figure, difference, figure
from evals.calibration import Calibration
from evals.collections import Collection, Expertise
from evals.faithfulness import Faithfulness, faithfulness, sample
from evals.indexing import counted, documents, indexed
from evals.metrics import percentile
from evals.progress import Progress
from evals.remembering import Remembering
from evals.variants import DEFAULT, LIST_EVERYTHING, VARIANTS, Variant
from vidensbro.kit.matching import Document, EmbeddedIndex, Engine
from vidensbro.kit.matching.protocols import Embedder, Snapshot

ABLATION_NEEDS = 200
"""Needs that every variant is asked; drawn by chance with a fixed seed where a collection has more."""

TIMED_NEEDS = 100
"""Needs that are timed."""

Figures = dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds to the first ten answers, explained, embedding the need included: half of the needs take at most
    `median`, 95 of 100 at most `most`."""

    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Row:
    """A variant on `needs` needs: its figures, and what it gains (or loses) over the engine on the same needs."""

    variant: str
    says: str
    needs: int
    figures: Figures
    gain: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured on one collection. Figures are by name of the measure, the main one first."""

    name: str
    queries: int
    documents: int
    embedder: str
    engine_version: str
    seed: int
    engine: Figures
    plain: Figures
    latency: Latency
    calibration: Calibration
    ablations: tuple[Row, ...] = ()
    faithfulness: Faithfulness | None = None
    higher_is_worse: tuple[str, ...] = field(default=tuple(sorted(judging.HIGHER_IS_WORSE)))


def measure(
    collection: Collection, embedder: Embedder | None, progress: Progress, *, ablations: bool = False
) -> Report:
    """Index a collection in a temporary folder, ask every query, and compare. Takes a minute per 5,000 abstracts.

    With `ablations` every variant is asked too, and quotations are cut out of what they explain; some minutes more.
    """
    model = Remembering(embedder) if embedder else None
    asker, queries = Asker(collection), list(collection.queries)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        given = counted(documents(collection), len(collection.texts), progress)
        with indexed(given, model, DEFAULT, place / "index") as index:
            snapshot = index.snapshot()
            # First, so that no need is in memory yet.
            took = asker.time(Engine(index.snapshot, embedder=model), sample(queries, TIMED_NEEDS))
            people = isinstance(collection, Expertise)
            answers = asker.ask(
                ranking_engine(snapshot, model, DEFAULT, people), queries, "queries", progress
            )
            rows: tuple[Row, ...] = ()
            faithful = None
            if ablations:
                bench = _Bench(collection, asker, answers, model, index, place)
                rows = bench.rows(progress)
                faithful = faithfulness(
                    collection, asker, answers, snapshot, model, place / "quotes", progress
                )
    plainly = asker.ask_plainly(queries)
    return Report(
        name=collection.name,
        queries=len(queries),
        documents=len(collection.texts),
        embedder=embedder.name if embedder else "none",
        engine_version=LIST_EVERYTHING.suited_to(embedder.name if embedder else "").digest,
        seed=SEED,
        engine=_figures(judging.values(collection, answers.ranked, queries)),
        plain=_figures(judging.values(collection, plainly.ranked, queries)),
        latency=Latency(percentile(took, 0.5), percentile(took, 0.95)),
        calibration=calibration.calibration(judging.forecasts(collection, answers, queries)),
        ablations=rows,
        faithfulness=faithful,
    )


def ranking_engine(snapshot: Snapshot, model: Embedder | None, variant: Variant, people: bool) -> Engine:
    """The engine as a variant has it, over one snapshot."""
    return Engine(
        lambda: snapshot,
        embedder=model if variant.vectors else None,
        bridge=variant.bridge,
        taxonomy=variant.taxonomy,
        config=variant.config(people),
    )


def _figures(values: Mapping[str, list[float]]) -> Figures:
    return {name: figure(found) for name, found in values.items()}


class _Bench:
    """Where the variants are tried, each on the same needs as the engine as it is."""

    def __init__(
        self,
        collection: Collection,
        asker: Asker,
        answers: Answers,
        model: Embedder | None,
        index: EmbeddedIndex,
        place: Path,
    ) -> None:
        self._collection, self._asker, self._model = collection, asker, model
        self._index, self._place = index, place
        self._queries = sample(list(collection.queries), ABLATION_NEEDS)
        self._default = judging.head_values(collection, answers.ranked, self._queries)
        self._languages = {document.language for document in documents(collection)}

    def rows(self, progress: Progress) -> tuple[Row, ...]:
        """A row for each variant that makes sense here: voting where there are experts, vectors where there is a
        model."""
        tried = [variant for variant in VARIANTS if self._fits(variant)]
        found = []
        for number, variant in enumerate(tried, 1):
            found.append(self._row(variant))
            progress("ablations", number, len(tried))
        return tuple(found)

    def _fits(self, variant: Variant) -> bool:
        if variant.name in ("dense", "lexical") and self._model is None:
            return False
        return isinstance(self._collection, Expertise) or not variant.only_experts

    def _row(self, variant: Variant) -> Row:
        answers = self._ask(variant)
        values = judging.head_values(self._collection, answers.ranked, self._queries)
        gain = {name: difference(values[name], self._default[name]) for name in values}
        return Row(variant.name, variant.says, len(self._queries), _figures(values), gain)

    def _ask(self, variant: Variant) -> Answers:
        if variant.without and "da" in self._languages and self._model is not None:
            # Danish documents were carried over for the model by what the variant leaves out: index them anew.
            folder = self._place / variant.name.replace(" ", "-")
            with indexed(self._documents(), self._model, variant, folder) as index:
                return self._answers(index.snapshot(), variant)
        return self._answers(self._index.snapshot(), variant)

    def _answers(self, snapshot: Snapshot, variant: Variant) -> Answers:
        people = isinstance(self._collection, Expertise)
        return self._asker.ask(
            ranking_engine(snapshot, self._model, variant, people), self._queries, "", _silent, head=True
        )

    def _documents(self) -> list[Document]:
        return list(documents(self._collection))


def _silent(_phase: str, _done: int, _total: int) -> None:
    """A variant's queries are not told one by one: the variants are."""
