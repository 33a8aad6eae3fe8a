"""How far the distributed index answers as the embedded one does, on a collection or on generated documents.

Usage: python -m benchmarks.agreement [DIR | SIZE] [--engine edge|local|URL] [--queries 300] [--folder DIR] [--write]

`DIR` holds a collection in the retrieval form (see `evals/collections.py`); `SIZE` is a number of documents to
generate (`benchmarks/corpus.py`). Every query goes through the whole matching engine on both indexes; what is compared
are the first ten of each answer, their scores, and with a collection nDCG@10. Ends with an error where the tolerance is
not kept. `--write` puts the row into `benchmarks/agreement.json` and the table into `agreement.md`.

`edge` is the engine itself in its embedded edition, its graphs built; `local` the client's own simulation of it, which
keeps everything in memory and looks at every document. With `--folder` both indexes are kept there, and a run that was
killed goes on where it was when it is started again with the same arguments; 200,000 documents take the better part of
an hour on two cores that nothing else uses:

    nohup nice python -m benchmarks.agreement 200000 --queries 100 --folder DIR --write > agreement.log 2>&1 &
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.corpus import Corpus
from benchmarks.peers import batched
from benchmarks.search import machine
from benchmarks.sides import (
    DEPTH,
    DistributedSide,
    EmbeddedSide,
    Generated,
    Notes,
    Remembering,
    Side,
    Task,
    run,
)
from evals import metrics
from evals.collections import Retrieval, load
from evals.indexing import common_language, language_of
from vidensbro.kit.matching import Document, Need, carrier
from vidensbro.kit.matching.distributed import EdgeStore, Reading, ServerStore, Store, connect
from vidensbro.kit.matching.distributed.batches import BATCH
from vidensbro.kit.matching.embedding.minilm import open_minilm
from vidensbro.kit.text import Bridge

LEAST_OVERLAP = 0.99
"""Tolerance: the mean share of the first ten that both have in common."""

MOST_DIFFERENCE = 0.002
"""Tolerance: by how much nDCG@10 may differ, either way."""

ROWS = Path(__file__).with_name("agreement.json")
TABLE = Path(__file__).with_name("agreement.md")


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. Bytes are for each document: given to the engine, and in its folder where it has one. Latencies
    are of whole matches, in milliseconds; rates in documents a second, without the model's work. `memory` is the most
    that the process had for itself, in bytes, mapped files apart."""

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
    memory: int | None = None

    @property
    def agrees(self) -> bool:
        """Whether the tolerance is kept."""
        close = (
            self.embedded_ndcg is None
            or self.distributed_ndcg is None
            or abs(self.embedded_ndcg - self.distributed_ndcg) <= MOST_DIFFERENCE
        )
        return self.overlap >= LEAST_OVERLAP and close


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
    embedder = Remembering(open_minilm(model))
    return Task(
        collection.name, len(documents), lambda: documents, asked, collection.relevant, embedder, embedder
    )


def generated_task(size: int, queries: int, folder: Path) -> Task:
    """Generated documents; vectors are in clusters, those of the needs as well, as a model puts a need among what it
    is about. (Vectors of the bundled model lie nowhere near such clusters. A graph then leads nowhere: with 200,000
    documents 0.65 of the first ten were found.)"""
    corpus = Corpus(size)
    asked = [
        (str(number), Need(need.text, language=need.language))
        for number, need in enumerate(corpus.needs(queries))
    ]
    clustered = Generated(corpus, open_minilm(folder))
    return Task("generated", size, corpus.documents, asked, {}, clustered, clustered)


def compare(task: Task, engine: str, folder: Path, say: Callable[[str], None]) -> Row:
    """Fill and ask both indexes, one after the other, each from where an earlier run in `folder` left it."""
    reading = Reading(task.embedder, carrier(Bridge(), task.embedder))
    if isinstance(task.embedder, Remembering):
        say("embedding")
        embed_all(task, reading)
    one = _run(EmbeddedSide(folder, reading), task, folder, say)
    name = _engine_name(engine)
    other = _run(DistributedSide(name, _open(engine, folder / "engine"), reading), task, folder, say)
    return _row(task, name, one, other, _size(folder / "engine", task.size))


def _run(side: Side, task: Task, folder: Path, say: Callable[[str], None]) -> Notes:
    try:
        return run(side, task, folder, say)
    finally:
        side.close()


def embed_all(task: Task, reading: Reading) -> None:
    """Have the model's work done before any clock runs."""
    intake = reading.intake()
    for documents in batched(task.documents(), BATCH):
        intake.vectors([text for text in map(intake.text, documents) if text])


def _size(folder: Path, documents: int) -> float | None:
    """Bytes of blocks on the disk for each document: the engine sets aside more than it fills."""
    if not folder.exists():
        return None
    return sum(512 * path.stat().st_blocks for path in folder.rglob("*") if path.is_file()) / documents


def _row(task: Task, engine: str, one: Notes, other: Notes, disk: float | None) -> Row:
    overlaps, orders, differences = [], [], [0.0]
    for query, found in one.ranked.items():
        here, there = dict(found), dict(other.ranked[query])
        overlaps.append(len(here.keys() & there.keys()) / max(len(here), len(there), 1))
        orders.append(float(list(here) == list(there)))
        differences += [abs(here[name] - there[name]) for name in here.keys() & there.keys()]
    judged = bool(task.relevant)
    return Row(
        task=task.name,
        engine=engine,
        documents=task.size,
        queries=len(task.needs),
        overlap=statistics.fmean(overlaps),
        same_order=statistics.fmean(orders),
        score_difference=max(differences),
        embedded_ndcg=_ndcg(task, one) if judged else None,
        distributed_ndcg=_ndcg(task, other) if judged else None,
        embedded_rate=one.rate,
        distributed_rate=other.rate,
        embedded_ms=one.milliseconds,
        distributed_ms=other.milliseconds,
        given_bytes=other.given / task.size,
        disk_bytes=disk,
        machine=machine(),
        memory=max(one.memory, other.memory),
    )


def _ndcg(task: Task, answers: Notes) -> float:
    return metrics.mean(
        [
            metrics.ndcg([name for name, _ in ranked], task.relevant[query], DEPTH)
            for query, ranked in answers.ranked.items()
        ]
    )


def _engine_name(engine: str) -> str:
    return engine if engine in ("edge", "local") else "server"


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
        "nDCG@10 distributed | docs/s | docs/s embedded | ms | ms embedded | bytes given | bytes on disk | "
        "MB of memory |",
        "|" + "---|" * 15,
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
            "" if row.memory is None else f"{row.memory / 1e6:,.0f}",
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
    parser.add_argument("--folder", type=Path, help="keep both indexes here, and go on where they stand")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    begun = time.monotonic()

    def say(what: str) -> None:
        sys.stderr.write(f"{time.monotonic() - begun:7.0f} s  {what}\n")
        sys.stderr.flush()

    with tempfile.TemporaryDirectory() as name:
        folder = chosen.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        if chosen.task.isdigit():
            task = generated_task(int(chosen.task), chosen.queries, folder / "model")
        else:
            task = collection_task(Path(chosen.task), chosen.queries, folder / "model")
        row = compare(task, chosen.engine, folder, say)
    sys.stdout.write(json.dumps(asdict(row), indent=1) + "\n")
    if chosen.write:
        keep(row)
    if not row.agrees:
        sys.exit("The tolerance is not kept.")


if __name__ == "__main__":
    main()
