"""Filling the index in parallel: workers of a dask cluster read, embed and store documents; one writer commits.

Documents go to buckets by the hash of their key, and the batches of a bucket run one after the other, so that two
versions of one document never race and the last one counts. A batch can be repeated (`batches`), so a worker may die.
What the workers counted is added up and committed once, by the writer that called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from vidensbro.kit.matching.distributed.batches import BATCH, Transaction, add_batch
from vidensbro.kit.matching.distributed.deltas import Delta
from vidensbro.kit.matching.distributed.index import DistributedIndex, Reading
from vidensbro.kit.matching.distributed.schema import key_name
from vidensbro.kit.matching.distributed.store import Store
from vidensbro.kit.matching.embedded import codec
from vidensbro.kit.matching.model import Document

if TYPE_CHECKING:
    from distributed import Client, Future

BUCKETS_PER_WORKER = 2
"""So that a worker has a batch waiting while it does another."""

WAITING = 2
"""Batches of a bucket that wait at most; reading goes no further ahead."""

Opener = Callable[[], tuple[Store, Reading]]
"""Called once in each worker: the engine and how texts are read. Must be picklable, such as a function of a module or a
`functools.partial` of one."""

Progress = Callable[[int], None]
"""Told how many documents are done."""


class _Bucket:
    """Documents whose batches must follow each other."""

    def __init__(self) -> None:
        self.gathered: list[Document] = []
        self.running: list[tuple[Future[Delta], int]] = []
        self.last: Future[Delta] | None = None


class Filling:
    """One filling: what is read goes out in batches, what comes back is added up."""

    def __init__(
        self, index: DistributedIndex, workers: Client, opener: Opener, progress: Progress | None
    ) -> None:
        self._writer = index.writer
        self._workers: Any = workers
        self._opener = opener
        self._progress = progress
        number = max(1, len(workers.scheduler_info()["workers"]))
        self._buckets = [_Bucket() for _ in range(BUCKETS_PER_WORKER * number)]
        self._done = 0

    def take(self, documents: Iterable[Document]) -> int:
        """Have all documents stored, not yet committed; how many there were."""
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
        """Wait for the few batches that are under way: nobody may write after a rollback."""
        running = [future for bucket in self._buckets for future, _ in bucket.running]
        self._workers.gather(running, errors="skip")

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
        future, size = bucket.running.pop(0)
        self._writer.absorb(future.result())
        self._done += size
        if self._progress is not None:
            self._progress(self._done)


def fill(
    index: DistributedIndex,
    documents: Iterable[Document],
    workers: Client,
    opener: Opener,
    progress: Progress | None = None,
) -> int:
    """Store documents through the workers of a dask cluster; how many. Commit afterwards.

    `index` must be open for writing and stays the only one that commits. Raises what a worker raised, with the
    transaction rolled back, once no worker writes to it any more.
    """
    filling = Filling(index, workers, opener, progress)
    try:
        return filling.take(documents)
    except BaseException:
        filling.stop()
        index.rollback()
        raise


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
