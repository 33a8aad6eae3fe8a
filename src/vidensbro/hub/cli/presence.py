"""Who is at work on a data folder: a shared lock for as long as a process lives, gone with it however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vidensbro.hub.common.environment import data_folder

SITE: Final = "site"
WORKER: Final = "worker"
ROLES: Final = (SITE, WORKER)


@contextmanager
def present(role: str) -> Iterator[None]:
    """While in the block, `anybody(role)` is true in every other process on this machine."""
    with _path(role).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def anybody(role: str) -> bool:
    """Is a process of this role at work on the data folder (on this machine)?"""
    path = _path(role)
    if not path.exists():
        return False
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _path(role: str) -> Path:
    return data_folder() / f".{role}.lock"
