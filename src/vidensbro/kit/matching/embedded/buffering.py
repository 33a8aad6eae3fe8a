"""Postings of fresh documents, kept in memory until there are enough for a segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded.hashing import TERM, short_hash
from vidensbro.kit.matching.embedded.intake import Analysed
from vidensbro.kit.matching.embedded.manifest import SegmentRecord
from vidensbro.kit.matching.embedded.merging import portion, write_segment
from vidensbro.kit.matching.embedded.postings import Frequencies
from vidensbro.kit.matching.embedded.table import Bits, RowNumbers

MOST = 255
"""Frequencies are kept in a byte."""

Name = str | tuple[bytes, str]
"""An index term, or a label in another name space (`hashing`)."""

Entries = tuple[npt.NDArray[np.int64], Frequencies]
"""Keys, term number and row in one, in order; and (entries, 2) frequencies in title and body."""


class _Numbers(dict[Name, int]):
    """Numbers names in the order in which they are met, so that a lookup of a known one runs at C speed."""

    def __missing__(self, name: Name) -> int:
        number = self[name] = len(self)
        return number


class SegmentBuffer:
    """Takes in documents row by row, from row `first` on."""

    def __init__(self, first: int) -> None:
        self.first = first
        self._numbers = _Numbers()
        self._title = _Column()
        self._body = _Column()

    def __len__(self) -> int:
        return len(self._title.terms) + len(self._body.terms)

    def add(self, row: int, document: Analysed) -> None:
        """Take in one document."""
        self._title.add(row, document.title, self._numbers)
        self._body.add(row, document.body, self._numbers)
        self._body.add(row, document.labels, self._numbers)

    def write(self, folder: Path, file: str, last: int, live: Bits, visible: Bits) -> SegmentRecord:
        """Write the segment for rows up to `last` (exclusive), leaving out those that are dead already."""
        hashes = np.fromiter(map(_hash, self._numbers), np.uint64, len(self._numbers))
        by_hash = np.argsort(hashes)
        rank = np.empty(len(hashes), np.int64)
        rank[by_hash] = np.arange(len(hashes))
        keys, frequency = _combine(self._title.entries(rank, live, 0), self._body.entries(rank, live, 1))
        rows: RowNumbers = (keys & 0xFFFFFFFF).astype(np.uint32)
        extent = (self.first, last, int((~live[self.first : last]).sum()))
        part = portion(hashes[by_hash], keys >> 32, rows, frequency)
        return write_segment(folder, file, extent, iter([part]), len(rows), visible)


class _Column:
    """Terms and their counts in one part of the documents."""

    def __init__(self) -> None:
        self.terms: list[int] = []
        self._counts: list[int] = []
        self._rows: list[int] = []
        self._sizes: list[int] = []

    def add(
        self, row: int, counted: Mapping[str, int] | Mapping[tuple[bytes, str], int], numbers: _Numbers
    ) -> None:
        names: Iterable[Name] = counted
        self.terms.extend(map(numbers.__getitem__, names))
        self._counts.extend(counted.values())
        self._rows.append(row)
        self._sizes.append(len(counted))

    def entries(self, rank: npt.NDArray[np.int64], live: Bits, column: int) -> Entries:
        rows = np.repeat(np.array(self._rows, np.int64), self._sizes)
        alive = live[rows]
        keys = (rank[np.array(self.terms, np.int64)[alive]] << 32) | rows[alive]
        frequency = np.zeros((len(keys), 2), np.uint8)
        frequency[:, column] = np.minimum(np.array(self._counts, np.int64)[alive], MOST)
        return keys, frequency


def _combine(title: Entries, body: Entries) -> Entries:
    """Sorted by key; a term that is in both parts of a document becomes one entry."""
    keys = np.concatenate([title[0], body[0]])
    order = np.argsort(keys)
    keys, frequency = keys[order], np.concatenate([title[1], body[1]])[order]
    if not len(keys):
        return keys, frequency
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[starts], np.add.reduceat(frequency, starts, axis=0, dtype=np.uint8)


def _hash(name: Name) -> int:
    return short_hash(TERM, name) if isinstance(name, str) else short_hash(*name)
