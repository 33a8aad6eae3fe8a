"""The embedded engine in a process of its own, so that several worker processes can write to it at once."""

from __future__ import annotations

import os
from functools import partial
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any

from vidensbro.kit.matching.conformance import HashingEmbedder
from vidensbro.kit.matching.distributed import EdgeStore, Reading, Store
from vidensbro.kit.matching.distributed.store import Payload, Point

KEY = b"engine"
VERBS = (
    "exists",
    "create",
    "drop",
    "put",
    "change",
    "change_each",
    "delete",
    "fetch",
    "page",
    "search",
    "tally",
)


class WatchedStore(EdgeStore):
    """Remembers which process stored what."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, log=False)
        self.writers: dict[int, int] = {}

    def put_from(self, process: int, collection: str, points: list[Point], only_over: Any) -> None:
        if collection.endswith("-documents"):
            self.writers[process] = self.writers.get(process, 0) + len(points)
        self.put(collection, points, only_over)

    def seen_writers(self) -> dict[int, int]:
        return dict(self.writers)


class Engines(BaseManager):
    """Gives out the one store of its process."""


class RemoteStore:
    """`Store` in another process."""

    def __init__(self, address: str) -> None:
        Engines.register("store", exposed=(*VERBS, "put_from", "seen_writers"))
        manager = Engines(address, KEY)
        manager.connect()
        self._store = manager.store()  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, collection: str, points: list[Point], only_over: Any = None) -> None:
        self._store.put_from(os.getpid(), collection, points, only_over)

    def close(self) -> None:
        """The store belongs to the other process."""


def start(folder: Path) -> Engines:
    """A process with an engine in `folder`. Shut it down when done."""
    store_of = partial(_only_one, folder, [])
    Engines.register("store", callable=store_of, exposed=(*VERBS, "put_from", "seen_writers"))
    manager = Engines(str(folder / "socket"), KEY)
    manager.start()
    return manager


def _only_one(folder: Path, kept: list[WatchedStore]) -> WatchedStore:
    if not kept:
        kept.append(WatchedStore(folder / "engine"))
    return kept[0]


def opened(address: str) -> tuple[Store, Reading]:
    """What a worker opens."""
    return RemoteStore(address), Reading(embedder=HashingEmbedder())


def failing(address: str) -> tuple[Store, Reading]:
    """A worker whose store refuses every document that speaks of lasers."""

    class Refusing(RemoteStore):
        def put(self, collection: str, points: list[Point], only_over: Any = None) -> None:
            super().put(collection, points, only_over)
            if any("laser" in _text(point.payload) for point in points):
                raise ConnectionError("the line broke")

    return Refusing(address), Reading(embedder=HashingEmbedder())


def dying_once(address: str, mark: str) -> tuple[Store, Reading]:
    """The first worker that stores documents dies right after, before it could tell."""

    class Dying(RemoteStore):
        def put(self, collection: str, points: list[Point], only_over: Any = None) -> None:
            super().put(collection, points, only_over)
            if collection.endswith("-documents") and not Path(mark).exists():
                Path(mark).touch()
                os._exit(1)

    return Dying(address), Reading(embedder=HashingEmbedder())


def _text(payload: Payload) -> str:
    return str(payload.get("document", ""))
