"""One import at a time, and one fetch of each source: two at once would make the same person twice."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from vidensbro.hub.common.errors import Conflict

NAME = ".import.lock"


@contextmanager
def only_import() -> Iterator[None]:
    """Hold the lock of imports; the system lets go of it when the process ends, however it ends.

    Raises:
        Conflict: another process is importing ("import_running").
    """
    with _held(NAME, "import_running"):
        yield


@contextmanager
def only_fetch(source: str) -> Iterator[None]:
    """Hold the lock of a source while it is fetched and what came is imported.

    Raises:
        Conflict: another process is at it ("source_in_use").
    """
    with _held(f".fetch-{source}.lock", "source_in_use"):
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
