"""Writing an index anew without what was removed from it.

Removing a document lets go of its row; its text, vector and postings stay in the files until then. After a person has
asked to be erased that is not enough: the live rows are copied into a new generation, which takes the old one's
place as a rebuild does, but nothing is analysed or embedded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded import manifest
from vidensbro.kit.matching.embedded.files import ReadAt, replace_whole, sync_file, write_whole
from vidensbro.kit.matching.embedded.leftovers import drop_unfinished, next_generation, remove_leftovers
from vidensbro.kit.matching.embedded.manifest import Manifest, SegmentRecord
from vidensbro.kit.matching.embedded.merging import Portion, merged, write_segment
from vidensbro.kit.matching.embedded.snapshot import EmbeddedSnapshot
from vidensbro.kit.matching.embedded.table import Numbers

BATCH = 4096
"""Rows copied at a time."""

FILES = ("rows", "keys", "documents", "vectors", "sketches")


def compact(folder: Path, old: EmbeddedSnapshot) -> Manifest:
    """Copy the live rows of `old` into a new generation, let it take the old one's place and remove that.

    The order of rows stays, and so does every answer. Readers that have the old files open are not disturbed. A kill
    before the manifest is replaced leaves the old state. The caller holds the writer's lock.
    """
    generation = next_generation(folder)
    place = folder / generation
    place.mkdir()
    rows = np.flatnonzero(old.rows.live)
    sizes = _copy_rows(folder / old.manifest.generation, place, old, rows)
    segments = _copy_postings(place, old, rows)
    commit = old.manifest.commit + 1
    fresh = replace(
        old.manifest,
        commit=commit,
        generation=generation,
        rows=len(rows),
        live=f"live-{commit:08d}",
        live_rows=len(rows),
        next_file=1 + len(segments),
        sizes=sizes,
        segments=segments,
    )
    write_whole(place / fresh.live, np.packbits(np.ones(len(rows), np.bool_)).tobytes())
    replace_whole(folder / manifest.NAME, manifest.encode(fresh))
    # Not even the previous commit's files stay, as they do after other commits: they are what must go.
    clear(folder, fresh)
    return fresh


def clear(folder: Path, committed: Manifest) -> None:
    """Remove all that is not part of what is committed, also a build that was cut short: that may hold what must go."""
    drop_unfinished(folder, committed)
    remove_leftovers(folder, FILES, committed)


def _copy_rows(source: Path, place: Path, old: EmbeddedSnapshot, rows: Numbers) -> dict[str, int]:
    """Write the row table and what it points to; the size of each file in bytes."""
    table = old.rows.table[rows].copy()
    sizes = {
        "keys": _copy_pieces(source, place, "keys", (table["key_at"], table["key_size"])),
        "documents": _copy_pieces(source, place, "documents", (table["document_at"], table["document_size"])),
        "vectors": _copy_array(place / "vectors", old.stored_vectors, rows),
        "sketches": _copy_array(place / "sketches", old.sketches, rows),
    }
    table["key_at"], table["document_at"] = _starts(table["key_size"]), _starts(table["document_size"])
    sizes["rows"] = _copy_array(place / "rows", table, np.arange(len(rows)))
    return sizes


def _copy_pieces(
    source: Path, place: Path, name: str, pieces: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]
) -> int:
    """Copy pieces (where each begins and how long it is) of the file `name`, one after the other."""
    starts, sizes = pieces
    reader = ReadAt(source / name, int((starts + sizes).max()) if len(starts) else 0)
    written = 0
    with (place / name).open("wb") as stream:
        for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
            written += stream.write(reader.read(start, size))
        sync_file(stream)
    return written


def _copy_array(path: Path, values: npt.NDArray[np.generic], rows: Numbers) -> int:
    with path.open("wb") as stream:
        for start in range(0, len(rows), BATCH):
            _write(stream, values[rows[start : start + BATCH]])
        sync_file(stream)
        return stream.tell()


def _write(stream: BinaryIO, values: npt.NDArray[np.generic]) -> None:
    stream.write(np.ascontiguousarray(values).tobytes())


def _starts(sizes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    long = sizes.astype(np.uint64)
    return np.asarray(np.cumsum(long) - long, np.uint64)


def _copy_postings(place: Path, old: EmbeddedSnapshot, rows: Numbers) -> tuple[SegmentRecord, ...]:
    """Write the postings of live rows, under their new numbers, as one segment."""
    segments, live = old.dictionary.segments, old.rows.live
    if not len(rows) or not segments:
        return ()
    numbers = np.zeros(len(live), np.uint32)
    numbers[rows] = np.arange(len(rows), dtype=np.uint32)
    count = sum(int(np.count_nonzero(live[segment.rows])) for segment in segments)
    visible = np.asarray(old.rows.table["public"][rows] != 0)

    def renumbered() -> Iterator[Portion]:
        for names, counts, there, frequency in merged(segments, live):
            yield names, counts, numbers[there], frequency

    record = write_segment(place, "segment-00000001", (0, len(rows), 0), renumbered(), count, visible)
    return (record,)
