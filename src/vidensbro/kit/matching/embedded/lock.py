"""One writer at a time, by an advisory lock that the system lets go of when its process dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from vidensbro.kit.matching.errors import IndexLocked

NAME = "writer.lock"


class WriterLock:
    """Holds the writer's lock of an index folder from construction to `release`."""

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises IndexLocked, naming the process that has it."""
        self._handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            process = os.pread(self._handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._handle)
            raise IndexLocked(
                f"The index in {folder} is being written by process {process}. "
                "Wait until it is done, or end it.",
                folder=str(folder),
                process=process,
            ) from error
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let others write. Doing it twice is harmless."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
