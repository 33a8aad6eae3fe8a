"""The head of the dense list: exact, by cosine where few rows are allowed, else by a scan of 1-bit sketches.

A sketch holds the signs of a vector; the Hamming distance of two sketches estimates their angle
(Charikar 2002). A scan is preferred to a graph because its answer does not depend on the order of insertion
and because filters apply before ranking.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded.choosing import Ties, best_of_each, promising
from vidensbro.kit.matching.embedded.table import Bits, Numbers, RowNumbers

EXACT_BELOW = 20_000
"""With fewer allowed rows every cosine is computed."""

OVERFETCH = 4
"""Rows of each kind rescored by cosine, as a multiple of those wanted."""

CHUNK = 16_384
"""Rows scanned at a time: a chunk of sketches stays in the processor's cache."""

BLOCK = 256
"""Vectors turned into floats at a time, for the same reason."""

Floats = npt.NDArray[np.float32]
Sketches = npt.NDArray[np.uint64]
Stored = npt.NDArray[np.int16]


def words_per_sketch(dimensions: int) -> int:
    """64-bit words that hold one sketch."""
    return (dimensions + 63) // 64


def sketch(vectors: Floats | Stored) -> Sketches:
    """(n, dimensions) to (n, words): one bit a dimension, set where it is positive."""
    bits = np.packbits(vectors > 0, axis=1)
    room = np.zeros((len(vectors), 8 * words_per_sketch(vectors.shape[1])), np.uint8)
    room[:, : bits.shape[1]] = bits
    return room.view(np.uint64)


def hamming(sketches: Sketches, wanted: Sketches) -> npt.NDArray[np.uint16]:
    """(n,) in how many bits each sketch differs from the wanted one, (words,)."""
    distance = np.empty(len(sketches), np.uint16)
    for start in range(0, len(sketches), CHUNK):
        part = sketches[start : start + CHUNK]
        total = np.bitwise_count(part[:, 0] ^ wanted[0]).astype(np.uint16)
        for word in range(1, len(wanted)):
            total += np.bitwise_count(part[:, word] ^ wanted[word])
        distance[start : start + CHUNK] = total
    return distance


SCALE = 32_767
"""Vectors are stored as 16-bit integers, 1.0 as this: as small and as exact for unit vectors as half floats
(rounding error of a component below 2e-5), and numpy turns them into floats nine times faster."""


def pack(vectors: Floats) -> Stored:
    """(n, dimensions) unit vectors as they are stored."""
    return np.rint(np.clip(vectors, -1, 1) * SCALE).astype("<i2")


def unpack(stored: Stored) -> Floats:
    """Stored vectors as floats."""
    return stored.astype(np.float32) * np.float32(1 / SCALE)


def cosines(vectors: Stored, rows: RowNumbers, wanted: Floats) -> Floats:
    """(len(rows),) inner products with `wanted`. By einsum, not by a matrix product: a BLAS may add up in
    another order depending on where in a block a row lies."""
    result = np.empty(len(rows), np.float32)
    scaled = wanted * np.float32(1 / SCALE)
    for start in range(0, len(rows), BLOCK):
        part = vectors[rows[start : start + BLOCK]].astype(np.float32)
        result[start : start + BLOCK] = np.einsum("ij,j->i", part, scaled)
    return result


def dense_head(
    vectors: Stored,
    sketches: Sketches,
    wanted: Floats,
    reachable: Bits,
    kinds: Numbers,
    tie: Ties,
    per_kind: int,
) -> RowNumbers:
    """The `per_kind` rows of each kind nearest to `wanted`. `reachable` (rows,) are those allowed that have a
    vector; `kinds` and `tie` are columns of the table."""
    if np.count_nonzero(reachable) <= EXACT_BELOW:
        rows = np.flatnonzero(reachable).astype(np.uint32)
    else:
        rows = _near_by_sketch(sketches, wanted, reachable, kinds, tie, per_kind * OVERFETCH)
    return best_of_each(rows, cosines(vectors, rows, wanted), kinds, tie, per_kind)


def _near_by_sketch(
    sketches: Sketches, wanted: Floats, reachable: Bits, kinds: Numbers, tie: Ties, count: int
) -> RowNumbers:
    target = sketch(wanted[None, :])[0]
    # As a score: the fewer differing bits the better, and 0 for what is out of reach.
    likeness = (np.uint16(64 * len(target) + 1) - hamming(sketches, target)) * reachable
    score = likeness.astype(np.float32)
    rows = promising(score, kinds, count)
    return best_of_each(rows, score[rows], kinds, tie, count)
