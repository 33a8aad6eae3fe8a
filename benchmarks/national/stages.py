"""Each step of a national installation, in a process of its own, timed.

Usage: python -m benchmarks.national.stages STAGE FOLDER SIZE, which prints one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.national import installation, needs
from benchmarks.national.measuring import peak, processor, size, timed
from benchmarks.national.works import Json, Works, changed, write

CHANGED = 10_000
"""Works of a daily update, or a tenth of the corpus where that is less."""

QUERIES = 100
SAMPLE = 300
"""Texts that the whole model embeds to tell its rate."""

Row = dict[str, Any]


def generate(folder: Path, count: int) -> Row:
    """Write the corpus."""
    paths, seconds = timed(lambda: write(folder / "works", Works().records(count)))
    return {
        "works": count,
        "seconds": seconds,
        "bytes": sum(size(path) for path in paths),
        "files": len(paths),
    }


def bring_in(folder: Path, count: int) -> Row:
    """Import it; the index comes later."""
    installation.wake(folder / "data", "none")
    files = sorted((folder / "works").iterdir())
    counts, seconds = timed(lambda: installation.import_works(files))
    from vidensbro.hub.directory.models import Affiliation, Organisation, Person
    from vidensbro.hub.knowledge.models import Authorship, Work

    tables = (Work, Authorship, Person, Affiliation, Organisation)
    rows = {model.__name__: model.objects.count() for model in tables}
    return {"seconds": seconds, "counts": counts, "rows": rows, "bytes": size(folder / "data" / "db.sqlite3")}


def build_first(folder: Path, count: int) -> Row:
    """Build the index with the distilled model, which is made beforehand."""
    installation.wake(folder / "data", "minilm")
    from vidensbro.hub.matches.engine import first_stage_embedder
    from vidensbro.hub.matches.indexing import Stage, index_build, index_status

    _, making = timed(first_stage_embedder)
    _, seconds = timed(lambda: index_build(stage=Stage.FIRST))
    found = index_status()
    return {
        "seconds": seconds,
        "distilling": making,
        "documents": found.documents,
        "bytes": found.bytes_on_disk,
    }


def embed(folder: Path, count: int) -> Row:
    """Texts a second of both models, on abstracts of the corpus."""
    installation.wake(folder / "data", "minilm")
    from vidensbro.hub.matches.engine import embedder, first_stage_embedder

    texts = list(islice(_texts(), 4_000))
    whole, quick = embedder(), first_stage_embedder()
    assert whole is not None
    quick.embed(texts[:500])
    whole.embed(texts[:20])
    _, slow = timed(lambda: whole.embed(texts[:SAMPLE]))
    _, fast = timed(lambda: quick.embed(texts))
    return {"whole": SAMPLE / slow, "quick": len(texts) / fast}


def search(folder: Path, count: int) -> Row:
    """Latency of whole matches: need in, explained matches out."""
    installation.wake(folder / "data", "minilm")
    from vidensbro.hub.matches.engine import warm_up

    _, opening = timed(warm_up)
    times = list(_ask(QUERIES))
    return {"opening": opening, **_percentiles(times)}


def update(folder: Path, count: int) -> Row:
    """A day's changes imported and put into the index, with needs asked all the while in another thread."""
    installation.wake(folder / "data", "minilm")
    from vidensbro.hub.matches.engine import warm_up
    from vidensbro.hub.outbox.services import drain

    many = min(CHANGED, count // 10)
    path = write(folder / "changes", (changed(one, 1) for one in _every_tenth(count, many)))
    warm_up()
    times: list[float] = []
    done = threading.Event()
    asking = threading.Thread(target=_ask_until, args=(done, times))
    asking.start()
    try:
        counts, importing = timed(lambda: installation.import_works(path))
        _, indexing = timed(drain)
    finally:
        done.set()
        asking.join()
    return {
        "works": many,
        "importing": importing,
        "indexing": indexing,
        "counts": counts,
        **_percentiles(times),
    }


def verify(folder: Path, count: int) -> Row:
    """Whether the index is what the database says."""
    installation.wake(folder / "data", "minilm")
    from vidensbro.hub.matches.indexing import index_verify

    found, seconds = timed(index_verify)
    return {"seconds": seconds, "compared": found.compared, "agrees": found.agrees}


def pgvector(folder: Path, count: int) -> Row:
    """The same works in PostgreSQL: full text and vectors."""
    from benchmarks.national.pgvector import measure

    return measure(folder, count, QUERIES)


STAGES: dict[str, Callable[[Path, int], Row]] = {
    one.__name__: one for one in (generate, bring_in, build_first, embed, search, update, verify, pgvector)
}


def run(stage: str, folder: Path, count: int) -> Row:
    """A stage in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.national.stages", stage, str(folder), str(count)]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: Row = json.loads(finished.stdout.splitlines()[-1])
    return found


def _texts() -> Iterator[str]:
    from vidensbro.kit.sources.openalex import abstract

    for one in Works().records(10_000):
        if one["abstract_inverted_index"]:
            yield f"{one['title']}\n{abstract(one['abstract_inverted_index'])}"


def _every_tenth(count: int, many: int) -> Iterator[Json]:
    step = count // many
    return (one for number, one in enumerate(Works().records(step * many)) if number % step == 0)


def _ask(many: int) -> Iterator[float]:
    from vidensbro.hub.matches.engine import engine
    from vidensbro.kit.matching import Need

    for asked in needs.needs(many):
        _, seconds = timed(lambda asked=asked: engine().match(Need(asked.text, language=asked.language)))  # type: ignore[misc]
        yield seconds


def _ask_until(done: threading.Event, times: list[float]) -> None:
    while not done.is_set():
        for seconds in _ask(20):
            times.append(seconds)
            if done.is_set():
                break
            time.sleep(0.2)


def _percentiles(times: list[float]) -> Row:
    median, most = np.percentile(np.array(times) * 1000, [50, 95]).tolist()
    return {"queries": len(times), "p50_ms": median, "p95_ms": most}


def main(stage: str, folder: str, count: str) -> None:
    """Run one stage here."""
    found, seconds = timed(lambda: STAGES[stage](Path(folder), int(count)))
    usage = {"wall": seconds, "processor": processor(), "peak": peak()}
    sys.stdout.write(json.dumps(found | usage) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
