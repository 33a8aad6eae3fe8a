"""The one writer of an embedded index.

Order of a commit: what is new is appended or written to new files and synced; then the manifest is renamed
into place; then files that neither this nor the previous manifest names are removed. A kill before the
rename leaves the old state, a kill after it the new one; what is left over is cleared away by the next
writer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded import dense, manifest
from vidensbro.kit.matching.embedded.buffering import SegmentBuffer
from vidensbro.kit.matching.embedded.files import AppendFile, replace_whole, storage_errors, write_whole
from vidensbro.kit.matching.embedded.flags import Flags
from vidensbro.kit.matching.embedded.intake import Intake, Taken
from vidensbro.kit.matching.embedded.leftovers import remove_leftovers
from vidensbro.kit.matching.embedded.manifest import Manifest
from vidensbro.kit.matching.embedded.merging import merge_from, merge_segments
from vidensbro.kit.matching.embedded.postings import Segment
from vidensbro.kit.matching.embedded.records import Known, Names, build_records
from vidensbro.kit.matching.embedded.snapshot import EmbeddedSnapshot
from vidensbro.kit.matching.errors import IndexStorageError
from vidensbro.kit.matching.model import Document

log = logging.getLogger(__name__)

APPENDED = ("rows", "keys", "documents", "vectors", "sketches")

BATCH = 256
"""Documents taken in at a time."""

SEGMENT_POSTINGS = 4_000_000
"""Postings kept in memory before a segment is written."""

MODULUS = 1 << 128


Vectors = tuple[tuple[EmbeddedSnapshot, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a document with the same key stands now: its row (-1 for none) and the name of its content; and
    the snapshots and rows in them from which its vector may be taken."""

    row: int
    content: int
    vectors: Vectors = ()


class Writer:
    """Changes on top of one manifest, of which readers see nothing before `commit`."""

    def __init__(
        self,
        folder: Path,
        base: Manifest,
        old: EmbeddedSnapshot,
        intake: Intake,
        ledger: Path | None = None,
        donor: EmbeddedSnapshot | None = None,
    ) -> None:
        """`base` is the manifest that the changes are made on, `old` a view of it.

        `ledger` is the file that names what is committed, the index's own manifest by default; `donor` another index
        in the same folder, which stays, and from which vectors of unchanged texts may be taken.
        """
        self.folder = folder
        self.base = base
        self.ledger = ledger or folder / manifest.NAME
        self._old = old
        self._donor = donor
        self._intake = intake
        self._files: dict[str, AppendFile] = {}
        with storage_errors(folder):
            self._begin()

    def add(self, documents: Iterable[Document]) -> int:
        """Take in documents, replacing those with the same key; how many were given."""
        count = 0
        source = iter(documents)
        while batch := list(islice(source, BATCH)):
            # Of documents with the same key the last one counts.
            taken = {item.key_hash: item for item in map(self._intake.take, batch)}
            self._add_batch(list(taken.values()))
            count += len(batch)
        return count

    def remove(self, keys: Iterable[str]) -> int:
        """Remove documents; how many there were."""
        count = 0
        source = iter(keys)
        while batch := list(islice(source, BATCH)):
            unique = list(dict.fromkeys(batch))
            for found in self._find(unique, [self._intake.key_hash(key) for key in unique]):
                if found.row >= 0:
                    self._bury(found)
                    count += 1
        return count

    def commit(self) -> Manifest:
        """Make the changes durable and visible; without changes nothing happens."""
        if not self._changed:
            return self.base
        with self._storing():
            self._flush_segment()
            self._merge()
            for file in self._files.values():
                file.sync()
            fresh = self._next_manifest()
            write_whole(self._place / fresh.live, np.packbits(self._live.values).tobytes())
            replace_whole(self.ledger, manifest.encode(fresh))
        previous = self._old.manifest
        self._adopt(fresh)
        try:
            self._remove_leftovers(fresh, previous)
        except OSError as error:
            # The commit stands; what could not be removed is tried again by the next writer.
            log.warning("leftovers_kept folder=%s reason=%s", self.folder, error)
        return fresh

    def rollback(self) -> None:
        """Forget all changes since the last commit."""
        self.close()
        committed = manifest.read_file(self.ledger)
        if committed is not None:
            self.base = committed
            self._old = EmbeddedSnapshot(self.folder, committed)
        with storage_errors(self.folder):
            self._begin()

    def close(self) -> None:
        """Let go of the files; what is not committed is forgotten."""
        for file in self._files.values():
            file.close()
        self._files = {}

    def _begin(self) -> None:
        base = self.base
        self._place = self.folder / base.generation
        self._place.mkdir(exist_ok=True)
        self._remove_leftovers(base, self._old.manifest)
        self._files = {name: AppendFile(self._place / name, base.sizes.get(name, 0)) for name in APPENDED}
        rows = self._old.rows
        self._live = Flags(rows.live)
        self._public = Flags(rows.table["public"] != 0)
        self._names = Names(base.names)
        self._changed = False
        self._forget_pending()

    def _remove_leftovers(self, *kept: Manifest) -> None:
        also = (self._donor.manifest,) if self._donor else ()
        remove_leftovers(self.folder, (*APPENDED, self.ledger.name), *kept, *also)

    def _forget_pending(self) -> None:
        self._rows = self.base.rows
        self._digest = int(self.base.digest, 16)
        self._segments = list(self.base.segments)
        self._next_file = self.base.next_file
        self._pending: dict[int, tuple[int, int]] = {}
        self._buffer = SegmentBuffer(self._rows)

    def _adopt(self, fresh: Manifest) -> None:
        self.base = fresh
        self._old = EmbeddedSnapshot(self.folder, fresh)
        self._changed = False
        self._forget_pending()

    @contextmanager
    def _storing(self) -> Iterator[None]:
        """A full or failing disk loses what is pending and nothing else."""
        try:
            with storage_errors(self.folder):
                yield
        except IndexStorageError:
            self.rollback()
            raise

    def _add_batch(self, taken: Sequence[Taken]) -> None:
        found = self._find([item.document.key for item in taken], [item.key_hash for item in taken])
        changed = [
            (item, place)
            for item, place in zip(taken, found, strict=True)
            if place.row < 0 or place.content != item.content
        ]
        if not changed:
            return
        items = [item for item, _ in changed]
        names, vectors = self._embed(items, [place.vectors for _, place in changed])
        analysed = [self._intake.analyse(item.document) for item in items]
        known = Known(names, [text.length for text in analysed])
        table = build_records(
            items, known, self._names, self._files["keys"].size, self._files["documents"].size
        )
        with self._storing():
            self._append(items, table, vectors)
        for _, place in changed:
            if place.row >= 0:
                self._bury(place)
        for item, text in zip(items, analysed, strict=True):
            self._pending[item.key_hash] = (self._rows, item.content)
            self._digest = (self._digest + item.content) % MODULUS
            self._buffer.add(self._rows, text)
            self._rows += 1
        self._changed = True
        if len(self._buffer) >= SEGMENT_POSTINGS:
            with self._storing():
                self._flush_segment()

    def _append(self, items: Sequence[Taken], table: npt.NDArray[np.void], vectors: dense.Stored) -> None:
        self._files["rows"].append(table.tobytes())
        self._files["keys"].append(b"".join(item.key for item in items))
        self._files["documents"].append(b"".join(item.stored for item in items))
        if self.base.dimensions:
            self._files["vectors"].append(vectors.tobytes())
            self._files["sketches"].append(dense.sketch(vectors).tobytes())
        self._live.extend(np.ones(len(items), np.bool_))
        self._public.extend(table["public"] != 0)

    def _embed(self, items: Sequence[Taken], stored: Sequence[Vectors]) -> tuple[list[int], dense.Stored]:
        """The name of each embedded text, and the vectors; those of unchanged texts are taken over."""
        vectors = np.zeros((len(items), self.base.dimensions), "<i2")
        if not self.base.dimensions:
            return [0] * len(items), vectors
        texts = [self._intake.text(item.document) for item in items]
        names = [self._intake.text_name(text) for text in texts]
        fresh = []
        for index, (name, places) in enumerate(zip(names, stored, strict=True)):
            same = [(view, row) for view, row in places if int(view.rows.table["text_hash"][row]) == name]
            if name and same:
                view, row = same[0]
                vectors[index] = view.stored_vectors[row]
            elif name:
                fresh.append(index)
        if fresh:
            vectors[fresh] = self._intake.vectors([texts[index] for index in fresh])
        return names, vectors

    def _find(self, keys: Sequence[str], hashes: Sequence[int]) -> list[Found]:
        table = self._old.rows.table
        current = self._old.find_rows(keys)
        views = [(self._old, current)]
        if self._donor and self._donor.manifest.embedder == self.base.embedder:
            views.append((self._donor, self._donor.find_rows(keys)))
        found = []
        for place, (name, old) in enumerate(zip(hashes, current, strict=True)):
            row, content = self._pending.get(name, (-1, 0))
            if row >= 0 and not self._live.values[row]:
                # Taken in and removed again since the last commit.
                row, content = -1, 0
            if row < 0 and old >= 0 and self._live.values[old]:
                row, content = old, int(table["content_low"][old]) | int(table["content_high"][old]) << 64
            vectors = tuple((view, rows[place]) for view, rows in views if rows[place] >= 0)
            found.append(Found(row, content, vectors))
        return found

    def _bury(self, found: Found) -> None:
        self._live.clear(found.row)
        self._digest = (self._digest - found.content) % MODULUS
        self._changed = True

    def _flush_segment(self) -> None:
        if self._rows > self._buffer.first:
            live, visible = self._live.values, self._live.values & self._public.values
            record = self._buffer.write(self._place, self._new_file(), self._rows, live, visible)
            self._segments.append(record)
        self._buffer = SegmentBuffer(self._rows)

    def _merge(self) -> None:
        start = merge_from([record.postings for record in self._segments])
        if len(self._segments) - start < 2:
            return
        live, visible = self._live.values, self._live.values & self._public.values
        segments = [Segment(self._place, record) for record in self._segments[start:]]
        merged = merge_segments(self._place, self._new_file(), segments, live, visible)
        self._segments[start:] = [merged]

    def _new_file(self) -> str:
        self._next_file += 1
        return f"segment-{self._next_file:08d}"

    def _next_manifest(self) -> Manifest:
        commit = self.base.commit + 1
        return replace(
            self.base,
            commit=commit,
            digest=f"{self._digest:032x}",
            rows=self._rows,
            live=f"live-{commit:08d}",
            live_rows=int(np.count_nonzero(self._live.values)),
            next_file=self._next_file,
            sizes={name: file.size for name, file in self._files.items()},
            segments=tuple(self._segments),
            names=self._names.lists(),
        )
