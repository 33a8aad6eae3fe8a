"""Batches of documents into the engine, invisible until the transaction they belong to is committed.

A batch can be repeated: what an earlier attempt of it left behind is taken back first. That is what lets a worker die
in the middle and another do its batch again, with the figures coming out the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np

from vidensbro.kit.matching.distributed import features as packing
from vidensbro.kit.matching.distributed import schema
from vidensbro.kit.matching.distributed.deltas import Delta
from vidensbro.kit.matching.distributed.features import Features
from vidensbro.kit.matching.distributed.store import Condition, Payload, Point, PointId, Store, Where, pages
from vidensbro.kit.matching.distributed.weights import document_words
from vidensbro.kit.matching.embedded import codec
from vidensbro.kit.matching.embedded.dense import Stored, unpack
from vidensbro.kit.matching.embedded.hashing import facet_text
from vidensbro.kit.matching.embedded.intake import Intake, Taken
from vidensbro.kit.matching.model import PUBLIC

T = TypeVar("T")

BATCH = 256
"""Documents taken in at a time."""

_KNOWN = (
    schema.KEY_TEXT,
    schema.KIND,
    schema.PUBLIC_KEY,
    schema.CONTENT,
    schema.SIZE,
    schema.FEATURES,
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """Where changes go: the commit that will make them visible, and how documents are weighed there."""

    collection: str
    commit: int
    pivot: float
    dimensions: int


@dataclass(frozen=True, slots=True)
class _Version:
    """A live version of a document in the engine."""

    id: PointId
    payload: Payload

    @property
    def content(self) -> int:
        return int(self.payload[schema.CONTENT], 16)

    @property
    def features(self) -> Features:
        return packing.unpack(self.payload[schema.FEATURES])


def add_batch(
    store: Store, intake: Intake, transaction: Transaction, documents: Iterable[Taken], number: int
) -> Delta:
    """Put documents in, replacing those with the same key; what that changes. `number` is the batch's own in its
    transaction. Of equal keys the last one counts. Raises IndexStorageError and the embedder's errors."""
    taken = {item.document.key: item for item in documents}
    undo_batch(store, transaction, list(taken), number)
    known = _live(store, transaction, list(taken))
    changed = [item for key, item in taken.items() if key not in known or known[key].content != item.content]
    delta = Delta()
    replaced = [known[item.document.key] for item in changed if item.document.key in known]
    featured = _featured(intake, changed, known, transaction.dimensions)
    points = []
    for item, features in zip(changed, featured, strict=True):
        point = _point(item, features, transaction, number)
        points.append(point)
        _count(delta, 1, point.payload, features, item.content)
    store.put(transaction.collection, points)
    _bury(store, transaction, replaced, number, delta)
    return delta


def remove_batch(
    store: Store, transaction: Transaction, keys: Sequence[str], number: int
) -> tuple[int, Delta]:
    """Take documents out; how many there were, and what that changes. Unknown keys are passed over."""
    clean = list(dict.fromkeys(codec.clean(key) for key in keys))
    undo_batch(store, transaction, clean, number)
    gone = list(_live(store, transaction, clean).values())
    delta = Delta()
    _bury(store, transaction, gone, number, delta)
    return len(gone), delta


def undo_batch(store: Store, transaction: Transaction, keys: Sequence[str], number: int) -> None:
    """Take back what an earlier attempt of this batch did."""
    mine = Condition(schema.NAME, tuple(schema.key_name(key) for key in keys))
    born = Where((mine, Condition(schema.BORN, (transaction.commit,)), Condition(schema.BORN_IN, (number,))))
    died = Where((mine, Condition(schema.DIED, (transaction.commit,)), Condition(schema.DIED_IN, (number,))))
    store.delete(transaction.collection, born)
    store.change(transaction.collection, died, {schema.DIED: schema.NEVER, schema.DIED_IN: 0})


def undo_all(store: Store, collection: str, commit: int) -> None:
    """Take back everything that was done after a commit."""
    store.delete(collection, Where((Condition(schema.BORN, least=commit + 1),)))
    store.change(
        collection,
        Where((Condition(schema.DIED, least=commit + 1, most=schema.NEVER - 1),)),
        {schema.DIED: schema.NEVER, schema.DIED_IN: 0},
    )


def tallied(store: Store, collection: str, commit: int) -> tuple[int, int]:
    """How many versions of documents are born at a commit, and how many died at it, as the engine has them."""
    born = store.tally(collection, schema.KIND, Where((Condition(schema.BORN, (commit,)),)))
    died = store.tally(collection, schema.KIND, Where((Condition(schema.DIED, (commit,)),)))
    return sum(born.values()), sum(died.values())


def sweep(store: Store, collection: str, commit: int) -> None:
    """Remove for good what had died at a commit."""
    store.delete(collection, Where((Condition(schema.DIED, most=commit),)))


def in_batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut a stream into lists."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _live(store: Store, transaction: Transaction, keys: Sequence[str]) -> dict[str, _Version]:
    """The versions that the next commit would see, by key."""
    if not keys:
        return {}
    names = Condition(schema.NAME, tuple(schema.key_name(key) for key in keys))
    where = Where((names, *schema.live_at(transaction.commit)))
    wanted = set(keys)
    return {
        payload[schema.KEY_TEXT]: _Version(name, payload)
        for name, payload in pages(store, transaction.collection, where, _KNOWN)
        if payload[schema.KEY_TEXT] in wanted
    }


def _bury(
    store: Store, transaction: Transaction, versions: Sequence[_Version], number: int, delta: Delta
) -> None:
    for version in versions:
        _count(delta, -1, version.payload, version.features, version.content)
    end = {schema.DIED: transaction.commit, schema.DIED_IN: number}
    store.change_each(transaction.collection, [version.id for version in versions], end)


def _count(delta: Delta, sign: int, payload: Payload, features: Features, content: int) -> None:
    delta.count(
        sign,
        payload[schema.KIND],
        features,
        public=payload[schema.PUBLIC_KEY],
        content=content,
        size=payload[schema.SIZE],
    )


def _featured(
    intake: Intake, items: Sequence[Taken], known: dict[str, _Version], dimensions: int
) -> list[Features]:
    """Terms and vector of each; vectors of texts that have not changed are taken over."""
    texts = [intake.text(item.document) if dimensions else "" for item in items]
    names = [intake.text_name(text) for text in texts]
    vectors: list[Stored] = [np.empty(0, "<i2")] * len(items)
    fresh = []
    for place, (item, name) in enumerate(zip(items, names, strict=True)):
        before = known.get(item.document.key)
        kept = before.features if before and name else None
        if kept is not None and kept.text_name == name:
            vectors[place] = kept.vector
        elif name:
            fresh.append(place)
    if fresh:
        embedded = intake.vectors([texts[place] for place in fresh])
        for row, place in enumerate(fresh):
            vectors[place] = embedded[row]
    found = []
    for item, name, vector in zip(items, names, vectors, strict=True):
        analysed = intake.analyse(item.document)
        found.append(packing.make(analysed.title, analysed.body, analysed.length, name, vector))
    return found


def _point(item: Taken, features: Features, transaction: Transaction, number: int) -> Point:
    document = item.document
    stored, packed = item.stored.decode(), features.pack()
    payload: Payload = {
        schema.NAME: schema.key_name(document.key),
        schema.KEY_TEXT: document.key,
        schema.KIND: document.kind,
        schema.LANGUAGE: document.language,
        schema.COUNTRY: document.place.country if document.place else "",
        schema.FIELDS: list(dict.fromkeys(document.fields)),
        schema.FACETS: [facet_text(name, value) for name, value in document.facets],
        schema.AUDIENCE: sorted(document.audience),
        schema.DATE: document.date.toordinal() if document.date else 0,
        schema.BORN: transaction.commit,
        schema.DIED: schema.NEVER,
        schema.BORN_IN: number,
        schema.DIED_IN: 0,
        schema.PUBLIC_KEY: PUBLIC in document.audience,
        schema.CONTENT: f"{item.content:032x}",
        schema.SIZE: len(stored) + len(packed) + 4 * len(features.vector),
        schema.FEATURES: packed,
        schema.DOCUMENT: stored,
    }
    return Point(
        schema.point_id(document.key, transaction.commit, number),
        payload,
        document_words(features, transaction.pivot),
        tuple(unpack(features.vector).tolist()) if len(features.vector) else None,
    )
