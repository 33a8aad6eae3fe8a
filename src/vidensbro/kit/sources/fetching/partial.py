"""A file on its way: what has come lies beside its place, with what is known of it, under a lock."""

from __future__ import annotations

import fcntl
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import orjson

from vidensbro.kit.sources.fetching.cache import conditions, write_whole
from vidensbro.kit.sources.fetching.checksums import Digests
from vidensbro.kit.sources.fetching.errors import InUse
from vidensbro.kit.sources.fetching.protocol import Download


@dataclass(frozen=True, slots=True)
class Known:
    """What a server said of a file; of a finished one also its digests and the time on the disk."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    total: int | None = None
    md5: str = ""
    sha256: str = ""
    written: int = 0

    @property
    def validator(self) -> str:
        """What If-Range may hold: a strong ETag, else a date of change (RFC 9110 §13.1.5)."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return "" if self.etag else self.last_modified

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask whether the file still holds."""
        return conditions(self.etag, self.last_modified)


class Partial:
    """The part of a file that has come. Use it in a `with` block, which holds the lock."""

    def __init__(self, to: Path, url: str) -> None:
        self._to = to
        self._url = url
        self._path = to.with_name(f".{to.name}.part")
        self._state = to.with_name(f".{to.name}.part.json")
        self._done = to.with_name(f".{to.name}.fetched.json")
        self._file: IO[bytes] | None = None
        self.digests = Digests()
        self.known = Known()

    def __enter__(self) -> Partial:
        self._to.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._locked()
        known = _read(self._state)
        if known is not None and known.url == self._url:
            self.known = known
            self.digests = Digests.of(self._path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            if not self.size:
                self.give_up()  # still under the lock
            self._file.close()
            self._file = None

    def _locked(self) -> IO[bytes]:
        while True:
            file = self._path.open("ab")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Whoever held the lock before may have moved the file to its place since it was opened.
                if self._path.exists() and os.fstat(file.fileno()).st_ino == self._path.stat().st_ino:
                    return file
            except BlockingIOError as error:
                file.close()
                raise InUse(
                    f"{self._to.name} is being fetched by another process. Let it finish.", url=self._url
                ) from error
            file.close()

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return self.digests.size

    def _open(self) -> IO[bytes]:
        if self._file is None:
            raise ValueError("the part of a file is used outside its block")
        return self._file

    def restart(self, known: Known) -> None:
        """Forget what has come."""
        self._open().truncate(0)
        self.digests = Digests()
        self.known = known

    def note(self, known: Known) -> None:
        """Remember what the server said, before the bytes that it speaks of."""
        self.known = replace(known, url=self._url)
        write_whole(self._state, orjson.dumps(asdict(self.known)))

    def write(self, data: bytes) -> None:
        """Add bytes."""
        file = self._open()
        file.write(data)
        file.flush()  # what is in our own buffer would be lost in a kill, though counted
        self.digests.update(data)

    def finished(self) -> Known | None:
        """What is known of the file in its place, if it is the one that we put there."""
        known = _read(self._done)
        if known is None or known.url != self._url or not self._to.is_file():
            return None
        status = self._to.stat()
        return known if (status.st_size, status.st_mtime_ns) == (known.total, known.written) else None

    def finish(self, resumed: int) -> Download:
        """Put the file in its place."""
        file = self._open()
        file.flush()
        os.fsync(file.fileno())
        done = replace(
            self.known,
            url=self._url,
            total=self.size,
            md5=self.digests.md5,
            sha256=self.digests.sha256,
            written=os.fstat(file.fileno()).st_mtime_ns,
        )
        write_whole(self._done, orjson.dumps(asdict(done)))
        os.replace(self._path, self._to)
        self._state.unlink(missing_ok=True)
        file.close()
        self._file = None
        return Download(
            self._to, self.size, done.md5, done.sha256, done.etag, done.last_modified, resumed=resumed
        )

    def give_up(self) -> None:
        """Leave nothing of the part behind."""
        self._path.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)


def _read(path: Path) -> Known | None:
    try:
        data: Any = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    names = {field.name for field in fields(Known)}
    return Known(**data) if isinstance(data, dict) and set(data) == names else None
