"""Which index this installation has: the embedded one in its data folder, or one on a search cluster."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.conf import settings

from vidensbro.hub.common.environment import SearchEngine
from vidensbro.kit.matching import Document, EmbeddedIndex, Embedder
from vidensbro.kit.matching.distributed import DistributedIndex, Reading, Spread, Store, connect
from vidensbro.kit.matching.distributed.writer import Adding
from vidensbro.kit.matching.embedded.intake import Carry

OpenIndex = EmbeddedIndex | DistributedIndex


def index_folder() -> Path:
    """Where the embedded index lies."""
    return Path(settings.VIDENSBRO_DATA) / "index"


def open_index(
    embedder: Embedder | None = None, carry: Carry | None = None, *, writable: bool = False
) -> OpenIndex:
    """The index, open; for reading the embedder may be left out. Raises the kit's errors."""
    chosen = _chosen()
    if chosen is None:
        return EmbeddedIndex.open(index_folder(), embedder=embedder, carry=carry, writable=writable)
    reading = Reading(embedder, carry)
    return DistributedIndex.open(
        store(), chosen.name, reading=reading, spread=_spread(chosen), writable=writable
    )


def rebuild_index(
    documents: Iterable[Document],
    embedder: Embedder | None,
    carry: Carry | None,
    revision: str = "",
    adding: Adding | None = None,
) -> str:
    """Build the index anew beside the old one, and swap; the new version. Raises the kit's errors.

    The embedded index goes on with a build that was cut short, if it had the same model, analysis and `revision`; a
    search cluster begins anew, and can have its documents taken in by `adding`, such as workers.
    """
    chosen = _chosen()
    if chosen is None:
        return EmbeddedIndex.rebuild(
            index_folder(), documents, embedder=embedder, carry=carry, revision=revision
        )
    reading = Reading(embedder, carry)
    return DistributedIndex.rebuild(
        store(), chosen.name, documents, reading=reading, spread=_spread(chosen), adding=adding
    )


def compact_index() -> str:
    """Remove for good what was removed from the index; the version then. Raises the kit's errors."""
    chosen = _chosen()
    if chosen is None:
        return EmbeddedIndex.compact(index_folder())
    return DistributedIndex.compact(store(), chosen.name)


def forget_connection() -> None:
    """Connect anew when next needed."""
    store.cache_clear()


def cluster_name() -> str:
    """The search cluster and the index there; "" for the embedded index."""
    chosen = _chosen()
    return f"{chosen.url}#{chosen.name}" if chosen else ""


def _chosen() -> SearchEngine | None:
    found: SearchEngine | None = settings.VIDENSBRO_INDEX
    return found


def _spread(chosen: SearchEngine) -> Spread:
    return Spread(chosen.shards, chosen.replicas)


@cache
def store() -> Store:
    """The connection to the search cluster, kept for the process. Raises IndexStorageError."""
    chosen = _chosen()
    if chosen is None:
        raise LookupError("the embedded index needs no connection")
    return connect(chosen.url, key=chosen.key, grpc_port=chosen.grpc_port)
