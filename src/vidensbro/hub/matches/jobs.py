"""What follows a commit: index updates and fresh matches. And what time brings: learning from introductions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import structlog

from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.directory.announcements import INDEX_UPDATE
from vidensbro.hub.matches.indexing import compact_index, refresh_open_needs, update_index
from vidensbro.hub.matches.privacy import INDEX_COMPACT
from vidensbro.hub.matches.services import refresh
from vidensbro.hub.matches.training import keep_learning
from vidensbro.hub.needs.announcements import MATCHES_REFRESH
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.periodic import every
from vidensbro.hub.outbox.queries import is_due, open_entries
from vidensbro.hub.outbox.registry import Postpone, handler
from vidensbro.kit.matching.errors import IndexLocked, MatchingError

BUSY = timedelta(seconds=2)
OUT_OF_ORDER = timedelta(seconds=30)
RANKER: Final = "ranker.train"
log = structlog.get_logger(__name__)

every(RANKER, timedelta(days=1))


@handler(INDEX_UPDATE, batch=500, lease=timedelta(minutes=2))
def put_index_in_step(entries: Sequence[Entry]) -> None:
    """Update the index; when nothing more is due, have the matches of open needs found anew.

    One that cannot be done holds up neither the others nor what follows from them. A crash after the commit repeats
    the whole: the second time nothing changes in the index, and the refresh is asked for.
    """
    with waiting_for_the_engine():
        update_index(entry.key for entry in entries)
    if not is_due(INDEX_UPDATE):
        refresh_open_needs()


@handler(INDEX_COMPACT, lease=timedelta(minutes=30))
def write_index_anew(entries: Sequence[Entry]) -> None:
    """After an erasure: once the index is in step, write it anew without what was removed."""
    if open_entries(INDEX_UPDATE):
        raise Postpone(BUSY, "the index is not in step yet")
    with waiting_for_the_engine():
        compact_index()


@handler(MATCHES_REFRESH, batch=1, lease=timedelta(minutes=2))
def refresh_matches(entries: Sequence[Entry]) -> None:
    """Find the matches of a need anew and keep them."""
    with waiting_for_the_engine():
        for entry in entries:
            refresh(entry.key)


@handler(RANKER, lease=timedelta(minutes=10))
def learn_from_introductions(entries: Sequence[Entry]) -> None:
    """Learn the ranker anew from what was said and came of introductions, without what was erased meanwhile."""
    with waiting_for_the_engine():
        keep_learning()


@contextmanager
def waiting_for_the_engine() -> Iterator[None]:
    """A locked or broken index, a full disk, a model that is away: no entry's fault, so none is given up for it."""
    try:
        yield
    except IndexLocked as error:
        raise Postpone(BUSY, str(error)) from error
    except (MatchingError, Unavailable) as error:
        log.error("matches.out_of_order", error=str(error))
        raise Postpone(OUT_OF_ORDER, str(error)) from error
