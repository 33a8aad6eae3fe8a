"""The distributed index: collections of a search engine, one writer, any number of readers on any machines."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType

from vidensbro.kit.matching.distributed import schema
from vidensbro.kit.matching.distributed.batches import sweep
from vidensbro.kit.matching.distributed.snapshot import DistributedSnapshot
from vidensbro.kit.matching.distributed.state import Clock, Head, State
from vidensbro.kit.matching.distributed.store import Store
from vidensbro.kit.matching.distributed.writer import Adding, Reading, Spread, Writer, drop
from vidensbro.kit.matching.errors import IndexMismatch, IndexReadOnly, IndexStorageError
from vidensbro.kit.matching.model import Document
from vidensbro.kit.matching.protocols import Index


class DistributedIndex:
    """An `Index` in a `Store`. Open one with `open`; use it as a context manager to be sure that it is closed.

    Closing it leaves the store open, which may serve others.
    """

    def __init__(
        self, store: Store, name: str, state: State, reading: Reading, writer: Writer | None = None
    ) -> None:
        self._store = store
        self._name = name
        self._state = state
        self._reading = reading
        self._writer = writer
        self._seen: DistributedSnapshot | None = None

    @classmethod
    def open(
        cls,
        store: Store,
        name: str,
        *,
        reading: Reading | None = None,
        spread: Spread | None = None,
        writable: bool = False,
        clock: Clock = time.time,
    ) -> DistributedIndex:
        """Open the index called `name`; one that is not there yet is empty, and made by the first writer.

        For reading, the embedder may be left out. Raises IndexLocked when another process writes, IndexMismatch
        when the index was built with another embedder or analysis, IndexDamaged, IndexStorageError.
        """
        reading = reading or Reading()
        state = State(store, name, clock)
        if not writable:
            _check_match(state.head(), reading, writing=False)
            return cls(store, name, state, reading)
        spread = spread or Spread()
        state.take(spread.replicas)
        try:
            head = state.head()
            _check_match(head, reading, writing=True)
            writer = Writer(store, name, state, reading, spread, head or Head())
            return cls(store, name, state, reading, writer)
        except BaseException:
            state.release()
            raise

    @classmethod
    def rebuild(
        cls,
        store: Store,
        name: str,
        documents: Iterable[Document],
        *,
        reading: Reading | None = None,
        spread: Spread | None = None,
        adding: Adding | None = None,
        clock: Clock = time.time,
    ) -> str:
        """Build the index anew from `documents` beside the old one and swap; the new version.

        Readers see the old one until the swap, and views of it stay readable until the next rebuild. A kill before
        the swap leaves the old index. `adding` says how documents are taken in: by this process unless told otherwise.
        Raises IndexLocked, IndexStorageError and what `documents` and `adding` raise.
        """
        reading, spread = reading or Reading(), spread or Spread()
        state = State(store, name, clock)
        state.take(spread.replicas)
        try:
            old = state.head() or Head(generation=0)
            # Before and not after the swap: no kill can leave more than the next build or compaction looks for.
            drop(store, name, old.generation - 1)
            fresh = Head(generation=old.generation + 1, pivot=old.average_length or Head().pivot)
            writer = Writer(store, name, state, reading, spread, fresh, before=old)
            try:
                (adding or Writer.add)(writer, documents)
                version = writer.commit(empty=True).version
            except BaseException:
                _abandon(store, name, state, fresh.generation)
                raise
            return version
        finally:
            state.release()

    @classmethod
    def compact(cls, store: Store, name: str, *, clock: Clock = time.time) -> str:
        """Remove what is not seen any more, also from under older snapshots, the generation before, and what is left of
        a build that was killed; the version.

        Nothing is analysed or embedded again, and no answer changes. When the engine frees the room on its disks is
        its own affair. Raises IndexLocked, IndexDamaged and IndexStorageError.
        """
        state = State(store, name, clock)
        if state.head() is None:
            return Head().version
        state.take(1)
        try:
            # Read once nobody else writes: it may have been built anew meanwhile.
            head = state.head() or Head()
            sweep(store, schema.documents_in(name, head.generation), head.commit)
            # The one before, and what a build left that was killed: it may hold what must go.
            drop(store, name, head.generation - 1)
            drop(store, name, head.generation + 1)
            return head.version
        finally:
            state.release()

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, replacing those with the same key; the number given. One that is there already, the same in
        every part, is left as it is."""
        return self.writer.add(documents)

    def remove(self, keys: Iterable[str]) -> int:
        """Remove documents; unknown keys are passed over. The number removed."""
        return self.writer.remove(keys)

    def commit(self) -> str:
        """Make all changes since the last commit visible at once and durable; the version then."""
        return self.writer.commit().version

    def rollback(self) -> None:
        """Forget all changes since the last commit."""
        self.writer.rollback()

    def snapshot(self) -> DistributedSnapshot:
        """A view of the last committed state, whoever committed it. Raises IndexStorageError."""
        head = self._state.head() or Head()
        if self._seen is None or self._seen.head != head:
            self._seen = DistributedSnapshot(self._store, self._name, head)
        return self._seen

    def close(self) -> None:
        """Let others write; what is not committed is forgotten."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._seen = None

    @property
    def writer(self) -> Writer:
        """The one that writes. Raises IndexReadOnly where the index is open for reading."""
        if self._writer is None:
            raise IndexReadOnly(
                f'The index "{self._name}" is open for reading only. Open it with writable=True.',
                folder=self._name,
            )
        return self._writer

    def __enter__(self) -> DistributedIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _abandon(store: Store, name: str, state: State, generation: int) -> None:
    """Give back the room of a build that failed, unless somebody else builds there by now."""
    # Where the engine is away as well, the next build does it; what is told is why this one failed.
    with suppress(IndexStorageError):
        if not state.held():
            return
        head = state.head()
        # What is committed stays, also where the answer to the commit was lost.
        if head is None or head.generation != generation:
            drop(store, name, generation)


def _check_match(head: Head | None, reading: Reading, *, writing: bool) -> None:
    if head is None or not head.documents:
        return
    # Reading goes on over other terms, a little worse; adding to them would make it worse for good.
    if writing and head.analysis != reading.name:
        raise IndexMismatch(
            f'The index was built with the text analysis "{head.analysis}", this program uses "{reading.name}". '
            "Rebuild the index.",
            stored=head.analysis,
            given=reading.name,
        )
    if reading.embedder is None and not writing:
        return
    given = reading.embedder.name if reading.embedder else ""
    if head.embedder != given:
        raise IndexMismatch(
            f'The index was built with the embedder "{head.embedder}", now "{given or "none"}" is set. Set the '
            "embedder back, or rebuild the index.",
            stored=head.embedder,
            given=given,
        )


def _conforms(index: DistributedIndex) -> Index:
    """Lets the type checker hold the class against the protocol."""
    return index
