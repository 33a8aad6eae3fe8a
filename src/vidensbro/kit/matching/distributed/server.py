"""The verbs on a Qdrant server or cluster, or on the client's local mode, through `qdrant-client`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    Sparse,
    Where,
)
from vidensbro.kit.matching.errors import IndexStorageError

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

MOST_VALUES = 10_000
"""Values of one key that are counted at most."""

TIMEOUT = 60
"""Seconds that the server may take over one request."""


@contextmanager
def engine_errors(where: str) -> Iterator[None]:
    """Turn what the client raises into the index's own error."""
    import grpc
    from qdrant_client.common.client_exceptions import QdrantException
    from qdrant_client.http.exceptions import ApiException

    try:
        yield
    except (ApiException, QdrantException, grpc.RpcError, ConnectionError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise IndexStorageError(
            f"The search engine at {where} could not do it: {reason}. Check that it runs and has room.",
            folder=where,
        ) from error


def connect(url: str, *, key: str = "", grpc_port: int = 6334) -> ServerStore:
    """The store of a server; `grpc_port` 0 speaks HTTP only. Raises IndexStorageError, also where the client is not
    installed."""
    try:
        from qdrant_client import QdrantClient
    except ImportError as error:
        raise IndexStorageError(
            "The distributed index needs qdrant-client: install the packages of the distributed edition "
            "(docs/run/cluster.md).",
            folder=url,
        ) from error

    with engine_errors(url):
        client = QdrantClient(
            url=url,
            api_key=key or None,
            prefer_grpc=grpc_port > 0,
            grpc_port=grpc_port or 6334,
            timeout=TIMEOUT,
        )
    return ServerStore(client, url)


class ServerStore:
    """`Store` on a `QdrantClient`. Safe to use from several threads where the client is."""

    def __init__(self, client: QdrantClient, name: str = "") -> None:
        self._client = client
        self._name = name or "local"

    def exists(self, collection: str) -> bool:
        """Whether there is such a collection."""
        with engine_errors(self._name):
            return self._client.collection_exists(collection)

    def create(self, collection: str, layout: Layout) -> None:
        """Make an empty collection, unless it is there, and the indexes of what is filtered by."""
        from qdrant_client import models

        if self.exists(collection):
            return
        dense = models.VectorParams(
            size=max(layout.dimensions, 1), distance=models.Distance.DOT, on_disk=True
        )
        with engine_errors(self._name):
            self._client.create_collection(
                collection,
                vectors_config={MEANING: dense} if layout.dimensions else {},
                sparse_vectors_config={WORDS: models.SparseVectorParams()},
                shard_number=layout.shards or None,
                replication_factor=layout.replicas,
                write_consistency_factor=layout.write_consistency,
                on_disk_payload=True,
            )
            for key, kind in layout.indexed.items():
                self._client.create_payload_index(collection, key, models.PayloadSchemaType(kind))

    def drop(self, collection: str) -> None:
        """Remove a collection with all that is in it, if it is there."""
        if self.exists(collection):
            with engine_errors(self._name):
                self._client.delete_collection(collection)

    def put(self, collection: str, points: Sequence[Point], only_over: Where | None = None) -> None:
        """Store points. With `only_over`, one that is there already is replaced only if it passes."""
        if not points:
            return
        from qdrant_client import models

        with engine_errors(self._name):
            self._client.upsert(
                collection,
                [models.PointStruct(id=p.id, vector=self._vectors(p), payload=p.payload) for p in points],
                wait=True,
                ordering=models.WriteOrdering.STRONG if only_over else None,
                update_filter=self._filter(only_over) if only_over else None,
            )

    def change(self, collection: str, where: Where, payload: Payload) -> None:
        """Set payload keys of all points that pass."""
        with engine_errors(self._name):
            self._client.set_payload(collection, payload, points=self._filter(where), wait=True)

    def change_each(self, collection: str, ids: Sequence[PointId], payload: Payload) -> None:
        """Set payload keys of these points."""
        if ids:
            with engine_errors(self._name):
                self._client.set_payload(collection, payload, points=list(ids), wait=True)

    def delete(self, collection: str, where: Where) -> None:
        """Remove all points that pass."""
        from qdrant_client import models

        with engine_errors(self._name):
            selector = models.FilterSelector(filter=self._filter(where))
            self._client.delete(collection, selector, wait=True)

    def fetch(
        self, collection: str, ids: Sequence[PointId], keys: Sequence[str], *, agreed: bool = False
    ) -> dict[PointId, Payload]:
        """These `keys` of the payloads of points, without those that are not there. `agreed` asks more than half of the
        copies, and leaves out what they do not say alike."""
        from qdrant_client import models

        # Not MAJORITY, which asks every copy, and fails while a node is away.
        consistency = models.ReadConsistencyType.QUORUM if agreed else None
        found: dict[PointId, Payload] = {}
        for start in range(0, len(ids), PAGE):
            with engine_errors(self._name):
                records = self._client.retrieve(
                    collection,
                    list(ids[start : start + PAGE]),
                    with_payload=list(keys),
                    consistency=consistency,
                )
            found.update((_plain(record.id), record.payload or {}) for record in records)
        return found

    def page(
        self, collection: str, where: Where, keys: Sequence[str], start: PointId | None
    ) -> tuple[list[tuple[PointId, Payload]], PointId | None]:
        """Up to `PAGE` of the points that pass, from `start` on, and where the next page starts (None: nowhere)."""
        with engine_errors(self._name):
            records, following = self._client.scroll(
                collection,
                scroll_filter=self._filter(where),
                limit=PAGE,
                offset=start,
                with_payload=list(keys),
            )
        found = [(_plain(record.id), record.payload or {}) for record in records]
        return found, None if following is None else _plain(following)

    def search(
        self, collection: str, questions: Sequence[Question], keys: Sequence[str]
    ) -> list[list[Payload]]:
        """Answers in the order of the questions, in one request."""
        if not questions:
            return []
        with engine_errors(self._name):
            answers = self._client.query_batch_points(
                collection, [self._request(question, keys) for question in questions]
            )
        return [[point.payload or {} for point in answer.points] for answer in answers]

    def tally(self, collection: str, key: str, where: Where) -> dict[str, int]:
        """How many of the points that pass hold each value of a keyword key; exact."""
        with engine_errors(self._name):
            answer = self._client.facet(
                collection, key, facet_filter=self._filter(where), limit=MOST_VALUES, exact=True
            )
        return {str(hit.value): hit.count for hit in answer.hits}

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _vectors(self, point: Point) -> dict[str, Any]:
        vectors: dict[str, Any] = {}
        if point.words is not None:
            vectors[WORDS] = self._sparse(point.words)
        if point.meaning is not None:
            vectors[MEANING] = list(point.meaning)
        return vectors

    def _sparse(self, sparse: Sparse) -> models.SparseVector:
        from qdrant_client import models

        return models.SparseVector(indices=list(sparse.indices), values=list(sparse.values))

    def _request(self, question: Question, keys: Sequence[str]) -> models.QueryRequest:
        """Two halves are fetched and fused by the server; one alone is asked for straight."""
        from qdrant_client import models

        where = self._filter(question.where)
        halves = []
        if question.words:
            sparse = self._sparse(question.words)
            halves.append(
                models.Prefetch(query=sparse, using=WORDS, filter=where, limit=question.most_by_words)
            )
        if question.meaning:
            most = question.most_by_meaning
            halves.append(
                models.Prefetch(
                    query=list(question.meaning),
                    using=MEANING,
                    filter=where,
                    limit=most,
                    params=models.SearchParams(hnsw_ef=WIDER * most),
                )
            )
        payload = list(keys)
        if len(halves) == 1:
            (one,) = halves
            return models.QueryRequest(
                query=one.query,
                using=one.using,
                filter=where,
                params=one.params,
                limit=one.limit,
                with_payload=payload,
            )
        return models.QueryRequest(
            prefetch=halves,
            query=models.FusionQuery(fusion=models.Fusion.RRF),
            limit=question.most_by_words + question.most_by_meaning,
            with_payload=payload,
        )

    def _filter(self, where: Where) -> models.Filter:
        from qdrant_client import models

        must: list[Any] = [self._condition(one) for one in where.must]
        must += [models.Filter(should=[self._condition(one) for one in group]) for group in where.either]
        return models.Filter(
            must=must or None, must_not=[self._condition(one) for one in where.never] or None
        )

    def _condition(self, one: Condition) -> models.FieldCondition:
        from qdrant_client import models

        if one.values is not None:
            return models.FieldCondition(key=one.key, match=models.MatchAny(any=_values(one)))
        return models.FieldCondition(key=one.key, range=models.Range(gte=one.least, lte=one.most))


def _values(one: Condition) -> Any:
    return list(one.values or ())


def _plain(name: Any) -> PointId:
    return name if isinstance(name, int) else str(name)
