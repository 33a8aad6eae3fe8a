"""Checks whether the files of an index fit together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vidensbro.kit.matching.embedded import dense
from vidensbro.kit.matching.embedded.index import load
from vidensbro.kit.matching.embedded.snapshot import EmbeddedSnapshot
from vidensbro.kit.matching.errors import IndexDamaged

SAMPLE = 1000
"""Documents and vectors looked at, spread evenly over the rows."""

WASTE = 0.5
"""From this share of dead rows on a rebuild is advised."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit, as a code and values. All codes but "wasteful" call for a rebuild."""

    code: str
    values: tuple[str, ...] = ()


def verify(folder: Path) -> list[Problem]:
    """Problems of the index in `folder`, none for one that is whole or not there.

    Codes: damaged (what), live_rows, digest, postings (segment), key_lookup (row), document (row),
    vector_length (row), sketch (row), wasteful (dead rows, all rows).
    """
    try:
        snapshot = load(folder)
    except IndexDamaged as error:
        return [Problem("damaged", (str(error),))]
    checks = (_counts, _digest, _postings, _documents, _vectors, _waste)
    return [problem for check in checks for problem in check(snapshot)]


def _counts(snapshot: EmbeddedSnapshot) -> list[Problem]:
    counted = int(np.count_nonzero(snapshot.rows.live))
    stated = snapshot.manifest.live_rows
    return [] if counted == stated else [Problem("live_rows", (str(stated), str(counted)))]


def _digest(snapshot: EmbeddedSnapshot) -> list[Problem]:
    table = snapshot.rows.table[snapshot.rows.live]
    # Halves of 32 bits, because a sum of 64-bit numbers would not fit into 64 bits.
    total = 0
    for column, shift in (("content_low", 0), ("content_high", 64)):
        values = table[column]
        low, high = values & np.uint64(0xFFFFFFFF), values >> np.uint64(32)
        total += (int(low.sum(dtype=np.uint64)) + (int(high.sum(dtype=np.uint64)) << 32)) << shift
    found = f"{total % (1 << 128):032x}"
    stated = snapshot.manifest.digest
    return [] if found == stated else [Problem("digest", (stated, found))]


def _postings(snapshot: EmbeddedSnapshot) -> list[Problem]:
    """Dictionaries in order, starts that cover the postings, rows within the segment."""
    problems = []
    for segment in snapshot.dictionary.segments:
        record, starts = segment.record, segment.starts
        whole = (
            bool((segment.hashes[1:] > segment.hashes[:-1]).all())
            and int(starts[0]) == 0
            and int(starts[-1]) == record.postings
            and bool((starts[1:] > starts[:-1]).all())
            and (not record.postings or record.first <= int(segment.rows.min()))
            and (not record.postings or int(segment.rows.max()) < record.last)
        )
        if not whole:
            problems.append(Problem("postings", (record.file,)))
    return problems


def _documents(snapshot: EmbeddedSnapshot) -> list[Problem]:
    """A sample of live documents is found by key and can be read."""
    problems = []
    rows = _sample(np.flatnonzero(snapshot.rows.live))
    keys = snapshot.key_texts(rows)
    found = snapshot.find_rows(keys)
    for row, key, place in zip(rows.tolist(), keys, found, strict=True):
        if place != row:
            problems.append(Problem("key_lookup", (str(row), key)))
            continue
        try:
            intact = snapshot.document_at(row).key == key
        except IndexDamaged:
            intact = False
        if not intact:
            problems.append(Problem("document", (str(row), key)))
    return problems


def _vectors(snapshot: EmbeddedSnapshot) -> list[Problem]:
    """A sample of vectors has length 1 and the sketches that belong to them."""
    if not snapshot.manifest.dimensions:
        return []
    rows = _sample(np.flatnonzero(snapshot.rows.live & snapshot.rows.has_vector))
    stored = snapshot.stored_vectors[rows]
    length = np.linalg.norm(dense.unpack(stored).astype(np.float64), axis=1)
    odd = (dense.sketch(stored) != snapshot.sketches[rows]).any(axis=1)
    return [Problem("vector_length", (str(row),)) for row in rows[np.abs(length - 1) > 0.01]] + [
        Problem("sketch", (str(row),)) for row in rows[odd]
    ]


def _waste(snapshot: EmbeddedSnapshot) -> list[Problem]:
    rows, live = len(snapshot.rows), snapshot.manifest.live_rows
    return [Problem("wasteful", (str(rows - live), str(rows)))] if rows - live > WASTE * rows else []


def _sample(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return rows[:: max(1, len(rows) // SAMPLE)]
