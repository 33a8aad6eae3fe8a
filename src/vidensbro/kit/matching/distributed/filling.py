"""Filling the index in parallel: workers of a dask cluster analyse, embed and store documents; one writer commits.

Documents go to buckets by the hash of their key, and the batches of a bucket run one after the other, so that two
versions of one document never race and the last one counts. A batch can be repeated (`batches`), so a worker may die.
What the workers counted is added up and committed once, by the writer that called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import cache
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from vidensbro.kit.matching.distributed.batches import BATCH, Transaction, add_batch
from vidensbro.kit.matching.distributed.deltas import Delta
from vidensbro.kit.matching.distributed.index import DistributedIndex
from vidensbro.kit.matching.distributed.schema import key_name
from vidensbro.kit.matching.distributed.store import Store
from vidensbro.kit.matching.distributed.writer import Reading, Writer
from vidensbro.kit.matching.embedded import codec
from vidensbro.kit.matching.errors import IndexWorkersError
from vidensbro.kit.matching.model import Document

if TYPE_CHECKING:
    from distributed import Client

BUCKETS_PER_WORKER = 2
"""So that a worker has a batch waiting while it does another."""

WAITING = 2
"""Batches of a bucket that wait at most; reading goes no further ahead."""

PULSE = 2.0
"""Seconds between looks at the workers while a batch is waited for."""

PATIENCE = 60.0
"""Seconds without a single worker after which the filling is given up. One that died is started anew in a few."""

Opener = Callable[[], tuple[Store, Reading]]
"""Called once in each worker: the engine and how texts are read. Must be picklable, such as a function of a module or a
`functools.partial` of one."""

Progress = Callable[[int], None]
"""Told how many documents are done."""


class Batch(Protocol):
    """The part of dask's `Future` that is used."""

    def done(self) -> bool:
        """Whether it has ended, well or not."""

    def result(self) -> Delta:
        """What was counted; raises what went wrong."""

    def add_done_callback(self, told: Callable[[object], object]) -> None:
        """Have `told` called when it has ended."""


class _Bucket:
    """Documents whose batches must follow each other."""

    def __init__(self) -> None:
        self.gathered: list[Document] = []
        self.running: list[tuple[Batch, int]] = []
        self.last: Batch | None = None


class Filling:
    """One filling: what is read goes out in batches, what comes back is added up."""

    def __init__(
        self,
        writer: Writer,
        workers: Client,
        opener: Opener,
        progress: Progress | None,
        patience: float = PATIENCE,
    ) -> None:
        self._writer = writer
        self._workers: Any = workers
        self._opener = opener
        self._progress = progress
        self._patience = patience
        self._buckets = [_Bucket() for _ in range(BUCKETS_PER_WORKER * max(1, self._number()))]
        self._done = 0

    def take(self, documents: Iterable[Document]) -> int:
        """Have all documents stored, not yet committed; how many there were. Raises IndexWorkersError, and what a
        worker raised."""
        for document in documents:
            bucket = self._buckets[key_name(codec.clean(document.key)) % len(self._buckets)]
            bucket.gathered.append(document)
            if len(bucket.gathered) == BATCH:
                self._send(bucket)
        for bucket in self._buckets:
            if bucket.gathered:
                self._send(bucket)
        for bucket in self._buckets:
            while bucket.running:
                self._collect(bucket)
        return self._done

    def stop(self) -> None:
        """Wait for the few batches that are under way: nobody may write after a rollback. Where there are no workers
        any more, there is nobody to wait for."""
        for bucket in self._buckets:
            for future, _ in bucket.running:
                while self._number() and not future.done():
                    _pause(future)

    def _send(self, bucket: _Bucket) -> None:
        while len(bucket.running) >= WAITING:
            self._collect(bucket)
        batch, bucket.gathered = bucket.gathered, []
        future = self._workers.submit(
            store_batch,
            self._opener,
            self._writer.transaction,
            batch,
            self._writer.next_batch(),
            after=bucket.last,
            pure=False,
        )
        bucket.last = future
        bucket.running.append((future, len(batch)))

    def _collect(self, bucket: _Bucket) -> None:
        """Wait for the oldest batch of a bucket. Raises what the worker raised."""
        future, size = bucket.running[0]
        with _told():
            self._wait_for(future)
            delta = future.result()
        bucket.running.pop(0)
        self._writer.absorb(delta)
        self._done += size
        if self._progress is not None:
            self._progress(self._done)

    def _wait_for(self, future: Batch) -> None:
        """Until a batch is done or has failed, as the one who writes all the while. Raises IndexWorkersError when
        nobody is there to do it."""
        alone_since: float | None = None
        while not future.done():
            _pause(future)
            self._writer.stay()
            if self._number():
                alone_since = None
                continue
            alone_since = alone_since or monotonic()
            if monotonic() - alone_since >= self._patience:
                raise IndexWorkersError(
                    "No worker is left to fill the index. Nothing was made visible; start workers and do it again."
                )

    def _number(self) -> int:
        """Workers that are there."""
        return len(self._workers.nthreads()) if self._workers.status == "running" else 0


def fill(
    index: DistributedIndex,
    documents: Iterable[Document],
    workers: Client,
    opener: Opener,
    progress: Progress | None = None,
) -> int:
    """Store documents through the workers of a dask cluster; how many. Commit afterwards.

    `index` must be open for writing and stays the only one that commits. Raises IndexWorkersError where the workers
    are gone, and what one of them raised, with the transaction rolled back, once no worker writes to it any more.
    """
    return fill_writer(index.writer, documents, workers, opener, progress)


def fill_writer(
    writer: Writer,
    documents: Iterable[Document],
    workers: Client,
    opener: Opener,
    progress: Progress | None = None,
) -> int:
    """`fill` for the `adding` of `DistributedIndex.rebuild`: bind what comes after the documents."""
    filling = Filling(writer, workers, opener, progress)
    try:
        return filling.take(documents)
    except BaseException:
        filling.stop()
        writer.rollback()
        raise


def _pause(future: Batch) -> None:
    """Until a batch is done, but not for long."""
    done = Event()
    future.add_done_callback(lambda _: done.set())
    done.wait(PULSE)


@contextmanager
def _told() -> Iterator[None]:
    """Say of dask's own errors what they mean here."""
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise IndexWorkersError(
            f"Workers died {error.allowed_failures + 1} times over the same documents, most likely for want of memory. "
            "Nothing was made visible; give them more, or take fewer workers."
        ) from error
    except CancelledError as error:
        raise IndexWorkersError(
            "The scheduler of the workers is gone. Nothing was made visible; start it and do it again."
        ) from error


def store_batch(
    opener: Opener, transaction: Transaction, documents: list[Document], number: int, after: Any = None
) -> Delta:
    """What a worker does. `after` is the batch before in the same bucket, waited for and not used."""
    store, reading = _opened(opener)
    intake = reading.intake()
    return add_batch(store, intake, transaction, [intake.take(one) for one in documents], number)


@cache
def _opened(opener: Opener) -> tuple[Store, Reading]:
    return opener()
