"""Where the bytes lie, and what is said when that place is out of order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import Storage, storages

from vidensbro.hub.common.errors import Unavailable

STORAGE = "files"


def storage() -> Storage:
    """The data folder's `files`, or S3-compatible storage where the operator has set one."""
    return storages[STORAGE]


@contextmanager
def reaching() -> Iterator[None]:
    """Around what needs the storage.

    Raises:
        Unavailable: the disk is full or read-only, or the service cannot be reached ("file_storage").
    """
    try:
        yield
    except _failures() as error:
        raise Unavailable("file_storage", str(error)) from error


def _failures() -> tuple[type[Exception], ...]:
    if not type(storage()).__module__.startswith("storages."):
        return (OSError,)
    # Only where S3 is used: the package takes long to import.
    from botocore.exceptions import BotoCoreError, ClientError

    return (OSError, BotoCoreError, ClientError)
