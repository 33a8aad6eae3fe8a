"""Workers that fill an index on a search cluster: processes of this machine, or those of a dask cluster.

This process reads the database and commits; workers carry over, analyse, embed and store. A worker reads its own
settings, so that no key travels; before its first batch it checks that they are those of the one who asks.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.matches import engine, opening
from vidensbro.kit.matching import carrier
from vidensbro.kit.matching.distributed import Reading, Store
from vidensbro.kit.matching.distributed.filling import fill_writer
from vidensbro.kit.matching.distributed.writer import Adding
from vidensbro.kit.matching.errors import IndexMismatch, IndexWorkersError

if TYPE_CHECKING:
    from distributed import Client

CONNECTING: Final = 10
"""Seconds that a scheduler may take to answer."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Which ones: so many `processes` of this machine, or all that the dask scheduler at an address has."""

    processes: int = 0
    scheduler: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What all who fill one index must agree on: where it is, and how texts are read."""

    index: str
    embedder: str
    analysis: str
    words: str


def ground(embedder: str) -> Ground:
    """That of this process, with the model of this name. Raises the kit's errors."""
    model = engine.embedder_named(embedder)
    return Ground(
        opening.cluster_name(), model.name if model else "", Reading().name, engine.reading_revision()
    )


def opened(asked: Ground) -> tuple[Store, Reading]:
    """What a worker opens. Raises IndexMismatch where its settings are not those of the one who asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vidensbro.hub.config.settings")
    here = ground(asked.embedder)
    for field in fields(Ground):
        wanted, found = getattr(asked, field.name), getattr(here, field.name)
        if wanted != found:
            raise IndexMismatch(
                f'The worker on {socket.gethostname()} has another {field.name}: "{found}" instead of "{wanted}". Give '
                "workers the release, the settings and the word lists of the site (docs/run/cluster.md).",
                stored=found,
                given=wanted,
            )
    model = engine.embedder_named(asked.embedder)
    return opening.store(), Reading(model, carrier(engine.plain_bridge(), model))


@contextmanager
def adding(workers: Workers, embedder: str, progress: Callable[[int], None] | None) -> Iterator[Adding]:
    """How a build takes documents in through these workers, which are there until the block ends.

    Raises:
        Invalid: the index is not on a search cluster.
        IndexWorkersError: the workers cannot be had.
    """
    if not opening.cluster_name():
        raise Invalid({"workers": ("index_not_on_cluster",)})
    with _quiet(), _client(workers) as client:
        yield partial(
            fill_writer, workers=client, opener=partial(opened, ground(embedder)), progress=progress
        )


@contextmanager
def _client(workers: Workers) -> Iterator[Client]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise IndexWorkersError(
            "Workers need dask: install the packages of the distributed edition (docs/run/cluster.md)."
        ) from error
    if workers.scheduler:
        with _reached(distributed, workers.scheduler) as client:
            yield client
        return
    # Encrypted with a certificate of the moment: whoever may speak to a worker may have it run anything.
    with (
        distributed.LocalCluster(
            n_workers=workers.processes,
            threads_per_worker=1,
            processes=True,
            security=True,
            dashboard_address=None,
            worker_dashboard_address=None,
            memory_limit=0,
            silence_logs=logging.CRITICAL,
            env={"VIDENSBRO_EMBEDDER_THREADS": str(_threads(workers.processes))},
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@contextmanager
def _reached(distributed: Any, address: str) -> Iterator[Client]:
    try:
        client = distributed.Client(address, timeout=CONNECTING)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise IndexWorkersError(f"The scheduler at {address} cannot be reached: {reason}.") from error
    with client:
        yield client


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what dask tells of every coming and going; what ends a build is raised."""
    log = logging.getLogger("distributed")
    before = log.propagate
    log.propagate = False
    # Without a handler of its own what is not passed on would be written to standard error.
    nowhere = logging.NullHandler()
    log.addHandler(nowhere)
    try:
        yield
    finally:
        log.removeHandler(nowhere)
        log.propagate = before


def _threads(processes: int) -> int:
    """Texts that each of these processes embeds at once: as many as are set, else its share of the cores."""
    return int(settings.VIDENSBRO_EMBEDDER_THREADS) or max(1, len(os.sched_getaffinity(0)) // processes)
