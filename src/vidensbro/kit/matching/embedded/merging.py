"""Writing segments: from fresh documents, and by merging neighbouring segments into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded.files import sync_file
from vidensbro.kit.matching.embedded.manifest import SegmentRecord
from vidensbro.kit.matching.embedded.postings import Frequencies, Hashes, Segment, layout
from vidensbro.kit.matching.embedded.table import Bits, RowNumbers

SMALL = 1 << 16
"""Segments with fewer postings count as this large: merging them costs less than searching one more."""

RATIO = 3
"""Neighbours are merged when what follows a segment is at least this many times as large: every posting is
written about log4 of the index's size times, and few segments are left to search."""

PORTION = 4_000_000
"""Postings merged at a time, which bounds the memory needed to some hundred megabytes."""

Portion = tuple[Hashes, npt.NDArray[np.int64], RowNumbers, Frequencies]
"""Hashes, number of postings of each, and their rows and frequencies."""


class SegmentBuffer:
    """Postings of fresh documents, kept in memory until there are enough for a segment."""

    def __init__(self, first: int) -> None:
        self.first = first
        self._numbers: dict[int, int] = {}
        self._terms: list[int] = []
        self._counts: list[int] = []
        self._rows: list[int] = []
        self._frequency = bytearray()

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, row: int, entries: dict[int, tuple[int, int]]) -> None:
        """Take in one document: term hash -> frequency in title and body."""
        number = self._numbers.setdefault
        for name, (title, body) in entries.items():
            self._terms.append(number(name, len(self._numbers)))
            self._frequency.append(title if title < 255 else 255)
            self._frequency.append(body if body < 255 else 255)
        self._rows.append(row)
        self._counts.append(len(entries))

    def write(self, folder: Path, file: str, last: int, live: Bits, visible: Bits) -> SegmentRecord:
        """Write the segment for rows up to `last` (exclusive), leaving out those that are dead already."""
        names = np.fromiter(self._numbers, np.uint64, len(self._numbers))
        by_name = np.argsort(names)
        rank = np.empty(len(names), np.int64)
        rank[by_name] = np.arange(len(names))
        rows = np.repeat(np.array(self._rows, np.uint32), self._counts)
        terms = rank[np.array(self._terms, np.int64)]
        frequency = np.frombuffer(bytes(self._frequency), np.uint8).reshape(-1, 2)
        alive = live[rows]
        order = np.argsort((terms[alive] << 32) | rows[alive].astype(np.int64))
        portion = _portion(names[by_name], terms[alive][order], rows[alive][order], frequency[alive][order])
        dead = int((~live[self.first : last]).sum())
        return _write(folder, file, (self.first, last, dead), iter([portion]), len(portion[2]), visible)


def merge_segments(
    folder: Path, file: str, segments: Sequence[Segment], live: Bits, visible: Bits
) -> SegmentRecord:
    """Join neighbouring segments into a new file, leaving out dead rows."""
    first, last = segments[0].record.first, segments[-1].record.last
    dead = int((~live[first:last]).sum())
    postings = sum(int(np.count_nonzero(live[segment.rows])) for segment in segments)
    return _write(folder, file, (first, last, dead), _merged(segments, live), postings, visible)


def merge_from(sizes: Sequence[int]) -> int:
    """From which segment on all should be merged into one; len(sizes) when none. `sizes` are in postings."""
    following = 0
    start = len(sizes)
    for index in range(len(sizes) - 1, -1, -1):
        size = max(sizes[index], SMALL)
        if following and (size * RATIO <= following or sizes[index] < SMALL):
            start = index
        following += size
    return start


def _merged(segments: Sequence[Segment], live: Bits) -> Iterator[Portion]:
    names: Hashes = np.unique(np.concatenate([segment.hashes for segment in segments]))
    totals = np.zeros(len(names), np.int64)
    for segment in segments:
        totals[np.searchsorted(names, segment.hashes)] += np.diff(segment.starts).astype(np.int64)
    ends = np.cumsum(totals)
    start = 0
    while start < len(names):
        limit = (ends[start - 1] if start else 0) + PORTION
        stop = max(start + 1, int(np.searchsorted(ends, limit, "right")))
        yield _join_range(segments, names[start:stop], live)
        start = stop


def _join_range(segments: Sequence[Segment], names: Hashes, live: Bits) -> Portion:
    terms, rows, frequency = [], [], []
    for segment in segments:
        low, high = np.searchsorted(segment.hashes, [names[0], names[-1]])
        high += int(high < len(segment.hashes) and segment.hashes[high] == names[-1])
        begin, end = int(segment.starts[low]), int(segment.starts[high])
        counts = np.diff(segment.starts[low : high + 1]).astype(np.int64)
        numbers = np.repeat(np.searchsorted(names, segment.hashes[low:high]), counts)
        alive = live[segment.rows[begin:end]]
        terms.append(numbers[alive])
        rows.append(segment.rows[begin:end][alive])
        frequency.append(segment.frequency[begin:end][alive])
    number = np.concatenate(terms)
    order = np.argsort(number, kind="stable")
    return _portion(names, number[order], np.concatenate(rows)[order], np.concatenate(frequency)[order])


def _portion(
    names: Hashes, terms: npt.NDArray[np.int64], rows: RowNumbers, frequency: Frequencies
) -> Portion:
    """Group postings that are in the order of their terms (numbers into `names`); unused names are
    dropped."""
    counts = np.bincount(terms, minlength=len(names))
    return names[counts > 0], counts[counts > 0], rows, frequency


def _write(
    folder: Path,
    file: str,
    extent: tuple[int, int, int],
    portions: Iterator[Portion],
    postings: int,
    visible: Bits,
) -> SegmentRecord:
    names, counts, public, written = [], [], [], 0
    with (folder / file).open("wb") as stream:
        for hashes, sizes, rows, frequency in portions:
            stream.seek(4 * written)
            stream.write(rows.astype("<u4", copy=False).tobytes())
            stream.seek(layout(postings, 0)["frequency"] + 2 * written)
            stream.write(np.ascontiguousarray(frequency).tobytes())
            written += len(rows)
            names.append(hashes)
            counts.append(sizes)
            public.append(_count_visible(sizes, rows, visible))
        _write_dictionary(stream, postings, names, counts, public)
        sync_file(stream)
    terms = sum(len(part) for part in names)
    return SegmentRecord(file, *extent, postings=postings, terms=terms)


def _count_visible(counts: npt.NDArray[np.int64], rows: RowNumbers, visible: Bits) -> npt.NDArray[np.uint32]:
    if not len(counts):
        return np.empty(0, np.uint32)
    starts = np.cumsum(counts) - counts
    return np.add.reduceat(visible[rows].astype(np.uint32), starts).astype(np.uint32)


def _write_dictionary(
    stream: BinaryIO,
    postings: int,
    names: list[Hashes],
    counts: list[npt.NDArray[np.int64]],
    public: list[npt.NDArray[np.uint32]],
) -> None:
    starts = np.zeros(sum(len(part) for part in counts) + 1, np.uint64)
    if counts:
        starts[1:] = np.cumsum(np.concatenate(counts))
    stream.seek(layout(postings, 0)["hashes"])
    for part in names:
        stream.write(part.astype("<u8", copy=False).tobytes())
    stream.write(starts.astype("<u8", copy=False).tobytes())
    for share in public:
        stream.write(share.astype("<u4", copy=False).tobytes())
