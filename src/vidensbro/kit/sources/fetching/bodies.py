"""Bodies of answers, read with limits on size and time, and decompressed here.

HTTP libraries take a gzip body that ends in the middle for a whole one, and decompress a small bomb into
memory before anybody can say stop; so neither is left to them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

_STEP: Final = 1 << 18
PLAIN: Final = frozenset({"", "identity"})
GZIP: Final = frozenset({"gzip", "x-gzip"})


class BodyTooLarge(Exception):
    """More bytes than allowed."""


class BodyTooSlow(Exception):
    """More seconds than allowed, or too few bytes for too long."""


class BodyDamaged(Exception):
    """Compressed data that cannot be read, or that end in the middle."""


def decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Pieces of a body, at most 256 KiB each, without its Content-Encoding. Raises BodyDamaged."""
    kind = encoding.strip().lower()
    if kind in PLAIN:
        yield from chunks
        return
    if kind not in GZIP:
        raise BodyDamaged(f"it is packed as “{encoding[:40]}”, which was not asked for")
    unpacker, begun = zlib.decompressobj(wbits=31), False
    for chunk in chunks:
        data = chunk
        while data:
            if unpacker.eof:  # a gzip file may be several, one after the other (RFC 1952 §2.2)
                unpacker = zlib.decompressobj(wbits=31)
            try:
                piece = unpacker.decompress(data, _STEP)
            except zlib.error as error:
                raise BodyDamaged(f"its compressed data are damaged ({error})") from error
            begun = True
            if piece:
                yield piece
            data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if begun and not unpacker.eof:
        raise BodyDamaged("its compressed data end in the middle")


def at_most(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The same pieces, up to `limit` bytes in all. Raises BodyTooLarge."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise BodyTooLarge
        yield piece


def within(pieces: Iterable[bytes], seconds: float, monotonic: Callable[[], float]) -> Iterator[bytes]:
    """The same pieces, as long as they come within `seconds` in all. Raises BodyTooSlow."""
    end = monotonic() + seconds
    for piece in pieces:
        if monotonic() > end:
            raise BodyTooSlow
        yield piece


def at_least(
    pieces: Iterable[bytes], rate: float, window: float, monotonic: Callable[[], float]
) -> Iterator[bytes]:
    """The same pieces, as long as every `window` seconds bring `rate` bytes a second. Raises BodyTooSlow.

    A limit on the whole time would do wrong to large files, and one on each read does nothing about a server
    that sends a byte now and then.
    """
    since, count = monotonic(), 0
    for piece in pieces:
        yield piece
        count += len(piece)
        passed = monotonic() - since
        if passed >= window:
            if count < rate * passed:
                raise BodyTooSlow
            since, count = monotonic(), 0
