"""The loop that keeps draining the outbox."""

from __future__ import annotations

import threading

import structlog
from django.db import close_old_connections, connection
from django.db.utils import OperationalError

from vidensbro.hub.outbox.periodic import put_due
from vidensbro.hub.outbox.services import drain

log = structlog.get_logger(__name__)


def work(stop: threading.Event, *, idle_seconds: float = 1.0) -> None:
    """Drain, and put in what time brings round, until `stop` is set.

    The entry in hand is finished first; nothing is lost if it is not.

    Run it in a thread of the site or in a process of its own; several may run at the same time. A database
    that is away is waited for.
    """
    log.info("worker.started")
    while not stop.is_set():
        close_old_connections()
        try:
            put_due()
            done = drain(limit=1000).done
        except OperationalError:
            log.exception("worker.database_away")
            connection.close()
            stop.wait(5 * idle_seconds)
            continue
        if not done:
            stop.wait(idle_seconds)
    connection.close()
    log.info("worker.stopped")
