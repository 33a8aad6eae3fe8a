"""The members of an archive of many small files, one in memory at a time. Nothing is written to disk."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.streams import ZIP_DAMAGE, Position, leads_astray

MAX_MEMBER: Final = 1 << 26
"""The largest member, in bytes after decompression: 64 MiB."""

TARS: Final = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")

_DAMAGE: Final = (*ZIP_DAMAGE, tarfile.TarError, lzma.LZMAError)


@dataclass(frozen=True, slots=True)
class Located:
    """A row and the member of the archive that it stands in."""

    file: str
    row: Any


Parse = Callable[[str, bytes], Iterable[Any]]
"""Of the name and the bytes of a member: its rows and problems."""


def is_archive(path: Path) -> bool:
    """Is a file an archive, by its name?"""
    return path.name.lower().endswith((".zip", *TARS))


class MemberRows:
    """The rows of every member with one of the suffixes; `Position.offset` counts members."""

    def __init__(self, path: Path, start: Position, suffixes: tuple[str, ...], parse: Parse) -> None:
        self._path = path
        self._start = start
        self._suffixes = suffixes
        self._parse = parse
        self._done = 0
        self._read = 0
        self._total = path.stat().st_size

    def __iter__(self) -> Iterator[Located | Problem]:
        members = self._zip if self._path.suffix.lower() == ".zip" else self._tar
        try:
            for name, data in members():
                file = f"{self._path.name}: {name}"
                if data is None:
                    yield problem(file, 0, "oversize")
                    continue
                for row in self._parse(file, data):
                    yield row if isinstance(row, Problem) else Located(file, row)
        except _DAMAGE as error:
            code = "truncated" if isinstance(error, EOFError | tarfile.ReadError) else "corrupt"
            yield problem(self._path.name, 0, code, value=str(error))
        except OSError as error:
            if not leads_astray(error):
                raise
            yield problem(self._path.name, 0, "corrupt", value=str(error))

    def position(self) -> Position:
        """How far the archive has been read."""
        return Position(self._done, self._done, min(self._read, self._total), self._total)

    def _wanted(self, name: str) -> bool:
        """Count a member, and say whether it is to be read."""
        if not name.lower().endswith(self._suffixes):
            return False
        self._done += 1
        return self._done > self._start.offset

    def _zip(self) -> Iterator[tuple[str, bytes | None]]:
        with zipfile.ZipFile(self._path) as archive:
            for info in archive.infolist():
                self._read += info.compress_size
                if not info.is_dir() and self._wanted(info.filename):
                    with archive.open(info) as file:
                        yield info.filename, _bounded(file)

    def _tar(self) -> Iterator[tuple[str, bytes | None]]:
        with self._path.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|*") as archive:
            for info in archive:
                self._read = raw.tell()
                # Links and devices have no content of their own: nothing is followed.
                if info.isfile() and self._wanted(info.name):
                    file = archive.extractfile(info)
                    yield info.name, _bounded(file) if file else b""
                archive.members.clear()  # type: ignore[attr-defined]  # documented, not in the stubs


def _bounded(file: IO[bytes]) -> bytes | None:
    """The content, None when it is larger than a member may be, whatever the archive says of its size."""
    data = file.read(MAX_MEMBER + 1)
    return data if len(data) <= MAX_MEMBER else None
