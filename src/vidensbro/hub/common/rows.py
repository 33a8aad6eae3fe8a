"""Reading many rows in bounded memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def in_batches(rows: QuerySet[M], ids: Iterable[str] | None = None, size: int = 500) -> Iterator[list[M]]:
    """The rows (with these ids) in order of primary key, `size` at a time, prefetches included.

    Goes forward by key, not by offset, so that a million rows cost no more than a thousand thousand. Ids that
    are no UUIDs are passed over.
    """
    ordered = rows.order_by("pk")
    wanted = sorted({key for one in ids if (key := as_uuid(one)) is not None}) if ids is not None else None
    for keys in _all_keys(rows.model, size) if wanted is None else _parts(wanted, size):
        if batch := list(ordered.filter(pk__in=keys)):
            yield batch


def _all_keys(model: type[Model], size: int) -> Iterator[list[Any]]:
    """The keys of a whole table, in order.

    They are read without the conditions of whoever asks: asked for "the next 500 of these", a database may well take
    the index of a condition, and put all that it holds into order for every 500.
    """
    ordered = model._base_manager.order_by("pk").values_list("pk", flat=True)
    last: object = None
    while keys := list((ordered if last is None else ordered.filter(pk__gt=last))[:size]):
        yield keys
        if len(keys) < size:
            return
        last = keys[-1]


def _parts(keys: Iterable[uuid.UUID], size: int) -> Iterator[list[uuid.UUID]]:
    left = iter(keys)
    while some := list(islice(left, size)):
        yield some


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
