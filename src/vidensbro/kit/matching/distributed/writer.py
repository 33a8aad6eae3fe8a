"""Writing to the distributed index: changes on top of what is committed, and the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from vidensbro.kit.matching.distributed import schema, terms
from vidensbro.kit.matching.distributed.batches import (
    Transaction,
    add_batch,
    in_batches,
    remove_batch,
    sweep,
    tallied,
    undo_all,
)
from vidensbro.kit.matching.distributed.deltas import Delta
from vidensbro.kit.matching.distributed.state import Head, State
from vidensbro.kit.matching.distributed.store import Store
from vidensbro.kit.matching.embedded.intake import Analyse, Carry, Intake
from vidensbro.kit.matching.errors import IndexStorageError
from vidensbro.kit.matching.model import Document
from vidensbro.kit.matching.protocols import Embedder
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


class Writer:
    """Changes on top of one head, of which readers see nothing before `commit`."""

    def __init__(
        self,
        store: Store,
        name: str,
        state: State,
        reading: Reading,
        spread: Spread,
        head: Head,
        *,
        before: Head | None = None,
    ) -> None:
        """`before` is what is committed now, where that is not `head` but what `head` is to replace."""
        embedder = reading.embedder
        self.head = head
        self._before = before or head
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
        self._failed = False
        if not head.commit:
            # Nothing of this generation is seen by anybody; what a writer left that died while it made the
            # collections may lack the indexes that filters need.
            drop(store, name, head.generation)
        self._make_collections(spread)
        self._undo()

    def add(self, documents: Iterable[Document]) -> int:
        """Take in documents; how many were given."""
        count = 0
        with self._changing():
            for batch in in_batches(documents):
                taken = [self._intake.take(document) for document in batch]
                number = self.next_batch()
                self._delta.add(add_batch(self._store, self._intake, self.transaction, taken, number))
                count += len(batch)
        return count

    def remove(self, keys: Iterable[str]) -> int:
        """Remove documents; how many there were."""
        count = 0
        with self._changing():
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
        self.stay()
        self._batches += 1
        return self._batches

    def stay(self) -> None:
        """A sign of life. Raises IndexLocked when somebody else has become the writer."""
        self._state.renew()

    def absorb(self, delta: Delta) -> None:
        """Take in what a worker counted."""
        self._delta.add(delta)

    def commit(self, *, empty: bool = False) -> Head:
        """Make the changes durable and visible; without changes nothing happens, unless an `empty` commit is wanted.

        Raises IndexStorageError, with nothing visible, also where the engine does not hold what was written.
        """
        self._recover()
        if not self._delta.born and not self._delta.died and not empty:
            return self.head
        self.stay()
        fresh = self._delta.applied(self.head)
        self._check(fresh.commit)
        terms.record(self._store, self._terms, self._delta.terms, fresh.commit)
        self._state.commit(fresh, self._before)
        self.head = self._before = fresh
        self._forget()
        if fresh.commit > terms.KEPT_COMMITS:
            sweep(self._store, self._documents, fresh.commit - terms.KEPT_COMMITS)
        return fresh

    def rollback(self) -> None:
        """Forget all changes since the last commit. What was changed before an error is forgotten likewise, as soon as
        the engine answers again."""
        # Where somebody else writes now, that one has taken them back, and what is there now is not ours.
        if self._state.held():
            self._catch_up()
            self._undo()
        self._forget()

    def close(self) -> None:
        """Forget what is not committed and let others write."""
        try:
            if self._batches:
                self.rollback()
        finally:
            self._forget()
            self._state.release()

    def _forget(self) -> None:
        self._delta = Delta()
        self._batches = 0
        self._failed = False

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._recover()
        try:
            yield
        except BaseException:
            self._failed = True
            raise

    def _recover(self) -> None:
        """After an error nobody knows what of a batch was stored: all of the transaction is taken back."""
        if self._failed:
            self.rollback()

    def _check(self, commit: int) -> None:
        """A request that was given up may be carried out late, and a worker that was thought dead may have written
        after all; neither must become visible. Raises IndexStorageError."""
        found, counted = tallied(self._store, self._documents, commit), (self._delta.born, self._delta.died)
        if found != counted:
            self._failed = True
            raise IndexStorageError(
                f"The search engine holds {found[0]} new and {found[1]} replaced documents of this change, "
                f"{counted[0]} and {counted[1]} were written. Nothing of it was made visible: do it again.",
                folder=self._documents,
            )

    def _catch_up(self) -> None:
        """A commit whose answer was lost may have been made all the same: then it is nothing to be taken back."""
        now = self._state.head()
        if now is not None and (now.generation, now.commit) == (self.head.generation, self.head.commit + 1):
            self.head = self._before = now

    def _undo(self) -> None:
        undo_all(self._store, self._documents, self.head.commit)
        terms.forget(self._store, self._terms, self.head.commit)

    def _make_collections(self, spread: Spread) -> None:
        layout = schema.documents_layout(self.head.dimensions, spread.shards, spread.replicas)
        self._store.create(self._documents, layout)
        self._store.create(self._terms, schema.terms_layout(spread.shards, spread.replicas))


Adding = Callable[["Writer", Iterable[Document]], object]
"""Takes documents into a writer, such as `filling.fill_writer` with its workers."""


def drop(store: Store, name: str, generation: int) -> None:
    """Remove the collections of a generation."""
    for collection in (schema.documents_in, schema.terms_in):
        store.drop(collection(name, generation))
