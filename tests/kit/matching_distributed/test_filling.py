"""Filling through real worker processes: the same index as by one writer, whatever happens to the workers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("qdrant_edge", reason="the distributed edition is not installed")
distributed = pytest.importorskip("distributed", reason="the distributed edition is not installed")

from tests.kit.matching_distributed import engine_server  # noqa: E402
from tests.kit.matching_distributed.engine_server import RemoteStore  # noqa: E402
from vidensbro.kit.matching import Document, Filters  # noqa: E402
from vidensbro.kit.matching.conformance import HashingEmbedder, document  # noqa: E402
from vidensbro.kit.matching.conformance.material import VOCABULARY, seen  # noqa: E402
from vidensbro.kit.matching.distributed import DistributedIndex, Reading  # noqa: E402
from vidensbro.kit.matching.distributed.filling import fill  # noqa: E402
from vidensbro.kit.matching.embedded import EmbeddedIndex  # noqa: E402

ITEMS = [
    document(
        number % 1500, f"{VOCABULARY[number % 10]} {VOCABULARY[number % 7]}" + " filling" * (number % 97)
    )
    for number in range(2000)
]
"""The last 500 replace the first 500, which the same filling brings. Of different lengths, so that few are equally
good: an engine cuts large ties as it likes."""


@pytest.fixture(scope="module")
def workers() -> Iterator[distributed.Client]:
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    )
    with cluster, distributed.Client(cluster) as client:
        yield client


@pytest.fixture
def address() -> Iterator[str]:
    # A socket's name may hold a hundred characters, fewer than some folders of tests have.
    with tempfile.TemporaryDirectory() as folder:
        manager = engine_server.start(Path(folder))
        yield str(manager.address)
        manager.shutdown()


def writer(address: str) -> DistributedIndex:
    return DistributedIndex.open(
        RemoteStore(address), "test", reading=Reading(embedder=HashingEmbedder()), writable=True
    )


def embedded(folder: Path, items: list[Document]) -> tuple[object, ...]:
    with EmbeddedIndex.open(folder, embedder=HashingEmbedder(), writable=True) as index:
        index.add(items)
        index.commit()
        return seen(index.snapshot(), Filters())


def test_two_processes_fill_one_index(workers: distributed.Client, address: str, tmp_path: Path) -> None:
    done: list[int] = []
    with writer(address) as index:
        assert fill(index, ITEMS, workers, partial(engine_server.opened, address), done.append) == len(ITEMS)
        assert list(index.snapshot().keys()) == []
        index.commit()
        view = index.snapshot()
    assert len(RemoteStore(address).seen_writers()) == 2
    assert done[-1] == len(ITEMS)
    assert view.documents(["publication:3"]) == [ITEMS[1503]]
    assert seen(view, Filters()) == embedded(tmp_path, ITEMS)


def test_a_worker_that_dies_is_made_up_for(workers: distributed.Client, address: str, tmp_path: Path) -> None:
    mark = tmp_path / "died"
    with writer(address) as index:
        index.add(ITEMS[:300])
        index.commit()
        fill(index, ITEMS, workers, partial(engine_server.dying_once, address, str(mark)))
        index.commit()
        assert mark.exists()
        assert seen(index.snapshot(), Filters()) == embedded(tmp_path / "embedded", ITEMS)


def test_what_fails_in_a_worker_leaves_the_index_as_it_was(workers: distributed.Client, address: str) -> None:
    with writer(address) as index:
        index.add(ITEMS[:50])
        version = index.commit()
        before = seen(index.snapshot(), Filters())
        with pytest.raises(ConnectionError, match="the line broke"):
            fill(index, ITEMS, workers, partial(engine_server.failing, address))
        assert index.commit() == version
        assert seen(index.snapshot(), Filters()) == before
