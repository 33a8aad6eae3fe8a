"""A server on this machine that speaks the client's own gRPC, over the client's local mode.

Not a Qdrant server: it shows that what the index asks survives the way over the wire, and lets several processes ask at
once. What a real server makes of it no test here can show.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from qdrant_client import QdrantClient
from qdrant_client import grpc as wire
from qdrant_client.conversions.conversion import GrpcToRest, RestToGrpc
from qdrant_client.grpc.collections_service_pb2_grpc import (
    CollectionsServicer,
    add_CollectionsServicer_to_server,
)
from qdrant_client.grpc.points_service_pb2_grpc import PointsServicer, add_PointsServicer_to_server

Changed = wire.PointsOperationResponse(
    result=wire.UpdateResult(operation_id=1, status=wire.UpdateStatus.Completed)
)


class Collections(CollectionsServicer):
    """The calls about whole collections; remembers how each was laid out."""

    def __init__(self, client: QdrantClient) -> None:
        self._client = client
        self.made: dict[str, wire.CreateCollection] = {}

    def CollectionExists(self, request: Any, context: Any) -> Any:
        there = self._client.collection_exists(request.collection_name)
        return wire.CollectionExistsResponse(result=wire.CollectionExists(exists=there))

    def Create(self, request: Any, context: Any) -> Any:
        self.made[request.collection_name] = request
        self._client.create_collection(
            request.collection_name,
            vectors_config=GrpcToRest.convert_vectors_config(request.vectors_config),
            sparse_vectors_config=GrpcToRest.convert_sparse_vector_config(request.sparse_vectors_config),
        )
        return wire.CollectionOperationResponse(result=True)

    def Delete(self, request: Any, context: Any) -> Any:
        self._client.delete_collection(request.collection_name)
        return wire.CollectionOperationResponse(result=True)


class Points(PointsServicer):
    """The calls about points; counts the documents that each process stored."""

    def __init__(self, client: QdrantClient) -> None:
        self._client = client
        self.indexed: set[tuple[str, str]] = set()
        self.writers: dict[str, int] = {}

    def Upsert(self, request: Any, context: Any) -> Any:
        points = [GrpcToRest.convert_point_struct(point) for point in request.points]
        only_over = (
            GrpcToRest.convert_filter(request.update_filter) if request.HasField("update_filter") else None
        )
        self._client.upsert(request.collection_name, points, update_filter=only_over)
        if request.collection_name.endswith("-documents"):
            self.writers[context.peer()] = self.writers.get(context.peer(), 0) + len(points)
        return Changed

    def SetPayload(self, request: Any, context: Any) -> Any:
        payload = GrpcToRest.convert_payload(request.payload)
        selected = GrpcToRest.convert_points_selector(request.points_selector)
        self._client.set_payload(request.collection_name, payload, selected)
        return Changed

    def Delete(self, request: Any, context: Any) -> Any:
        self._client.delete(request.collection_name, GrpcToRest.convert_points_selector(request.points))
        return Changed

    def CreateFieldIndex(self, request: Any, context: Any) -> Any:
        self.indexed.add((request.collection_name, request.field_name))
        return Changed

    def Get(self, request: Any, context: Any) -> Any:
        found = self._client.retrieve(
            request.collection_name,
            [GrpcToRest.convert_point_id(one) for one in request.ids],
            with_payload=GrpcToRest.convert_with_payload_selector(request.with_payload),
        )
        return wire.GetResponse(result=[RestToGrpc.convert_retrieved_point(one) for one in found])

    def Scroll(self, request: Any, context: Any) -> Any:
        found, following = self._client.scroll(
            request.collection_name,
            scroll_filter=GrpcToRest.convert_filter(request.filter),
            limit=request.limit,
            offset=GrpcToRest.convert_point_id(request.offset) if request.HasField("offset") else None,
            with_payload=GrpcToRest.convert_with_payload_selector(request.with_payload),
        )
        return wire.ScrollResponse(
            result=[RestToGrpc.convert_retrieved_point(one) for one in found],
            next_page_offset=None if following is None else RestToGrpc.convert_extended_point_id(following),
        )

    def QueryBatch(self, request: Any, context: Any) -> Any:
        asked = [GrpcToRest.convert_query_points(one) for one in request.query_points]
        answers = self._client.query_batch_points(request.collection_name, asked)
        return wire.QueryBatchResponse(
            result=[
                wire.BatchResult(result=[RestToGrpc.convert_scored_point(point) for point in answer.points])
                for answer in answers
            ]
        )

    def Facet(self, request: Any, context: Any) -> Any:
        found = self._client.facet(
            request.collection_name,
            request.key,
            facet_filter=GrpcToRest.convert_filter(request.filter),
            limit=request.limit,
            exact=request.exact,
        )
        return wire.FacetResponse(hits=[RestToGrpc.convert_facet_value_hit(hit) for hit in found.hits])


class Loopback:
    """The server, with a fresh memory; `port` is the one it got."""

    def __init__(self) -> None:
        # One thread: the local mode is not made for more.
        self._server = grpc.server(
            ThreadPoolExecutor(1),
            options=[("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)],
        )
        client = QdrantClient(":memory:", force_disable_check_same_thread=True)
        self.points, self.collections = Points(client), Collections(client)
        add_PointsServicer_to_server(self.points, self._server)
        add_CollectionsServicer_to_server(self.collections, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def close(self) -> None:
        self._server.stop(None).wait()
