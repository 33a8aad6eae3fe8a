"""The distributed index: collections of a search engine, one writer, any number of readers on any machines."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import TracebackType

from vidensbro.kit.matching.distributed import schema, terms
from vidensbro.kit.matching.distributed.batches import (
    Transaction,
    add_batch,
    in_batches,
    remove_batch,
    sweep,
    undo_all,
)
from vidensbro.kit.matching.distributed.deltas import Delta
from vidensbro.kit.matching.distributed.snapshot import DistributedSnapshot
from vidensbro.kit.matching.distributed.state import Clock, Head, State
from vidensbro.kit.matching.distributed.store import Store
from vidensbro.kit.matching.embedded.intake import Analyse, Carry, Intake
from vidensbro.kit.matching.errors import IndexMismatch, IndexReadOnly
from vidensbro.kit.matching.model import Document
from vidensbro.kit.matching.protocols import Embedder, Index
from vidensbro.kit.text.terms import analysis_version, index_terms


@dataclass(frozen=True, slots=True)
class Spread:
    """How a new generation is spread over a cluster. `shards` 0 leaves the number to the engine; a shard cannot be
    added later without building anew. `replicas` are copies of each shard."""

    shards: int = 0
    replicas: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts are read. `carry(text, language)` turns a text in a language that the embedder does not know into
    English; `analyse(text, language)` gives index terms, and `analysis` names its version."""

    embedder: Embedder | None = None
    carry: Carry | None = None
    analyse: Analyse = index_terms
    analysis: str = ""

    @property
    def name(self) -> str:
        """The version of the analysis."""
        return self.analysis or (analysis_version() if self.analyse is index_terms else "")

    def intake(self) -> Intake:
        """What reads documents."""
        return Intake(self.analyse, self.embedder, self.carry)


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
        clock: Clock = time.time,
    ) -> str:
        """Build the index anew from `documents` beside the old one and swap; the new version.

        Readers see the old one until the swap, and views of it stay readable until the next rebuild. A kill before
        the swap leaves the old index. Raises IndexLocked and IndexStorageError.
        """
        reading, spread = reading or Reading(), spread or Spread()
        state = State(store, name, clock)
        state.take(spread.replicas)
        try:
            old = state.head() or Head(generation=0)
            fresh = Head(generation=old.generation + 1, pivot=old.average_length or Head().pivot)
            _drop(store, name, fresh.generation)
            writer = Writer(store, name, state, reading, spread, fresh)
            writer.add(documents)
            version = writer.commit(empty=True).version
            _drop(store, name, old.generation - 1)
            return version
        finally:
            state.release()

    @classmethod
    def compact(cls, store: Store, name: str, *, clock: Clock = time.time) -> str:
        """Remove what is not seen any more, also from under older snapshots, and the generation before; the version.

        Nothing is analysed or embedded again, and no answer changes. When the engine frees the room on its disks is
        its own affair. Raises IndexLocked, IndexDamaged and IndexStorageError.
        """
        state = State(store, name, clock)
        head = state.head()
        if head is None:
            return Head().version
        state.take(1)
        try:
            sweep(store, schema.documents_in(name, head.generation), head.commit)
            _drop(store, name, head.generation - 1)
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


class Writer:
    """Changes on top of one head, of which readers see nothing before `commit`."""

    def __init__(
        self, store: Store, name: str, state: State, reading: Reading, spread: Spread, head: Head
    ) -> None:
        embedder = reading.embedder
        self.head = head
        if not head.documents:
            self.head = replace(
                head,
                embedder=embedder.name if embedder else "",
                dimensions=embedder.dimensions if embedder else 0,
                analysis=reading.name,
            )
        self._store = store
        self._state = state
        self._intake = reading.intake()
        self._documents = schema.documents_in(name, head.generation)
        self._terms = schema.terms_in(name, head.generation)
        self._delta = Delta()
        self._batches = 0
        self._make_collections(spread)
        self._undo()

    def add(self, documents: Iterable[Document]) -> int:
        """Take in documents; how many were given."""
        count = 0
        for batch in in_batches(documents):
            taken = [self._intake.take(document) for document in batch]
            number = self.next_batch()
            self._delta.add(add_batch(self._store, self._intake, self.transaction, taken, number))
            count += len(batch)
        return count

    def remove(self, keys: Iterable[str]) -> int:
        """Remove documents; how many there were."""
        count = 0
        for batch in in_batches(keys):
            gone, delta = remove_batch(self._store, self.transaction, batch, self.next_batch())
            self._delta.add(delta)
            count += gone
        return count

    @property
    def transaction(self) -> Transaction:
        """What a worker needs to know to write beside this writer."""
        return Transaction(self._documents, self.head.commit + 1, self.head.pivot, self.head.dimensions)

    def next_batch(self) -> int:
        """A number for a batch, and a sign of life. Raises IndexLocked when somebody else has become the writer."""
        self._state.renew()
        self._batches += 1
        return self._batches

    def absorb(self, delta: Delta) -> None:
        """Take in what a worker counted."""
        self._delta.add(delta)

    def commit(self, *, empty: bool = False) -> Head:
        """Make the changes durable and visible; without changes nothing happens, unless an `empty` commit is wanted."""
        if not self._delta.changes and not empty:
            return self.head
        self._state.renew()
        fresh = self._delta.applied(self.head)
        terms.record(self._store, self._terms, self._delta.terms, fresh.commit)
        self._state.commit(fresh)
        self.head = fresh
        self._forget()
        if fresh.commit > terms.KEPT_COMMITS:
            sweep(self._store, self._documents, fresh.commit - terms.KEPT_COMMITS)
        return fresh

    def rollback(self) -> None:
        """Forget all changes since the last commit."""
        self._undo()
        self._forget()

    def close(self) -> None:
        """Forget what is not committed and let others write."""
        try:
            if self._batches:
                self._undo()
        finally:
            self._forget()
            self._state.release()

    def _forget(self) -> None:
        self._delta = Delta()
        self._batches = 0

    def _undo(self) -> None:
        undo_all(self._store, self._documents, self.head.commit)
        terms.forget(self._store, self._terms, self.head.commit)

    def _make_collections(self, spread: Spread) -> None:
        layout = schema.documents_layout(self.head.dimensions, spread.shards, spread.replicas)
        self._store.create(self._documents, layout)
        self._store.create(self._terms, schema.terms_layout(spread.shards, spread.replicas))


def _drop(store: Store, name: str, generation: int) -> None:
    for collection in (schema.documents_in, schema.terms_in):
        store.drop(collection(name, generation))


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
