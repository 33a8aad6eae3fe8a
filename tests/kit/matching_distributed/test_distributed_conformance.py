"""The same tests as for the embedded index, on both engines that run here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.matching_distributed.conftest import MEMORY
from vidensbro.kit.matching.conformance import HashingEmbedder, IndexConformance
from vidensbro.kit.matching.distributed import (
    DistributedIndex,
    EdgeStore,
    Reading,
    ServerStore,
    Store,
    connect,
)
from vidensbro.kit.matching.protocols import Index

qdrant_client = pytest.importorskip("qdrant_client", reason="the distributed edition is not installed")
pytest.importorskip("qdrant_edge", reason="the distributed edition is not installed")


class OnStores(IndexConformance):
    """Handles for one folder share its store, as processes share a server."""

    stores: dict[Path, Store]

    @pytest.fixture(autouse=True)
    def _keep_stores(self) -> Iterator[None]:
        self.stores = {}
        yield
        for store in self.stores.values():
            store.close()

    def make_store(self, folder: Path) -> Store:
        raise NotImplementedError

    def make_index(self, folder: Path, *, writable: bool = True) -> Index:
        if folder not in self.stores:
            self.stores[folder] = self.make_store(folder)
        reading = Reading(embedder=HashingEmbedder())
        name = f"test{list(self.stores).index(folder)}"
        return DistributedIndex.open(self.stores[folder], name, reading=reading, writable=writable)


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
class TestOnTheClientsLocalMode(OnStores):
    def make_store(self, folder: Path) -> Store:
        return ServerStore(qdrant_client.QdrantClient(":memory:"))


@pytest.mark.filterwarnings("ignore:Failed to obtain server version")
class TestOverTheWire(OnStores):
    """The client's own gRPC to a server on this machine (see `loopback`), as in production."""

    @pytest.fixture(autouse=True)
    def _keep_servers(self) -> Iterator[None]:
        from tests.kit.matching_distributed.loopback import Loopback

        self.server = Loopback()
        self.store = connect("http://127.0.0.1:9", grpc_port=self.server.port)
        yield
        self.server.close()

    def make_store(self, folder: Path) -> Store:
        return self.store


class TestOnTheEmbeddedEngine(OnStores):
    """In memory where the machine can: the engine waits for the disk at every change."""

    @pytest.fixture(autouse=True)
    def _keep_room(self) -> Iterator[None]:
        with tempfile.TemporaryDirectory(dir=MEMORY) as room:
            self.room = Path(room)
            yield
            for store in self.stores.values():
                store.close()
            self.stores = {}

    def make_store(self, folder: Path) -> Store:
        return EdgeStore(self.room / str(len(self.stores)), log=False)
