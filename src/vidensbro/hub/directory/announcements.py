"""Telling the apps above what changed. Call inside the transaction of the change.

What must not be lost goes through the outbox; signals let other apps add their own entries to the same
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.dispatch import Signal

from vidensbro.hub.outbox import services as outbox

INDEX_UPDATE = "index.update"
"""Topic whose keys are document keys, "kind:id": look at the row again and put the index in step with it."""

standing_changed = Signal()
"""Somebody who stands behind documents was hidden, shown, withdrawn or merged. Sent inside the transaction
with `kind` ("person", "organisation") and `ids`, so that the apps above have those documents indexed anew."""


def index_changed(kind: str, ids: Iterable[object]) -> None:
    """Have the documents of these rows put in step: added, replaced or removed."""
    outbox.put_many(INDEX_UPDATE, {f"{kind}:{one}": {} for one in ids})


def announce_standing(kind: str, ids: Iterable[object]) -> None:
    """Tell that documents which name these rows must be indexed anew."""
    standing_changed.send(sender=None, kind=kind, ids=[str(one) for one in ids])
