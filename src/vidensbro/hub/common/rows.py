"""Reading many rows in bounded memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def in_batches(rows: QuerySet[M], ids: Iterable[str] | None = None, size: int = 500) -> Iterator[list[M]]:
    """The rows (with these ids) in order of primary key, `size` at a time, prefetches included.

    Goes forward by key, not by offset, so that a million rows cost no more than a thousand thousand. Ids that
    are no UUIDs are passed over.
    """
    ordered = rows.order_by("pk")
    if ids is None:
        last: object = None
        while batch := list((ordered if last is None else ordered.filter(pk__gt=last))[:size]):
            yield batch
            last = batch[-1].pk
        return
    wanted = iter(sorted({key for one in ids if (key := as_uuid(one)) is not None}))
    while some := list(islice(wanted, size)):
        yield list(ordered.filter(pk__in=some))


NO_ID = uuid.UUID(int=0)
"""The key of no row."""


def key_of(text: object) -> uuid.UUID:
    """The key that a text holds; that of no row if it holds none, so that a lookup finds nothing."""
    return as_uuid(text) or NO_ID


def as_uuid(text: object) -> uuid.UUID | None:
    """The UUID that a text holds, or None."""
    if isinstance(text, uuid.UUID):
        return text
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
