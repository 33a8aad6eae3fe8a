"""Names of collections and payload keys, and who can be seen at which commit.

Every version of a document is a point of its own. It is seen by snapshots from commit `born` to before commit `died`;
what is not replaced has `died` at `NEVER`. So one number, that of the last commit, turns all changes of a transaction
visible at once, and older snapshots keep seeing what they saw.
"""

from __future__ import annotations

import uuid
from hashlib import blake2b

from vidensbro.kit.matching.distributed.store import Condition, Layout
from vidensbro.kit.matching.embedded.hashing import KEY, facet_text, short_hash
from vidensbro.kit.matching.model import Filters

NEVER = 2**31 - 1
"""Commit at which a live point will have died."""

NAME, KEY_TEXT, KIND, LANGUAGE, COUNTRY = "name", "key", "kind", "language", "country"
FIELDS, FACETS, AUDIENCE, DATE = "fields", "facets", "audience", "date"
BORN, DIED, BORN_IN, DIED_IN = "born", "died", "born_in", "died_in"
CONTENT, FEATURES, DOCUMENT, PUBLIC_KEY, SIZE = "content", "features", "document", "public", "size"
HISTORY, LAST = "history", "last"

INDEXED = {
    **dict.fromkeys((KIND, LANGUAGE, COUNTRY, FIELDS, FACETS, AUDIENCE), "keyword"),
    **dict.fromkeys((NAME, DATE, BORN, DIED), "integer"),
}
"""Payload keys of documents that are filtered by."""

COUNTED = {"kind": KIND, "field": FIELDS, "language": LANGUAGE, "country": COUNTRY}
"""Facets by the name that the protocol gives them."""


def documents_in(index: str, generation: int) -> str:
    """The collection of a generation's documents."""
    return f"{index}-{generation:06d}-documents"


def terms_in(index: str, generation: int) -> str:
    """The collection of a generation's term statistics."""
    return f"{index}-{generation:06d}-terms"


def state_of(index: str) -> str:
    """The collection that holds what is committed and who writes."""
    return f"{index}-state"


def documents_layout(dimensions: int, shards: int, replicas: int) -> Layout:
    """Of the documents' collection."""
    return Layout(dimensions, INDEXED, shards, replicas)


def terms_layout(shards: int, replicas: int) -> Layout:
    """Of the collection of term statistics."""
    return Layout(0, {LAST: "integer"}, shards, replicas)


def state_layout(replicas: int) -> Layout:
    """Of the collection with the state: two points, so one shard."""
    return Layout(0, {}, 1, replicas)


def key_name(key: str) -> int:
    """63 bits for a key, as large as a whole number in a payload may be."""
    return short_hash(KEY, key) >> 1


def point_id(key: str, born: int, batch: int) -> str:
    """The identity of one version of a document, the same when a batch is repeated."""
    content = f"{born}:{batch}:{key}".encode()
    return str(uuid.UUID(bytes=blake2b(content, digest_size=16).digest()))


def live_at(commit: int) -> tuple[Condition, ...]:
    """What a snapshot of this commit sees."""
    return Condition(BORN, most=commit), Condition(DIED, least=commit + 1)


def facet_values(filters: Filters) -> tuple[Condition, ...]:
    """Values of one facet are alternatives, different facets must all be met."""
    names = sorted({name for name, _ in filters.facets})
    return tuple(
        Condition(FACETS, tuple(facet_text(name, value) for name, value in filters.facets if name == wanted))
        for wanted in names
    )
