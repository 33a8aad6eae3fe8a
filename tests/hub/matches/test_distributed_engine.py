"""The hub on the distributed index: what an administrator sets, and that the index follows the database there too."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.hub.cast import Cast
from tests.hub.matches.conftest import Corpus
from vidensbro.hub.common import environment
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.matches import engine, indexing, opening
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Need
from vidensbro.kit.matching.distributed import DistributedIndex, EdgeStore

pytest.importorskip("qdrant_edge", reason="the distributed edition is not installed")
CLUSTER = environment.SearchEngine("http://search.example.org:6333", "bro", "secret", 6334, 3, 2)


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder for the engine, which waits for the disk at every change: in memory where the machine can."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
def cluster(settings, room: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgeStore]:
    """The engine itself, in its embedded edition, where the client would connect to."""
    store = EdgeStore(room / "engine", log=False)
    asked: list[tuple[str, str, int]] = []

    def connect(url: str, *, key: str, grpc_port: int) -> EdgeStore:
        asked.append((url, key, grpc_port))
        return store

    monkeypatch.setattr(opening, "connect", connect)
    settings.VIDENSBRO_INDEX = CLUSTER
    engine.forget()
    yield store
    assert set(asked) <= {(CLUSTER.url, CLUSTER.key, CLUSTER.grpc_port)}
    store.close()


def test_the_index_follows_the_database(cluster: EdgeStore, cast: Cast, corpus: Corpus) -> None:
    drain()
    with engine.writable_index() as index:
        assert isinstance(index, DistributedIndex)
    assert indexing.index_verify().agrees
    assert indexing.index_status().kinds["publication"].indexed == 2
    found = engine.engine().match(Need("tryksår på plejehjem", language="da")).matches
    assert f"publication:{corpus.paper.pk}" in {match.document.key for match in found}
    assert f"person:{corpus.researcher.pk}" in {match.document.key for match in found}
    assert not opening.index_folder().exists()


def test_building_anew_and_compacting(cluster: EdgeStore, cast: Cast, corpus: Corpus) -> None:
    version = indexing.index_build()
    assert engine.index_version() == version
    assert indexing.index_verify().agrees
    assert indexing.compact_index() == version
    indexing.index_build()
    indexing.compact_index()
    assert not cluster.exists("bro-000001-documents")
    assert indexing.index_verify().agrees


@pytest.mark.filterwarnings("ignore:Failed to obtain server version")
def test_a_cluster_that_is_away_is_told(settings) -> None:
    pytest.importorskip("qdrant_client", reason="the distributed edition is not installed")
    settings.VIDENSBRO_INDEX = environment.SearchEngine("http://127.0.0.1:9", "bro", "", 0, 0, 1)
    engine.forget()
    with pytest.raises(Unavailable) as caught:
        engine.index_version()
    assert caught.value.reason == "index_storage"


def test_what_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIDENSBRO_INDEX", raising=False)
    assert environment.search_engine() is None
    monkeypatch.setenv("VIDENSBRO_INDEX", "qdrant:http://search.example.org:6333#bro")
    monkeypatch.setenv("VIDENSBRO_INDEX_KEY", "secret")
    monkeypatch.setenv("VIDENSBRO_INDEX_SHARDS", "3")
    monkeypatch.setenv("VIDENSBRO_INDEX_REPLICAS", "2")
    assert environment.search_engine() == CLUSTER


@pytest.mark.parametrize(
    "given", ["qdrant", "qdrant:http://host:6333", "qdrant:ftp://host#x", "qdrant:http://h#A B"]
)
def test_what_cannot_be_set(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("VIDENSBRO_INDEX", given)
    with pytest.raises(ImproperlyConfigured, match="VIDENSBRO_INDEX must be"):
        environment.search_engine()
