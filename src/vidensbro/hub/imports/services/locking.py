"""One import at a time, and one fetch of each source: two at once would make the same person twice.

A lock file in the data folder keeps processes of one machine apart, an advisory lock of PostgreSQL those of machines
that share a database.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from vidensbro.hub.common.errors import Conflict

NAME = ".import.lock"


@contextmanager
def only_import() -> Iterator[None]:
    """Hold the lock of imports; the system lets go of it when the process ends, however it ends.

    Raises:
        Conflict: another process is importing ("import_running").
    """
    with _held(NAME, "import_running"), _held_by_database(NAME, "import_running"):
        yield


@contextmanager
def only_fetch(source: str) -> Iterator[None]:
    """Hold the lock of a source while it is fetched and what came is imported.

    Raises:
        Conflict: another process is at it ("source_in_use").
    """
    name = f".fetch-{source}.lock"
    with _held(name, "source_in_use"), _held_by_database(name, "source_in_use"):
        yield


@contextmanager
def _held(name: str, reason: str) -> Iterator[None]:
    folder: Path = settings.VIDENSBRO_DATA
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(reason) from error
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


@contextmanager
def _held_by_database(name: str, reason: str) -> Iterator[None]:
    """On a connection of its own: the lock lasts as long as that does, whatever becomes of the other's transactions."""
    if connection.vendor != "postgresql":
        yield
        return
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number(name)])
            if not cursor.fetchone()[0]:
                raise Conflict(reason)
            try:
                yield
            finally:
                # By the end of the connection alone the server lets go of it somewhat later than we do.
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(name)])
    finally:
        apart.close()


def _number(name: str) -> int:
    """PostgreSQL's advisory locks go by numbers of 64 bits."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
