"""Postings: which rows hold a term, and how often.

A segment is an immutable file for a range of rows: row numbers, frequencies, and a dictionary of term hashes
in order. Beside words it holds the documents' keys, fields, facets and audience tokens as terms, each in a
name space of its own (`hashing`), so that one structure serves looking up and filtering.

Layout, little-endian: postings u32 row | postings u8 x 2 (title, body; capped at 255) | padding to 8 |
terms u64 hash | terms + 1 u64 start | terms u32 number of live public rows when it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded.files import map_array
from vidensbro.kit.matching.embedded.manifest import SegmentRecord
from vidensbro.kit.matching.embedded.table import Bits, RowNumbers

Frequencies = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Postings:
    """Rows of one term in order, and (rows, 2) its frequencies in title and body. Dead rows are among
    them."""

    rows: RowNumbers
    frequency: Frequencies


NOTHING = Postings(np.empty(0, np.uint32), np.empty((0, 2), np.uint8))


def layout(postings: int, terms: int) -> dict[str, int]:
    """Byte offset of each part of a segment file, and of its "end"."""
    frequency = 4 * postings
    hashes = (frequency + 2 * postings + 7) // 8 * 8
    starts = hashes + 8 * terms
    public = starts + 8 * (terms + 1)
    return {
        "frequency": frequency,
        "hashes": hashes,
        "starts": starts,
        "public": public,
        "end": public + 4 * terms,
    }


class Segment:
    """A mapped segment file."""

    def __init__(self, folder: Path, record: SegmentRecord) -> None:
        self.record = record
        path = folder / record.file
        at = layout(record.postings, record.terms)
        self.rows: RowNumbers = map_array(path, "<u4", record.postings)
        frequency = map_array(path, "u1", 2 * record.postings, at["frequency"])
        self.frequency: Frequencies = frequency.reshape(-1, 2)
        self.hashes: Hashes = map_array(path, "<u8", record.terms, at["hashes"])
        self.starts: npt.NDArray[np.uint64] = map_array(path, "<u8", record.terms + 1, at["starts"])
        self.public: npt.NDArray[np.uint32] = map_array(path, "<u4", record.terms, at["public"])

    def find(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """The place of each hash in the dictionary, -1 where it is not there."""
        if not len(self.hashes):
            return np.full(len(hashes), -1, np.int64)
        place = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[place] == hashes, place, -1).astype(np.int64)

    def slice(self, place: int) -> Postings:
        """The postings of the term at a place of the dictionary."""
        start, end = int(self.starts[place]), int(self.starts[place + 1])
        return Postings(self.rows[start:end], self.frequency[start:end])


class Dictionary:
    """All segments of a commit as one. Segments lie in the order of their rows, so joined postings are
    sorted."""

    def __init__(self, segments: Sequence[Segment], live: Bits) -> None:
        self.segments = segments
        self._clean = [int((~live[s.record.first : s.record.last]).sum()) == s.record.dead for s in segments]

    def find(self, hashes: Sequence[int]) -> list[Postings]:
        """The postings of each term."""
        wanted = np.array(hashes, np.uint64)
        found: list[list[Postings]] = [[] for _ in hashes]
        for segment in self.segments:
            places = segment.find(wanted)
            for index in np.flatnonzero(places >= 0):
                found[index].append(segment.slice(int(places[index])))
        return [_join(parts) for parts in found]

    def count_public(self, hashes: Sequence[int], visible: Bits) -> npt.NDArray[np.int64]:
        """In how many rows that are `visible` each term occurs."""
        wanted = np.array(hashes, np.uint64)
        counts = np.zeros(len(wanted), np.int64)
        for segment, clean in zip(self.segments, self._clean, strict=True):
            places = segment.find(wanted)
            known = np.flatnonzero(places >= 0)
            if clean:
                # No row died since the segment was written, so its own counts still hold.
                counts[known] += segment.public[places[known]]
                continue
            for index in known:
                counts[index] += np.count_nonzero(visible[segment.slice(int(places[index])).rows])
        return counts


def _join(parts: list[Postings]) -> Postings:
    if not parts:
        return NOTHING
    if len(parts) == 1:
        return parts[0]
    return Postings(
        np.concatenate([part.rows for part in parts]), np.concatenate([part.frequency for part in parts])
    )
