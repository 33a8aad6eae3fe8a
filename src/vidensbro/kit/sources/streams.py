"""Files as streams of bytes and of lines, decompressed on the way, in constant memory.

What is wrong with a file comes out of the stream as a problem, after everything that could be read.
"""

from __future__ import annotations

import codecs
import errno
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from vidensbro.kit.sources.problems import Problem, problem

CHUNK: Final = 1 << 18
MAX_LINE: Final = 1 << 24
"""The longest line that can be a record: 16 MiB. The longest works known to us are below 4 MiB."""

UTF8_BOM: Final = codecs.BOM_UTF8

ZIP_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OverflowError,
    UnicodeDecodeError,
    RuntimeError,
    NotImplementedError,
)
"""What reading a damaged zip archive ends with."""


def leads_astray(error: OSError) -> bool:
    """Whether the directory of a damaged archive has sent the reading outside the file; else it is the disk."""
    return error.errno == errno.EINVAL


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has come.

    Records that begin at or before `line` are done; `offset` is where to go on in the reader's own measure
    (bytes after decompression for lines, values for one big JSON array). `read` of `total` bytes of the file
    on disk have been taken in. A reader that is given a position goes on after it.
    """

    line: int = 0
    offset: int = 0
    read: int = 0
    total: int = 0


class ByteStream:
    """The decompressed bytes of one file, in chunks, and how many of its bytes have been taken in.

    `.gz` is decompressed, from a `.zip` the member that `choose` picks is read. `problem` is set when the
    end came too early.
    """

    def __init__(self, path: Path, choose: Callable[[list[str]], str | None] | None = None) -> None:
        self.path = path
        self.file = path.name
        self.total = path.stat().st_size
        self.read = 0
        self.problem: Problem | None = None
        self._choose = choose or first_member
        self.member = ""

    def chunks(self, offset: int = 0) -> Iterator[bytes]:
        """The bytes from `offset` on; a UTF-16 file comes out as UTF-8, and a byte-order mark not at all."""
        source = self._decoded()
        if not self.compressed and offset:
            yield from self._plain(offset)
            return
        to_skip = offset
        for chunk in source:
            if to_skip >= len(chunk):
                to_skip -= len(chunk)
                continue
            yield chunk[to_skip:]
            to_skip = 0

    @property
    def compressed(self) -> bool:
        """Whether the bytes differ from those on disk, so that one cannot simply jump to an offset."""
        return self.path.suffix.lower() in {".gz", ".zip"} or self._starts_with_mark()

    def _starts_with_mark(self) -> bool:
        with self.path.open("rb") as file:
            head = file.read(3)
        return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, UTF8_BOM))

    def _decoded(self) -> Iterator[bytes]:
        raw = self._raw()
        first = next(raw, b"")
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
            yield decoder.decode(first).encode("utf-8", "replace")
            for chunk in raw:
                yield decoder.decode(chunk).encode("utf-8", "replace")
            return
        yield first.removeprefix(UTF8_BOM)
        yield from raw

    def _raw(self) -> Iterator[bytes]:
        suffix = self.path.suffix.lower()
        if suffix == ".gz":
            return self._gzip()
        if suffix == ".zip":
            return self._zip()
        return self._plain(0)

    def _plain(self, offset: int) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            self.read = file.seek(offset)
            yield from self._counted(file)

    def _counted(self, file: IO[bytes]) -> Iterator[bytes]:
        while chunk := file.read(CHUNK):
            self.read += len(chunk)
            yield chunk

    def _gzip(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            inflate = zlib.decompressobj(wbits=31)
            for chunk in self._counted(file):
                pending = chunk
                while pending:
                    if inflate.eof:
                        # Members may follow each other, and zeros may pad the end (RFC 1952, 2.2).
                        pending = pending.lstrip(b"\x00")
                        if not pending:
                            break
                        inflate = zlib.decompressobj(wbits=31)
                    try:
                        out = inflate.decompress(pending, CHUNK)
                    except zlib.error as error:
                        self.problem = problem(self.file, 0, "corrupt", value=str(error))
                        return
                    if out:
                        yield out
                    pending = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            if not inflate.eof and self.total:
                if rest := inflate.flush():
                    yield rest
                self.problem = problem(self.file, 0, "truncated")

    def _zip(self) -> Iterator[bytes]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                self.member = self._choose(archive.namelist()) or ""
                if not self.member:
                    self.problem = problem(
                        self.file, 0, "unknown_format", value=", ".join(archive.namelist())
                    )
                    return
                with archive.open(self.member) as file:
                    yield from self._counted_in_zip(archive, file)
        except ZIP_DAMAGE as error:
            self.problem = problem(self.file, 0, "corrupt", value=str(error))
        except OSError as error:
            if not leads_astray(error):
                raise
            self.problem = problem(self.file, 0, "corrupt", value=str(error))

    def _counted_in_zip(self, archive: zipfile.ZipFile, file: IO[bytes]) -> Iterator[bytes]:
        size = archive.getinfo(self.member).file_size or 1
        done = 0
        while chunk := file.read(CHUNK):
            done += len(chunk)
            self.read = min(self.total, self.total * done // size)
            yield chunk


def first_member(names: list[str]) -> str | None:
    """The first file of an archive that is no folder and no hidden file."""
    shown = (name for name in names if not name.endswith("/") and not name.split("/")[-1].startswith("."))
    return next(shown, None)


class Lines:
    """Numbered lines of a stream, without their ends. Lines beyond `MAX_LINE` are reported and left out."""

    def __init__(self, stream: ByteStream, start: Position) -> None:
        self.stream = stream
        self.line = start.line
        self.offset = start.offset
        self._pending: list[bytes] = []

    def __iter__(self) -> Iterator[tuple[int, bytes] | Problem]:
        tail = b""
        too_long = False
        for chunk in self.stream.chunks(self.offset):
            head, *rest = chunk.split(b"\n")
            if not rest:
                tail, too_long = self._grow(tail, head, too_long)
                continue
            yield self._finish(tail, head, too_long)
            for piece in rest[:-1]:
                yield self._finish(b"", piece, False)
            tail, too_long = rest[-1], False
        if self.stream.problem is not None:
            yield Problem(
                self.stream.file, self.line + 1, "", self.stream.problem.code, self.stream.problem.value
            )
        elif tail or too_long:
            yield self._finish(tail, b"", too_long, end=0)

    def _grow(self, tail: bytes, piece: bytes, too_long: bool) -> tuple[bytes, bool]:
        if too_long or len(tail) + len(piece) > MAX_LINE:
            self.offset += len(tail) + len(piece)
            return b"", True
        return tail + piece, False

    def _finish(self, tail: bytes, piece: bytes, too_long: bool, end: int = 1) -> tuple[int, bytes] | Problem:
        self.line += 1
        self.offset += len(tail) + len(piece) + end
        if too_long or len(tail) + len(piece) > MAX_LINE:
            return problem(self.stream.file, self.line, "oversize")
        return self.line, (tail + piece).removesuffix(b"\r")

    def position(self) -> Position:
        """How far the lines have been handed out."""
        return Position(self.line, self.offset, self.stream.read, self.stream.total)
