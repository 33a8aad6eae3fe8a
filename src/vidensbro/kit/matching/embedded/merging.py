"""Writing segments, and merging neighbouring ones into one."""

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


def merge_segments(
    folder: Path, file: str, segments: Sequence[Segment], live: Bits, visible: Bits
) -> SegmentRecord:
    """Join neighbouring segments into a new file, leaving out dead rows."""
    first, last = segments[0].record.first, segments[-1].record.last
    dead = int((~live[first:last]).sum())
    postings = sum(int(np.count_nonzero(live[segment.rows])) for segment in segments)
    return write_segment(folder, file, (first, last, dead), merged(segments, live), postings, visible)


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


def merged(segments: Sequence[Segment], live: Bits) -> Iterator[Portion]:
    """The postings of live rows of all the segments, term by term in the order of their hashes, in portions."""
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
    return portion(names, number[order], np.concatenate(rows)[order], np.concatenate(frequency)[order])


def portion(names: Hashes, terms: npt.NDArray[np.int64], rows: RowNumbers, frequency: Frequencies) -> Portion:
    """Group postings that are in the order of their terms (numbers into `names`); unused names are
    dropped."""
    counts = np.bincount(terms, minlength=len(names))
    return names[counts > 0], counts[counts > 0], rows, frequency


def write_segment(
    folder: Path,
    file: str,
    extent: tuple[int, int, int],
    portions: Iterator[Portion],
    postings: int,
    visible: Bits,
) -> SegmentRecord:
    """Write `postings` postings for the rows `extent` (first, last exclusive, dead ones left out);
    durable."""
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
