"""What is committed, and who may write: two points in a collection of their own.

The head names the commit, so replacing that one point is what makes a transaction visible. The lease keeps a second
writer out; it is taken by one conditional write and runs out by itself when a writer dies.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from vidensbro.kit.matching.distributed.schema import state_layout, state_of
from vidensbro.kit.matching.distributed.store import Condition, Point, Store, Where
from vidensbro.kit.matching.errors import IndexDamaged, IndexLocked

HEAD, LEASE = 0, 1
"""Identities of the two points."""

FORMAT = 1

LEASE_SECONDS = 600
"""How long a writer that is not heard of keeps others out."""

Clock = Callable[[], float]
"""Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is committed. `length` is that of all public documents together, in index terms; `pivot` the length that
    the sparse vectors of this generation take as usual; `size` bytes of documents and features given to the engine."""

    format: int = FORMAT
    generation: int = 1
    commit: int = 0
    digest: str = "0" * 32
    embedder: str = ""
    dimensions: int = 0
    analysis: str = ""
    documents: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    public_documents: int = 0
    length: int = 0
    pivot: float = 120.0
    size: int = 0

    @property
    def version(self) -> str:
        """Unique and growing with each commit; the second half is a digest of the content, whatever its order."""
        return f"{self.generation:04d}{self.commit:08d}-{self.digest[:16]}"

    @property
    def average_length(self) -> float:
        """Mean length of public documents; 0 where there are none."""
        return self.length / self.public_documents if self.public_documents else 0.0


class State:
    """Reads and writes the two points of one index."""

    def __init__(self, store: Store, index: str, clock: Clock = time.time) -> None:
        self._store = store
        self._index = index
        self._collection = state_of(index)
        self._clock = clock
        self._made = False
        self._token = ""
        self._renewed = 0.0

    def head(self) -> Head | None:
        """What is committed; None where nothing ever was. Raises IndexDamaged, IndexStorageError.

        Readers ask any copy, so that they go on while one is away; who writes asks more than half of them.
        """
        if not self._there():
            return None
        keys = list(Head.__dataclass_fields__)
        found = self._store.fetch(self._collection, [HEAD], keys, agreed=bool(self._token)).get(HEAD)
        if found is None:
            return None
        if found.get("format") != FORMAT:
            raise IndexDamaged(
                f'The index "{self._index}" has the format {found.get("format")}, this program reads {FORMAT}. '
                "Rebuild the index.",
                file=self._index,
            )
        try:
            return Head(**found)
        except TypeError as error:
            raise IndexDamaged(
                f'The state of the index "{self._index}" cannot be read: {error}. Rebuild the index.',
                file=self._index,
            ) from error

    def commit(self, head: Head, before: Head) -> None:
        """Make this what is committed, in place of `before`. Doing it again is harmless.

        Raises IndexLocked where something else has been committed since: a writer that was stopped for so long that
        another took its place must not bring back what was.
        """
        unmoved = Where(
            (Condition("generation", (before.generation,)), Condition("commit", (before.commit,)))
        )
        self._store.put(self._collection, [Point(HEAD, asdict(head))], only_over=unmoved)
        if self.head() != head:
            self._refuse(self._lease())

    def take(self, replicas: int) -> None:
        """Become the one writer. Raises IndexLocked, naming the process that is it."""
        self._store.create(self._collection, state_layout(replicas))
        self._token = secrets.token_hex(16)
        asked = self._clock()
        self._write_lease(Condition("until", most=int(asked)))
        holder = self._lease()
        if holder.get("token") != self._token:
            self._token = ""
            self._refuse(holder)
        self._renewed = asked

    def renew(self) -> None:
        """Stay the writer. Raises IndexLocked when somebody else has become it meanwhile."""
        if self._clock() - self._renewed < LEASE_SECONDS / 4:
            return
        if not self.held():
            self._refuse(self._lease())

    def held(self) -> bool:
        """Whether this is still the writer, which it then stays for another while."""
        if not self._token:
            return False
        # Only what was seen to be so counts as renewed: one who has lost the place must be told every time.
        asked = self._clock()
        self._write_lease(Condition("token", (self._token,)))
        if self._lease().get("token") != self._token:
            return False
        self._renewed = asked
        return True

    def release(self) -> None:
        """Let others write. Doing it twice is harmless."""
        if self._token:
            mine = Where((Condition("token", (self._token,)),))
            self._token = ""
            self._store.put(self._collection, [Point(LEASE, {"token": "", "until": 0})], only_over=mine)

    def _there(self) -> bool:
        # Once there it stays: asked only until then.
        self._made = self._made or self._store.exists(self._collection)
        return self._made

    def _lease(self) -> dict[str, Any]:
        keys = ["token", "until", "process", "host"]
        return self._store.fetch(self._collection, [LEASE], keys, agreed=True).get(LEASE, {})

    def _write_lease(self, over: Condition) -> None:
        now = self._clock()
        lease = {
            "token": self._token,
            "until": int(now) + LEASE_SECONDS,
            "process": os.getpid(),
            "host": socket.gethostname(),
        }
        self._store.put(self._collection, [Point(LEASE, lease)], only_over=Where((over,)))

    def _refuse(self, holder: dict[str, Any]) -> None:
        process, host = str(holder.get("process", 0)), str(holder.get("host", ""))
        raise IndexLocked(
            f'The index "{self._index}" is being written by process {process} on {host}. Wait until it is done, or '
            f"end it; one that has died keeps others out for at most {LEASE_SECONDS // 60} minutes.",
            folder=self._index,
            process=process,
        )
