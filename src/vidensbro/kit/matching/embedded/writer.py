"""The one writer of an embedded index.

Order of a commit: what is new is appended or written to new files and synced; then the manifest is renamed into
place; then files that neither this nor the previous manifest names are removed. A kill before the rename leaves
the old state, a kill after it the new one; what is left over is cleared away by the next writer.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded import dense, manifest
from vidensbro.kit.matching.embedded.files import AppendFile, discard, replace_whole, storage_errors, write_whole
from vidensbro.kit.matching.embedded.intake import Intake, Taken, text_name
from vidensbro.kit.matching.embedded.manifest import Manifest, SegmentRecord
from vidensbro.kit.matching.embedded.merging import SegmentBuffer, merge_from, merge_segments
from vidensbro.kit.matching.embedded.postings import Segment
from vidensbro.kit.matching.embedded.snapshot import EmbeddedSnapshot
from vidensbro.kit.matching.embedded.table import ROW
from vidensbro.kit.matching.errors import MatchingError
from vidensbro.kit.matching.model import PUBLIC, Document

APPENDED = ("rows", "keys", "documents", "vectors", "sketches")
BATCH = 256
"""Documents taken in at a time."""

SEGMENT_POSTINGS = 4_000_000
"""Postings kept in memory before a segment is written."""


class Writer:
    """Changes on top of one manifest, of which readers see nothing before `commit`."""

    def __init__(self, folder: Path, base: Manifest, intake: Intake, old: EmbeddedSnapshot) -> None:
        """`base` is what the changes are made on: the committed manifest, or an empty new generation. `old` is
        where vectors of unchanged texts are taken from."""
        self.folder = folder
        self.base = base
        self._intake = intake
        self._old = old
        self._same = base.generation == old.manifest.generation
        self._place = folder / base.generation
        self._files: dict[str, AppendFile] = {}
        self._begin()

    def _begin(self) -> None:
        base = self.base
        self._place.mkdir(exist_ok=True)
        remove_leftovers(self.folder, base)
        self._files = {name: AppendFile(self._place / name, base.sizes.get(name, 0)) for name in APPENDED}
        self._rows = base.rows
        committed = self._old.rows if self._same else None
        self._live = Flags(committed.live if committed else None)
        self._public = Flags(committed.table["public"] != 0 if committed else None)
        self._digest = int(base.digest, 16)
        self._pending: dict[int, tuple[int, int]] = {}
        self._segments = list(base.segments)
        self._next_file = base.next_file
        self._names = {kind: {name: n for n, name in enumerate(names)} for kind, names in base.names.items()}
        self._buffer = SegmentBuffer(self._rows)
        self._changed = False

    def add(self, documents: Iterable[Document]) -> int:
        """Take in documents; how many."""
        count = 0
        source = iter(documents)
        while batch := list(islice(source, BATCH)):
            count += len(batch)
            taken = {item.key_hash: item for item in map(self._intake.take, batch)}
            with self._forgetting():
                self._add_batch(list(taken.values()))
        return count

    def remove(self, keys: Iterable[str]) -> int:
        """Remove documents; how many there were."""
        count = 0
        source = iter(keys)
        while batch := list(islice(source, BATCH)):
            for key_hash, row, content in self._find_keys(batch):
                if row >= 0 and self._live[row]:
                    self._bury(key_hash, row, content)
                    count += 1
        return count

    def commit(self) -> Manifest:
        """Make the changes durable and visible."""
        if not self._changed:
            return self.base
        with self._forgetting():
            self._flush_segment()
            self._merge()
            for file in self._files.values():
                file.sync()
            fresh = self._next_manifest()
            write_whole(self._place / fresh.live, np.packbits(self._live.values).tobytes())
            replace_whole(self.folder / manifest.NAME, manifest.encode(fresh))
        remove_leftovers(self.folder, fresh, self.base)
        self.base = fresh
        return fresh

    def rebase(self, old: EmbeddedSnapshot) -> None:
        """Go on from what was committed, seen through a snapshot of it."""
        self._old, self._same = old, True
        self.base = old.manifest
        self.close()
        with storage_errors(self.folder):
            self._begin()

    def rollback(self) -> None:
        """Forget all changes since the last commit."""
        self.close()
        with storage_errors(self.folder):
            self._begin()

    def close(self) -> None:
        """Let go of the files; what is not committed is forgotten."""
        for file in self._files.values():
            discard(file)
        self._files = {}
