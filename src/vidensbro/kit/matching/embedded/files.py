"""Files that are written so that a kill or a full disk at any instant leaves the old or the new state."""

from __future__ import annotations

import errno
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.errors import IndexDamaged, IndexStorageError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what the operating system says into an IndexStorageError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            advice = "There is no room left: free some space and do it again."
        else:
            advice = "Check the folder's disk and permissions and do it again."
        raise IndexStorageError(
            f"The index in {folder} cannot be written ({error.strerror or error}). {advice} "
            "What was committed before is untouched; changes since then are forgotten.",
            folder=str(folder),
            reason=errno.errorcode.get(error.errno or 0, ""),
        ) from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(stream: BinaryIO) -> None:
    """Make a file's content durable."""
    stream.flush()
    os.fsync(stream.fileno())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file and make it durable. Not atomic: for names that nothing refers to yet."""
    with path.open("wb") as stream:
        stream.write(content)
        sync_file(stream)


def replace_whole(path: Path, content: bytes) -> None:
    """Replace a file at once: readers see the old or the new content, also after a crash."""
    fresh = path.with_name(path.name + ".new")
    write_whole(fresh, content)
    os.replace(fresh, path)
    sync_folder(path.parent)


def map_array(path: Path, kind: Any, count: int, offset: int = 0) -> npt.NDArray[Any]:
    """`count` values of a numpy type from a file, mapped read-only, from byte `offset` on.

    Raises IndexDamaged when the file is shorter. FileNotFoundError is left to the caller: a newer commit may
    have removed the file.
    """
    dtype = np.dtype(kind)
    if count == 0:
        return np.empty(0, dtype)
    size = path.stat().st_size
    if size < offset + count * dtype.itemsize:
        raise IndexDamaged(
            f"{path} has {size} bytes, {offset + count * dtype.itemsize} are needed. Rebuild the index.",
            file=str(path),
        )
    # As a plain array: the memmap class makes every slice several times dearer.
    return np.memmap(path, dtype, "r", offset, (count,)).view(np.ndarray)


class ReadAt:
    """Reads pieces of a file. For pieces spread over a large file this is quicker than mapping it, as every page
    that is touched for the first time has to be mapped."""

    def __init__(self, path: Path, size: int) -> None:
        """Raises IndexDamaged when the file is shorter than `size`; FileNotFoundError is left to the caller."""
        if size == 0:
            return
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._handle)
        if os.fstat(self._handle).st_size < size:
            raise IndexDamaged(f"{path} is shorter than {size} bytes. Rebuild the index.", file=str(path))

    def read(self, start: int, size: int) -> bytes:
        """`size` bytes from `start` on."""
        return os.pread(self._handle, size, start)


class AppendFile:
    """A file that only grows; what lies beyond the committed size is cut off when a writer opens it.

    Unbuffered, so that closing never writes: what is forgotten on a full disk cannot fail again.
    """

    def __init__(self, path: Path, committed: int) -> None:
        """Raises IndexDamaged when the file is shorter than what was committed."""
        self._stream: BinaryIO = path.open("r+b" if path.exists() else "w+b", buffering=0)
        if os.fstat(self._stream.fileno()).st_size < committed:
            self._stream.close()
            raise IndexDamaged(
                f"{path} is shorter than {committed} bytes. Rebuild the index.", file=str(path)
            )
        self.size = committed
        self._stream.truncate(committed)
        self._stream.seek(committed)

    def append(self, content: bytes) -> None:
        """Add bytes at the end."""
        rest = memoryview(content)
        while rest:
            rest = rest[self._stream.write(rest) :]
        self.size += len(content)

    def sync(self) -> None:
        """Make everything appended durable."""
        os.fsync(self._stream.fileno())

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()
