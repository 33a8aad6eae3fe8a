"""How far the distributed index answers as the embedded one does, on a collection or on generated documents.

Usage: python -m benchmarks.agreement [DIR | SIZE] [--engine edge|local|URL] [--queries 300] [--write]

`DIR` holds a collection in the retrieval form (see `evals/collections.py`); `SIZE` is a number of documents to
generate (`benchmarks/corpus.py`). Every query goes through the whole matching engine on both indexes; what is compared
are the first ten of each answer, their scores, and with a collection nDCG@10. Ends with an error where the tolerance is
not kept. `--write` puts the row into `benchmarks/agreement.json` and the table into `agreement.md`.

`edge` is the engine itself in its embedded edition, its graphs built; `local` the client's own simulation of it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.corpus import Corpus
from benchmarks.peers import Prepared
from benchmarks.search import machine
from evals import metrics
from evals.collections import Retrieval, load
from evals.indexing import common_language, language_of
from vidensbro.kit.matching import Document, EmbeddedIndex, Engine, EngineConfig, Filters, Need, carrier
from vidensbro.kit.matching.distributed import (
    DistributedIndex,
    EdgeStore,
    Reading,
    ServerStore,
    Store,
    connect,
)
from vidensbro.kit.matching.embedding.minilm import open_minilm
from vidensbro.kit.matching.protocols import Embedder, Snapshot
from vidensbro.kit.text import Bridge

DEPTH = 10
LEAST_OVERLAP = 0.99
"""Tolerance: the mean share of the first ten that both have in common."""

MOST_DIFFERENCE = 0.002
"""Tolerance: by how much nDCG@10 may differ, either way."""

ROWS = Path(__file__).with_name("agreement.json")
TABLE = Path(__file__).with_name("agreement.md")


@dataclass(frozen=True, slots=True)
class Task:
    """What is indexed and asked. `relevant` is empty where nobody judged."""

    name: str
    documents: Sequence[Document]
    needs: Sequence[tuple[str, Need]]
    relevant: dict[str, dict[str, int]]
    embedder: Embedder


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. Bytes are for each document: given to the engine, and in its folder where it has one. Latencies
    are of whole matches, in milliseconds; rates in documents a second, without the model's
    work, which both take from the same memory."""

    task: str
    engine: str
    documents: int
    queries: int
    overlap: float
    same_order: float
    score_difference: float
    embedded_ndcg: float | None
    distributed_ndcg: float | None
    embedded_rate: float
    distributed_rate: float
    embedded_ms: float
    distributed_ms: float
    given_bytes: float
    disk_bytes: float | None
    machine: str

    @property
    def agrees(self) -> bool:
        """Whether the tolerance is kept."""
        close = (
            self.embedded_ndcg is None
            or self.distributed_ndcg is None
            or abs(self.embedded_ndcg - self.distributed_ndcg) <= MOST_DIFFERENCE
        )
        return self.overlap >= LEAST_OVERLAP and close


class Remembering:
    """An embedder that embeds each text once, so that both indexes get the same vectors at the price of one."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._known: dict[str, npt.NDArray[np.float32]] = {}
        self.name, self.dimensions, self.languages = model.name, model.dimensions, model.languages

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        if fresh:
            self._known.update(zip(fresh, self._model.embed(fresh), strict=True))
        return np.stack([self._known[text] for text in texts])


def collection_task(folder: Path, queries: int, model: Path) -> Task:
    """The first `queries` judged queries of a collection, with the bundled model."""
    collection = load(folder)
    if not isinstance(collection, Retrieval):
        sys.exit(f"{folder} holds experts; what is compared here are documents")
    common = common_language(text.title + " " + text.body for text in collection.texts)
    asked = [
        (query, Need(text, language=common)) for query, text in list(collection.queries.items())[:queries]
    ]
    documents = [
        Document("publication", text.id, language_of(text, common), text.title, text.body)
        for text in collection.texts
    ]
    return Task(collection.name, documents, asked, collection.relevant, Remembering(open_minilm(model)))


def generated_task(size: int, queries: int, folder: Path) -> Task:
    """Generated documents with clustered vectors; needs go through the bundled model."""
    corpus = Corpus(size)
    asked = [
        (str(number), Need(need.text, language=need.language))
        for number, need in enumerate(corpus.needs(queries))
    ]
    return Task("generated", list(corpus.documents()), asked, {}, Remembering(Prepared(corpus, folder)))


def compare(task: Task, engine: str, folder: Path) -> Row:
    """Build both indexes and ask both everything."""
    carry = carrier(Bridge(), task.embedder)
    with EmbeddedIndex.open(
        folder / "embedded", embedder=task.embedder, carry=carry, writable=True
    ) as embedded:
        # Once for nothing, so that the model's work is done when the clock runs.
        embedded.add(task.documents)
        embedded.rollback()
        embedded_rate = _fill(embedded.add, embedded.commit, task.documents)
    store = _open(engine, folder / "engine")
    with DistributedIndex.open(
        store, "agreement", reading=Reading(task.embedder, carry), writable=True
    ) as index:
        distributed_rate = _fill(index.add, index.commit, task.documents)
        if isinstance(store, EdgeStore):
            store.optimize("agreement-000001-documents")
        one = _ask(EmbeddedIndex.open(folder / "embedded").snapshot, task)
        other = _ask(index.snapshot, task)
        given = index.snapshot().statistics().bytes_on_disk
    store.close()
    sizes = (given / len(task.documents), _size(folder / "engine", len(task.documents)))
    return _row(task, engine, one, other, (embedded_rate, distributed_rate), sizes)


def _size(folder: Path, documents: int) -> float | None:
    """Bytes of blocks on the disk for each document: the engine sets aside more than it fills."""
    if not folder.exists():
        return None
    return sum(512 * path.stat().st_blocks for path in folder.rglob("*") if path.is_file()) / documents


@dataclass(frozen=True, slots=True)
class Answers:
    """For each query the first documents with their scores, and how long it took."""

    ranked: dict[str, list[tuple[str, float]]]
    milliseconds: float


def _ask(snapshots: Callable[[], Snapshot], task: Task) -> Answers:
    config = EngineConfig(least_score=0.0, least_expert_score=0.0)
    engine = Engine(snapshots, embedder=task.embedder, config=config)
    ranked: dict[str, list[tuple[str, float]]] = {}
    times: list[float] = []
    for query, need in task.needs:
        start = time.perf_counter()
        found = engine.match(need, Filters(kinds=("publication",)), limit=DEPTH).matches
        times.append(1000 * (time.perf_counter() - start))
        ranked[query] = [(match.document.id, match.score) for match in found]
    return Answers(ranked, statistics.median(times))


def _row(
    task: Task,
    engine: str,
    one: Answers,
    other: Answers,
    rates: tuple[float, float],
    sizes: tuple[float, float | None],
) -> Row:
    overlaps, orders, differences = [], [], [0.0]
    for query, found in one.ranked.items():
        here, there = dict(found), dict(other.ranked[query])
        overlaps.append(len(here.keys() & there.keys()) / max(len(here), len(there), 1))
        orders.append(float(list(here) == list(there)))
        differences += [abs(here[name] - there[name]) for name in here.keys() & there.keys()]
    judged = bool(task.relevant)
    return Row(
        task=task.name,
        engine=engine if engine in ("edge", "local") else "server",
        documents=len(task.documents),
        queries=len(task.needs),
        overlap=statistics.fmean(overlaps),
        same_order=statistics.fmean(orders),
        score_difference=max(differences),
        embedded_ndcg=_ndcg(task, one) if judged else None,
        distributed_ndcg=_ndcg(task, other) if judged else None,
        embedded_rate=rates[0],
        distributed_rate=rates[1],
        embedded_ms=one.milliseconds,
        distributed_ms=other.milliseconds,
        given_bytes=sizes[0],
        disk_bytes=sizes[1],
        machine=machine(),
    )


def _ndcg(task: Task, answers: Answers) -> float:
    return metrics.mean(
        [
            metrics.ndcg([name for name, _ in ranked], task.relevant[query], DEPTH)
            for query, ranked in answers.ranked.items()
        ]
    )


def _fill(
    add: Callable[[Iterable[Document]], int], commit: Callable[[], str], documents: Sequence[Document]
) -> float:
    start = time.perf_counter()
    add(documents)
    commit()
    return len(documents) / (time.perf_counter() - start)


def _open(engine: str, folder: Path) -> Store:
    if engine == "edge":
        return EdgeStore(folder)
    if engine == "local":
        from qdrant_client import QdrantClient

        return ServerStore(QdrantClient(":memory:"))
    return connect(engine)


def keep(row: Row) -> None:
    """Put the row into the results in place of that of the same task and engine."""
    rows = [Row(**one) for one in json.loads(ROWS.read_text())] if ROWS.exists() else []
    names = (row.task, row.documents, row.engine)
    rows = [one for one in rows if (one.task, one.documents, one.engine) != names] + [row]
    rows.sort(key=lambda one: (one.task, one.documents, one.engine))
    ROWS.write_text(json.dumps([asdict(one) for one in rows], indent=1) + "\n", encoding="utf-8")
    TABLE.write_text(table(rows), encoding="utf-8")


def table(rows: Sequence[Row]) -> str:
    """Markdown."""
    lines = [
        "# The distributed index beside the embedded one",
        "",
        f"Tolerance: overlap@10 at least {LEAST_OVERLAP}, nDCG@10 apart by at most {MOST_DIFFERENCE}. Rates in "
        "documents a second without embedding; times of a whole match, p50. `edge` is the Qdrant engine in its "
        "embedded edition, `local` the client's simulation; no server was measured. Made by "
        "`python -m benchmarks.agreement`.",
        "",
        "| documents | engine | queries | overlap@10 | same order | largest score difference | nDCG@10 embedded | "
        "nDCG@10 distributed | docs/s | docs/s embedded | ms | ms embedded | bytes given | bytes on disk |",
        "|" + "---|" * 14,
    ]
    for row in rows:
        cells = (
            f"{row.documents:,} {row.task}",
            row.engine,
            row.queries,
            f"{row.overlap:.4f}",
            f"{row.same_order:.3f}",
            f"{row.score_difference:.1e}",
            _figure(row.embedded_ndcg),
            _figure(row.distributed_ndcg),
            f"{row.distributed_rate:,.0f}",
            f"{row.embedded_rate:,.0f}",
            f"{row.distributed_ms:.0f}",
            f"{row.embedded_ms:.0f}",
            f"{row.given_bytes:,.0f}",
            "" if row.disk_bytes is None else f"{row.disk_bytes:,.0f}",
        )
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    machines = dict.fromkeys(row.machine for row in rows)
    return "\n".join([*lines, "", *(f"Machine: {name}." for name in machines)]) + "\n"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def main() -> None:
    """Compare once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", help="a folder with a collection, or a number of documents to generate")
    parser.add_argument("--engine", default="edge")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.task.isdigit():
            task = generated_task(int(chosen.task), chosen.queries, folder)
        else:
            task = collection_task(Path(chosen.task), chosen.queries, folder / "model")
        row = compare(task, chosen.engine, folder)
    print(json.dumps(asdict(row), indent=1))
    if chosen.write:
        keep(row)
    if not row.agrees:
        sys.exit("The tolerance is not kept.")


if __name__ == "__main__":
    main()
