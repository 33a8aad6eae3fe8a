"""The best rows of each kind, in a way that does not depend on the order of insertion."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded.table import Numbers, RowNumbers

Scores = npt.NDArray[np.float32]
Ties = npt.NDArray[np.uint64]

MANY = 20_000
"""In tables with more rows than this those that are far from the best are sorted out first."""

LEVELS = 4096
"""Coarse levels of scores: 128 to an octave, from 2**-16 to 2**16; 0 for a row without a score."""

_LOWEST = ((127 - 16) << 7) - 1


def promising(score: Scores, kinds: Numbers, count: int) -> RowNumbers:
    """Rows with a score above 0 that may be among the `count` best of their kind. `score` and `kinds` are
    (rows,). The others are certainly not; sorting what is left is cheap."""
    if len(score) <= MANY:
        return np.flatnonzero(score > 0).astype(np.uint32)
    level = _level(score)
    present = int(kinds.max()) + 1
    filled = np.bincount(kinds * LEVELS + level, minlength=present * LEVELS).reshape(present, LEVELS)
    above = filled[:, :0:-1].cumsum(axis=1)
    reached = above >= count
    # argmax finds the first level from the top where there are enough; 1 lets in all that have a score.
    needed = np.where(reached[:, -1], LEVELS - 1 - reached.argmax(axis=1), 1).astype(np.uint16)
    return np.flatnonzero(level >= np.take(needed, kinds)).astype(np.uint32)


def best_of_each(rows: RowNumbers, score: Scores, kinds: Numbers, tie: Ties, count: int) -> RowNumbers:
    """The `count` rows of each kind with the highest score. `score` belongs to `rows`; `kinds` and `tie`, the
    column of key hashes, to the whole table: rows of equal score are cut by it."""
    kind = kinds[rows]
    order = np.argsort(kind, kind="stable")
    sizes = np.bincount(kind)
    ends = np.cumsum(sizes)
    parts = [order[end - size : end] for end, size in zip(ends, sizes, strict=True) if size]
    return np.concatenate([rows[:0], *(take_best(rows[part], score[part], tie, count) for part in parts)])


def take_best(rows: RowNumbers, score: Scores, tie: Ties, count: int) -> RowNumbers:
    """The `count` rows of highest score. Ties are cut by `tie`, a column of key hashes for all rows of the
    table, so that the choice does not depend on the order in which documents were added."""
    if len(rows) <= count:
        return rows
    limit = np.partition(score, len(score) - count)[len(score) - count]
    above = rows[score > limit]
    level = rows[score == limit]
    order = np.argsort(tie[level], kind="stable")
    return np.concatenate([above, level[order[: count - len(above)]]])


def _level(score: Scores) -> Any:
    """A whole number that grows with the score: the exponent and first seven bits of a float (IEEE 754), which
    are its upper half."""
    upper = score.view("<u2")[1::2]
    level = np.minimum(np.maximum(upper, _LOWEST) - np.uint16(_LOWEST), LEVELS - 1)
    return np.maximum(level, score > 0, dtype=np.uint16)
