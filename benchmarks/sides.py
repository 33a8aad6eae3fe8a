"""The two indexes that `benchmarks.agreement` compares, each filled and asked in steps that a kill does not undo.

What a side has done is kept in its folder: documents are committed by the ten thousand, and a later run goes on after
the last commit, so that only one commit of documents is ever in memory.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from benchmarks.corpus import Corpus
from benchmarks.peers import batched, resident
from vidensbro.kit.matching import Document, EmbeddedIndex, Engine, EngineConfig, Filters, Need
from vidensbro.kit.matching.distributed import DistributedIndex, EdgeStore, Reading, Store
from vidensbro.kit.matching.distributed.state import LEASE_SECONDS
from vidensbro.kit.matching.errors import IndexLocked
from vidensbro.kit.matching.protocols import Embedder, Snapshot

DEPTH = 10
STEP = 10_000
"""Documents for each commit."""

INDEX = "agreement"
PAUSE = 15.0
"""Seconds between attempts while a writer that was killed still holds its place."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is indexed and asked. `documents` gives the same ones in the same order whenever it is called; `embedder`
    is theirs, `model` the needs'. `relevant` is empty where nobody judged."""

    name: str
    size: int
    documents: Callable[[], Iterable[Document]]
    needs: Sequence[tuple[str, Need]]
    relevant: dict[str, dict[str, int]]
    embedder: Embedder
    model: Embedder


class Generated:
    """An embedder that makes a clustered vector from each text, under the name of the bundled model. The
    same text has the same vector in both indexes and in a later run, and nothing is kept in memory for it."""

    def __init__(self, corpus: Corpus, model: Embedder) -> None:
        self._corpus = corpus
        self.name, self.dimensions, self.languages = model.name, model.dimensions, model.languages

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.stack([self._corpus.vector_of(text) for text in texts])


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


@dataclass(slots=True)
class Notes:
    """What a side has done so far. `ranked` are the first documents of each query with their scores, `milliseconds`
    the median of a whole match; `memory` the most bytes of the process that were not a mapped file."""

    documents: int = 0
    seconds: float = 0.0
    ranked: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    milliseconds: float = 0.0
    given: int = 0
    memory: int = 0

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds


class Side(Protocol):
    """One of the two indexes."""

    @property
    def name(self) -> str: ...
    def done(self) -> int: ...
    def add(self, documents: Sequence[Document]) -> None: ...
    def ready(self) -> Callable[[], Snapshot]: ...
    def close(self) -> None: ...


class EmbeddedSide:
    """The index in a folder."""

    name = "embedded"

    def __init__(self, folder: Path, reading: Reading) -> None:
        self._folder = folder / self.name
        self._index = EmbeddedIndex.open(
            self._folder, embedder=reading.embedder, carry=reading.carry, writable=True
        )

    def done(self) -> int:
        return self._index.snapshot().statistics().documents

    def add(self, documents: Sequence[Document]) -> None:
        self._index.add(documents)
        self._index.commit()

    def ready(self) -> Callable[[], Snapshot]:
        self._index.close()
        return EmbeddedIndex.open(self._folder).snapshot

    def close(self) -> None:
        self._index.close()


class DistributedSide:
    """The index in a store."""

    def __init__(self, name: str, store: Store, reading: Reading) -> None:
        self.name = name
        self._store = store
        self._index = _when_free(store, reading)

    def done(self) -> int:
        return self._index.snapshot().statistics().documents

    def add(self, documents: Sequence[Document]) -> None:
        self._index.add(documents)
        self._index.commit()

    def ready(self) -> Callable[[], Snapshot]:
        if isinstance(self._store, EdgeStore):
            # What a server does in the background.
            self._store.optimize(f"{INDEX}-000001-documents")
        return self._index.snapshot

    def close(self) -> None:
        self._index.close()
        self._store.close()


def run(side: Side, task: Task, folder: Path, say: Callable[[str], None]) -> Notes:
    """Fill a side from where it stands, ask it everything, and keep what was found in `folder`."""
    kept = folder / f"{side.name}.json"
    there = side.done()
    notes = Notes(**json.loads(kept.read_text())) if there and kept.exists() else Notes()
    for documents in batched(islice(task.documents(), there, None), STEP):
        start = time.perf_counter()
        side.add(documents)
        notes.seconds += time.perf_counter() - start
        notes.documents += len(documents)
        there += len(documents)
        _keep(kept, notes)
        say(f"{side.name}: {there:,} of {task.size:,} documents, {notes.rate:,.0f} a second")
    snapshots = side.ready()
    say(f"{side.name}: ready to be asked")
    notes.ranked, notes.milliseconds = _ask(snapshots, task)
    notes.given = snapshots().statistics().bytes_on_disk
    _keep(kept, notes)
    return notes


def _keep(path: Path, notes: Notes) -> None:
    notes.memory = max(notes.memory, resident()["anonymous"])
    path.write_text(json.dumps(asdict(notes)), encoding="utf-8")


def _ask(snapshots: Callable[[], Snapshot], task: Task) -> tuple[dict[str, list[tuple[str, float]]], float]:
    config = EngineConfig(least_score=0.0, least_expert_score=0.0)
    engine = Engine(snapshots, embedder=task.model, config=config)
    ranked: dict[str, list[tuple[str, float]]] = {}
    times: list[float] = []
    for query, need in task.needs:
        start = time.perf_counter()
        found = engine.match(need, Filters(kinds=("publication",)), limit=DEPTH).matches
        times.append(1000 * (time.perf_counter() - start))
        ranked[query] = [(match.document.id, match.score) for match in found]
    return ranked, statistics.median(times)


def _when_free(store: Store, reading: Reading) -> DistributedIndex:
    """Open for writing; a writer that was killed keeps its place until its lease ends."""
    deadline = time.monotonic() + LEASE_SECONDS + PAUSE
    while True:
        try:
            return DistributedIndex.open(store, INDEX, reading=reading, writable=True)
        except IndexLocked:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)
