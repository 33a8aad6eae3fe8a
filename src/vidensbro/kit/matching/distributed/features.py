"""What scoring needs of a document, in one text that travels with every candidate.

Term frequencies and the vector are stored beside what the engine searches, so that scores are worked out from the same
figures, to the bit, as on the embedded index: whatever the engine does to its own copies (half floats, quantisation)
changes which candidates it brings, never how they are scored. Layout, little endian, as base64: length in terms (u4),
name of the embedded text (u8, 0 for no vector), number of terms (u4), dimensions (u4), the terms (u8 each, sorted: 48
bits of the term's hash, 8 bits frequency in the title, 8 in the body), the vector (i2 each).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded.dense import Stored
from vidensbro.kit.matching.embedded.hashing import TERM, short_hash

HEAD = Struct("<IQII")

BYTE = 8

MOST = 255
"""Frequencies are kept in a byte."""

NAME_BITS = 48
"""With ten million distinct terms the chance that any two share a name is below one in five (birthday bound)."""


def term_name(term: str) -> int:
    """The 48-bit name of an index term."""
    return short_hash(TERM, term) >> (64 - NAME_BITS)


@dataclass(frozen=True, slots=True)
class Features:
    """`length` in index terms; `terms` (T,) as stored, sorted; `vector` (dimensions,) as the embedded index stores it,
    empty where `text_name` is 0."""

    length: int
    text_name: int
    terms: npt.NDArray[np.uint64]
    vector: Stored

    @property
    def names(self) -> npt.NDArray[np.uint64]:
        """(T,) the terms' names, sorted."""
        return self.terms >> np.uint64(2 * BYTE)

    @property
    def frequency(self) -> npt.NDArray[np.uint8]:
        """(T, 2) how often each stands in title and body."""
        return _frequency(self.terms)

    def pack(self) -> str:
        """As stored."""
        head = HEAD.pack(self.length, self.text_name, len(self.terms), len(self.vector))
        return b64encode(head + self.terms.tobytes() + self.vector.tobytes()).decode()


def unpack(stored: str) -> Features:
    """The features of a stored form. Raises ValueError where it is damaged."""
    content = b64decode(stored)
    if len(content) < HEAD.size:
        raise ValueError("features are cut short")
    length, text_name, count, dimensions = HEAD.unpack_from(content)
    if len(content) != HEAD.size + 8 * count + 2 * dimensions:
        raise ValueError("features have another size than they say")
    terms = np.frombuffer(content, "<u8", count, HEAD.size)
    vector = np.frombuffer(content, "<i2", dimensions, HEAD.size + 8 * count)
    return Features(length, text_name, terms, vector)


def make(
    title: Mapping[str, int], body: Mapping[str, int], length: int, text_name: int, vector: Stored
) -> Features:
    """Features from counted terms."""
    counted: dict[int, tuple[int, int]] = {}
    for term in dict.fromkeys((*title, *body)):
        counted[term_name(term)] = (min(title.get(term, 0), MOST), min(body.get(term, 0), MOST))
    packed = [
        name << 2 * BYTE | in_title << BYTE | in_body for name, (in_title, in_body) in sorted(counted.items())
    ]
    return Features(length, text_name, np.array(packed, "<u8"), np.ascontiguousarray(vector, "<i2"))


def columns(found: Sequence[Features], names: Sequence[int]) -> npt.NDArray[np.uint8]:
    """(n, T, 2) how often each of the T names stands in title and body of each of n documents. All documents at once:
    one after the other took longer than the engine's own search."""
    result = np.zeros((len(found), len(names), 2), np.uint8)
    if not found or not names:
        return result
    order = np.argsort(np.array(names, np.uint64), kind="stable")
    wanted = np.array(names, np.uint64)[order]
    terms = np.concatenate([one.terms for one in found])
    rows = np.repeat(np.arange(len(found)), [len(one.terms) for one in found])
    written = terms >> np.uint64(2 * BYTE)
    # Two terms may share a name; each has a column of its own.
    first = np.searchsorted(wanted, written, side="left")
    last = np.searchsorted(wanted, written, side="right")
    for step in range(int((last - first).max(initial=0))):
        there = np.flatnonzero(first + step < last)
        result[rows[there], order[first[there] + step]] = _frequency(terms[there])
    return result


def _frequency(terms: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    both = np.empty((len(terms), 2), np.uint8)
    both[:, 0] = (terms >> np.uint64(BYTE)) & np.uint64(MOST)
    both[:, 1] = terms & np.uint64(MOST)
    return both
