"""Keeping the index in step with the database, which is the truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from django.db import transaction

from vidensbro.hub.common.collecting import rarely_collected
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.common.statistics import refresh_statistics
from vidensbro.hub.common.targets import targets
from vidensbro.hub.directory.announcements import INDEX_UPDATE
from vidensbro.hub.matches import opening
from vidensbro.hub.matches.engine import (
    embedder,
    first_stage_embedder,
    forget,
    index_embedder,
    plain_bridge,
    reading_revision,
    snapshot,
    unavailable_if_broken,
    writable_index,
)
from vidensbro.hub.matches.workers import Workers, adding
from vidensbro.hub.needs.announcements import MATCHES_REFRESH
from vidensbro.hub.needs.queries import open_need_ids
from vidensbro.hub.outbox import queries as outbox_queries
from vidensbro.hub.outbox import services as outbox
from vidensbro.kit.matching import Document, Embedder, Snapshot, carrier

Progress = Callable[[int, int], None]
"""Told how many documents are done, and of how many."""

BUILD_LEASE = timedelta(minutes=10)
_STEP = 500
_BUILD_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class KindStatus:
    """How many documents of a kind the index holds, and how many the database says it should."""

    indexed: int
    expected: int


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How the index stands. `waiting` updates are still to be done, the oldest since `since`; `dead` ones were
    given up."""

    version: str
    embedder: str
    documents: int
    bytes_on_disk: int
    kinds: dict[str, KindStatus]
    waiting: int
    dead: int
    since: datetime | None

    @property
    def in_step(self) -> bool:
        """Nothing waits and the numbers agree. `verify` looks at every document."""
        return not self.waiting and all(kind.indexed == kind.expected for kind in self.kinds.values())


@dataclass(frozen=True, slots=True)
class Verification:
    """Document keys that are in the database only, differ, or are in the index only."""

    compared: int
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    superfluous: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """The index is exactly what the database says."""
        return not (self.missing or self.stale or self.superfluous)


def update_index(keys: Iterable[str]) -> str:
    """Put the documents with these keys in step and commit; the index's version then.

    What is no longer in the database, or of a kind that no longer exists, goes. Safe to repeat.
    Raises the kit's errors: IndexLocked while another process writes, IndexStorageError on a full disk.
    """
    with writable_index() as index:
        for kind, ids in sorted(_by_kind(keys).items()):
            target = targets().get(kind)
            found = list(target.documents(ids)) if target else []
            index.add(found)
            index.remove(sorted({f"{kind}:{one}" for one in ids} - {document.key for document in found}))
        return index.commit()


def compact_index() -> str:
    """Write the index anew without a trace of what was removed from it; its version then.

    Raises the kit's errors: IndexLocked while another process writes, IndexStorageError on a full disk.
    """
    version = opening.compact_index()
    forget()
    return version


class Stage(StrEnum):
    """Which model a build takes: the one that is set, the quick one distilled from the bundled model, or the one that
    the index has already."""

    SET = "set"
    FIRST = "first"
    SAME = "same"


_MODELS: Mapping[Stage, Callable[[], Embedder | None]] = {
    Stage.SET: embedder,
    Stage.FIRST: first_stage_embedder,
    Stage.SAME: index_embedder,
}


def index_build(
    progress: Progress | None = None, stage: Stage = Stage.SET, workers: Workers | None = None
) -> str:
    """Build the index from the database beside the old one, swap, and refresh open needs; the version.

    Updates that were waiting are thereby done; those that come meanwhile are done afterwards. A build that was cut
    short is gone on with, if nothing has changed in how texts are read. On a search cluster `workers` can do it, if
    given.

    Raises:
        Unavailable: another process writes to the index, the disk is full, the workers are gone; the old index stays.
        Invalid: there are workers, but no search cluster.
    """
    model = _MODELS[stage]()
    refresh_statistics()
    with outbox.all_at_once(INDEX_UPDATE, BUILD_LEASE), unavailable_if_broken(), rarely_collected():
        version = _rebuild(model, workers, progress)
        # Before the updates count as done: a kill in between repeats the build rather than lose the refresh.
        refresh_open_needs()
    forget()
    return version


def _rebuild(model: Embedder | None, workers: Workers | None, progress: Progress | None) -> str:
    carry, revision = carrier(plain_bridge(), model), reading_revision()
    if workers is None:
        return opening.rebuild_index(_all_documents(progress), model, carry, revision)
    total = _expected()

    def told(done: int) -> None:
        if progress is not None:
            progress(done, max(total, done))

    with adding(workers, model.name if model else "", told) as by_workers:
        return opening.rebuild_index(_all_documents(None), model, carry, revision, by_workers)


def catch_up(progress: Progress | None = None) -> bool:
    """Do all waiting updates now, by a build where that is quicker. True if there was anything to do.

    For when no worker is at work: what one that died still holds is done as well. Raises Unavailable like
    `index_build`.
    """
    waiting = outbox_queries.open_entries(INDEX_UPDATE)
    if not waiting:
        return False
    if waiting > _BUILD_SHARE * _indexed():
        index_build(progress, Stage.SAME if _indexed() else Stage.SET)
        return True
    outbox.take_over(INDEX_UPDATE)
    done = 0
    while step := outbox.drain([INDEX_UPDATE], limit=_STEP).done:
        done += step
        if progress is not None:
            progress(done, max(waiting, done))
    return True


def index_status() -> IndexStatus:
    """How the index stands. Raises Unavailable if it cannot be opened."""
    view = snapshot()
    found = view.statistics()
    topic = {one.topic: one for one in outbox_queries.status()}.get(INDEX_UPDATE)
    kinds = {kind: KindStatus(found.kinds.get(kind, 0), target.count()) for kind, target in targets().items()}
    kinds |= {kind: KindStatus(number, 0) for kind, number in found.kinds.items() if kind not in kinds}
    return IndexStatus(
        version=view.version,
        embedder=found.embedder,
        documents=found.documents,
        bytes_on_disk=found.bytes_on_disk,
        kinds=kinds,
        waiting=topic.open if topic else 0,
        dead=topic.dead if topic else 0,
        since=topic.oldest if topic else None,
    )


def index_verify(progress: Progress | None = None, *, repair: bool = False) -> Verification:
    """Compare every document of the database with the index; `repair` has the differences updated.

    Raises Unavailable if the index cannot be opened.
    """
    view = snapshot()
    total = _expected()
    missing: list[str] = []
    stale: list[str] = []
    superfluous: list[str] = []
    compared = 0
    for kind, target in targets().items():
        expected: set[str] = set()
        for documents in _batches(target.documents()):
            _compare(view, documents, missing, stale)
            expected.update(document.key for document in documents)
            compared += len(documents)
            if progress is not None:
                progress(compared, max(total, compared))
        superfluous += [key for key in view.keys(kind) if key not in expected]
    unknown = set(view.statistics().kinds) - set(targets())
    superfluous += [key for kind in sorted(unknown) for key in view.keys(kind)]
    found = Verification(compared, tuple(missing), tuple(stale), tuple(superfluous))
    if repair and not found.agrees:
        with transaction.atomic():
            outbox.put_many(INDEX_UPDATE, [*missing, *stale, *superfluous])
    return found


def refresh_open_needs() -> int:
    """Have the matches of every open need found anew; at most one such entry waits for each. How many."""
    with transaction.atomic():
        ids = [str(one) for one in open_need_ids()]
        outbox.put_many(MATCHES_REFRESH, ids)
    return len(ids)


def _batches(documents: Iterator[Document]) -> Iterator[tuple[Document, ...]]:
    while batch := tuple(islice(documents, _STEP)):
        yield batch


def _by_kind(keys: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        kind, _, name = key.partition(":")
        found[kind].add(name)
    return found


def _all_documents(progress: Progress | None) -> Iterator[Document]:
    total = _expected()
    done = 0
    for target in targets().values():
        for document in target.documents():
            yield document
            done += 1
            if progress is not None and done % _STEP == 0:
                progress(done, max(total, done))
    if progress is not None:
        progress(done, done)


def _compare(view: Snapshot, documents: tuple[Document, ...], missing: list[str], stale: list[str]) -> None:
    stored = view.documents([document.key for document in documents])
    for document, there in zip(documents, stored, strict=True):
        if there is None:
            missing.append(document.key)
        elif there != document:
            stale.append(document.key)


def _expected() -> int:
    """Documents that the database says there should be."""
    return sum(target.count() for target in targets().values())


def _indexed() -> int:
    try:
        return snapshot().statistics().documents
    except Unavailable:
        # What cannot be opened is built anew.
        return 0
