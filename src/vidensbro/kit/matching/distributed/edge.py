"""The verbs on `qdrant-edge-py`, the embedded edition of the same engine: a shard in a folder for each collection.

One process only. It is there so that what is asked of a server can be tried against the engine itself where no server
runs; the embedded index of this project is faster and is what one machine should use.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidensbro.kit.matching.distributed.store import (
    MEANING,
    PAGE,
    WIDER,
    WORDS,
    Condition,
    Layout,
    Payload,
    Point,
    PointId,
    Question,
    Where,
)
from vidensbro.kit.matching.errors import IndexStorageError

if TYPE_CHECKING:
    import qdrant_edge

MOST_VALUES = 10_000
"""Values of one key that are counted at most."""

RANK_CONSTANT = 2
"""k of reciprocal rank fusion, as the server has it."""

HNSW_M, HNSW_EF = 16, 100
"""The server's own defaults for the graph over vectors."""

FULL_SCAN_KILOBYTES = 10_000
"""Below this much of vectors a segment is scanned whole; the server's default too."""


class EdgeStore:
    """`Store` on shards in a folder. Not safe for several processes; close it to let go of the files.

    Without `log` changes are durable only once the store is closed, and quicker.
    """

    def __init__(self, folder: Path, *, log: bool = True) -> None:
        self._log = log

        self._folder = folder
        self._shards: dict[str, qdrant_edge.EdgeShard] = {}

    def exists(self, collection: str) -> bool:
        """Whether there is such a collection."""
        return self._path(collection).is_dir()

    def create(self, collection: str, layout: Layout) -> None:
        """Make an empty collection, unless it is there. Shards and replicas mean nothing here."""
        import qdrant_edge as edge

        if self.exists(collection):
            return
        dense = edge.EdgeVectorParams(max(layout.dimensions, 1), edge.Distance.Dot)
        with self._errors():
            self._path(collection).mkdir(parents=True)
            config = edge.EdgeConfig(
                vectors={MEANING: dense} if layout.dimensions else {},
                sparse_vectors={WORDS: edge.EdgeSparseVectorParams()},
                hnsw_config=edge.HnswIndexConfig(HNSW_M, HNSW_EF, FULL_SCAN_KILOBYTES),
                wal_enabled=self._log,
            )
            shard = edge.EdgeShard.create(str(self._path(collection)), config)
            self._shards[collection] = shard
            kinds = {"keyword": edge.PayloadSchemaType.Keyword, "integer": edge.PayloadSchemaType.Integer}
            for key, kind in layout.indexed.items():
                shard.update(edge.UpdateOperation.create_field_index(key, kinds[kind]))

    def drop(self, collection: str) -> None:
        """Remove a collection with all that is in it, if it is there."""
        if self.exists(collection):
            with self._errors():
                if shard := self._shards.pop(collection, None):
                    shard.close()
                shutil.rmtree(self._path(collection))

    def optimize(self, collection: str) -> bool:
        """Build what a server builds in the background: graphs and merged segments. Whether anything was done."""
        return self._shard(collection).optimize()

    def put(self, collection: str, points: Sequence[Point], only_over: Where | None = None) -> None:
        """Store points. With `only_over`, one that is there already is replaced only if it passes."""
        import qdrant_edge as edge

        if points:
            stored = [edge.Point(point.id, self._vectors(point), point.payload) for point in points]
            condition = self._filter(only_over) if only_over else None
            self._update(collection, edge.UpdateOperation.upsert_points(stored, condition=condition))

    def change(self, collection: str, where: Where, payload: Payload) -> None:
        """Set payload keys of all points that pass."""
        import qdrant_edge as edge

        operation = edge.UpdateOperation.set_payload_by_filter(self._filter(where), payload)
        self._update(collection, operation)

    def change_each(self, collection: str, ids: Sequence[PointId], payload: Payload) -> None:
        """Set payload keys of these points."""
        import qdrant_edge as edge

        if ids:
            self._update(collection, edge.UpdateOperation.set_payload(list(ids), payload))

    def delete(self, collection: str, where: Where) -> None:
        """Remove all points that pass."""
        import qdrant_edge as edge

        self._update(collection, edge.UpdateOperation.delete_points_by_filter(self._filter(where)))

    def fetch(
        self, collection: str, ids: Sequence[PointId], keys: Sequence[str], *, agreed: bool = False
    ) -> dict[PointId, Payload]:
        """These `keys` of the payloads of points, without those that are not there. There is one copy here."""
        with self._errors():
            records = self._shard(collection).retrieve(list(ids), list(keys), False)
        return {_plain(record.id): record.payload or {} for record in records}

    def page(
        self, collection: str, where: Where, keys: Sequence[str], start: PointId | None
    ) -> tuple[list[tuple[PointId, Payload]], PointId | None]:
        """Up to `PAGE` of the points that pass, from `start` on, and where the next page starts (None: nowhere)."""
        import qdrant_edge as edge

        request = edge.ScrollRequest(
            offset=start, limit=PAGE, filter=self._filter(where), with_payload=list(keys)
        )
        with self._errors():
            records, following = self._shard(collection).scroll(request)
        found = [(_plain(record.id), record.payload or {}) for record in records]
        return found, None if following is None else _plain(following)

    def search(
        self, collection: str, questions: Sequence[Question], keys: Sequence[str]
    ) -> list[list[Payload]]:
        """Answers in the order of the questions, planned as one batch."""
        import qdrant_edge as edge

        if not questions:
            return []
        batch = edge.QueryBatchRequest([self._request(question, keys) for question in questions])
        with self._errors():
            answers = self._shard(collection).query_batch(batch)
        return [[point.payload or {} for point in answer] for answer in answers]

    def tally(self, collection: str, key: str, where: Where) -> dict[str, int]:
        """How many of the points that pass hold each value of a keyword key; exact."""
        import qdrant_edge as edge

        request = edge.FacetRequest(key, limit=MOST_VALUES, exact=True, filter=self._filter(where))
        with self._errors():
            return {str(hit.value): hit.count for hit in self._shard(collection).facet(request).hits}

    def close(self) -> None:
        """Let go of the files."""
        for shard in self._shards.values():
            with self._errors():
                if not self._log:
                    shard.flush()
                shard.close()
        self._shards = {}

    def _path(self, collection: str) -> Path:
        return self._folder / collection

    def _shard(self, collection: str) -> qdrant_edge.EdgeShard:
        import qdrant_edge as edge

        if collection not in self._shards:
            with self._errors():
                self._shards[collection] = edge.EdgeShard.load(str(self._path(collection)))
        return self._shards[collection]

    def _update(self, collection: str, operation: qdrant_edge.UpdateOperation) -> None:
        with self._errors():
            self._shard(collection).update(operation)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # The engine raises nothing more special than this.
            raise IndexStorageError(
                f"The search engine in {self._folder} could not do it: {error}.", folder=str(self._folder)
            ) from error

    def _vectors(self, point: Point) -> dict[str, Any]:
        import qdrant_edge as edge

        vectors: dict[str, Any] = {}
        if point.words is not None:
            vectors[WORDS] = edge.SparseVector(list(point.words.indices), list(point.words.values))
        if point.meaning is not None:
            vectors[MEANING] = list(point.meaning)
        return vectors

    def _request(self, question: Question, keys: Sequence[str]) -> qdrant_edge.QueryRequest:
        """Two halves are fetched and fused by the engine; one alone is asked for straight."""
        import qdrant_edge as edge

        where = self._filter(question.where)
        halves: list[tuple[Any, int, edge.SearchParams | None]] = []
        if question.words:
            sparse = edge.SparseVector(list(question.words.indices), list(question.words.values))
            halves.append((edge.Query.Nearest(sparse, WORDS), question.most_by_words, None))
        if question.meaning:
            nearest, most = edge.Query.Nearest(list(question.meaning), MEANING), question.most_by_meaning
            halves.append((nearest, most, edge.SearchParams(hnsw_ef=WIDER * most)))
        if len(halves) == 1:
            ((query, limit, params),) = halves
            return edge.QueryRequest(limit, query=query, filter=where, params=params, with_payload=list(keys))
        # The stubs do not know that the kinds of fusion are fusions.
        fusion: Any = edge.Fusion.Rrf(RANK_CONSTANT)
        return edge.QueryRequest(
            question.most_by_words + question.most_by_meaning,
            query=fusion,
            prefetches=[
                edge.Prefetch(limit, query=query, filter=where, params=params)
                for query, limit, params in halves
            ],
            with_payload=list(keys),
        )

    def _filter(self, where: Where) -> qdrant_edge.Filter:
        import qdrant_edge as edge

        must: list[Any] = [self._condition(one) for one in where.must]
        must += [edge.Filter(should=[self._condition(one) for one in group]) for group in where.either]
        return edge.Filter(must=must or None, must_not=[self._condition(one) for one in where.never] or None)

    def _condition(self, one: Condition) -> qdrant_edge.FieldCondition:
        import qdrant_edge as edge

        if one.values is not None:
            return edge.FieldCondition(one.key, match=edge.MatchAny(_values(one)))
        return edge.FieldCondition(one.key, range=edge.RangeFloat(gte=one.least, lte=one.most))


def _values(one: Condition) -> Any:
    return list(one.values or ())


def _plain(name: Any) -> PointId:
    return name if isinstance(name, int) else str(name)
