"""One fixed-size row for every document that was ever added to a generation, and views of its columns."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.bool_]
RowNumbers = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.intp]

ROW = np.dtype(
    [
        ("key_hash", "<u8"),
        ("content_low", "<u8"),
        ("content_high", "<u8"),
        ("text_hash", "<u8"),  # of the embedded text; 0 where there is no vector
        ("key_at", "<u8"),
        ("document_at", "<u8"),
        ("key_size", "<u4"),
        ("document_size", "<u4"),
        ("length", "<u4"),  # index terms, title and body
        ("date", "<i4"),  # proleptic Gregorian ordinal; 0 where there is none
        ("kind", "<u4"),
        ("language", "<u4"),
        ("country", "<u4"),
        ("public", "<u4"),  # 1 or 0
    ]
)
"""80 bytes. Numbers of kinds, languages and countries point into the manifest's lists of names."""


class Rows:
    """The row table of one commit. Columns are copied out of the mapped file when they are first asked for,
    because scans over them are several times faster when they are contiguous."""

    def __init__(self, table: npt.NDArray[np.void], live: Bits) -> None:
        self.table = table
        self.live = live

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def kind(self) -> Numbers:
        """(rows,) number of the kind, in numpy's own kind of integer, as it is used for indexing."""
        return self._column("kind").astype(np.intp)

    @cached_property
    def language(self) -> npt.NDArray[np.uint32]:
        """(rows,) number of the language."""
        return self._column("language")

    @cached_property
    def country(self) -> npt.NDArray[np.uint32]:
        """(rows,) number of the country."""
        return self._column("country")

    @cached_property
    def length(self) -> npt.NDArray[np.float32]:
        """(rows,) index terms in title and body."""
        return self._column("length").astype(np.float32)

    @cached_property
    def date(self) -> npt.NDArray[np.int32]:
        """(rows,) day, 0 where there is none."""
        return self._column("date")

    @cached_property
    def has_vector(self) -> Bits:
        """(rows,) whether the row has a vector."""
        return np.asarray(self._column("text_hash") != 0)

    @cached_property
    def visible(self) -> Bits:
        """(rows,) live and public."""
        return np.asarray(self.live & (self._column("public") != 0))

    @cached_property
    def average_length(self) -> float:
        """Mean length of live public rows; 0 where there are none."""
        count = int(self.visible.sum())
        total = int(self.table["length"][self.visible].sum(dtype=np.int64)) if count else 0
        return total / count if count else 0.0

    def _column(self, name: str) -> npt.NDArray[Any]:
        return np.ascontiguousarray(self.table[name])
