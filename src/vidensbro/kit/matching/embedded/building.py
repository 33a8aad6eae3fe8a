"""Building an index anew, in as many sittings as it takes.

The new generation is filled by commits to a manifest of its own, which lies in its folder; the last step puts that in
the place of the index's. The name of that manifest says what the generation is built with, so that nothing built with
another model or by other rules is ever gone on with.

Whoever goes on with a build gives all documents again. Those that are there already, the same in every part, are
passed over; those that have changed meanwhile are replaced, and those that are no longer given are removed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np

from vidensbro.kit.matching.embedded import manifest
from vidensbro.kit.matching.embedded.files import replace_whole, storage_errors
from vidensbro.kit.matching.embedded.intake import Intake
from vidensbro.kit.matching.embedded.leftovers import (
    drop_unfinished,
    next_generation,
    remove_leftovers,
    unfinished,
)
from vidensbro.kit.matching.embedded.manifest import Manifest
from vidensbro.kit.matching.embedded.snapshot import EmbeddedSnapshot
from vidensbro.kit.matching.embedded.writer import APPENDED, BATCH, Found, Writer
from vidensbro.kit.matching.errors import IndexDamaged
from vidensbro.kit.matching.model import Document

log = logging.getLogger(__name__)

PAUSE = 30.0
"""Seconds between commits: this much work at most is done again after a kill. Each takes a fraction of a second, and
merging what they leave some percent of the whole."""


class Builder(Writer):
    """Fills one new generation beside the index, from where an earlier builder was stopped."""

    def __init__(
        self, folder: Path, base: Manifest, index: EmbeddedSnapshot, intake: Intake, revision: str = ""
    ) -> None:
        """`base` is empty and names model and analysis; `index` is the index as it stands. Raises
        IndexStorageError."""
        self._index = index
        with storage_errors(folder):
            start, ledger = _begun(folder, base, index, revision)
        self._left = start.rows.live.copy()
        super().__init__(folder, start.manifest, start, intake, ledger, index)

    def build(self, documents: Iterable[Document]) -> Manifest:
        """Take in what is not there yet, remove what is not given, and put the result in the index's place.

        Raises IndexStorageError; what was committed until then stays for the next builder.
        """
        source = iter(documents)
        due = time.monotonic() + PAUSE
        while batch := list(islice(source, BATCH)):
            self.add(batch)
            if time.monotonic() >= due:
                self.commit()
                due = time.monotonic() + PAUSE
        gone = np.flatnonzero(self._left)
        self.remove(self._old.key_texts(gone))
        self.commit()
        return self._publish()

    def _find(self, keys: Sequence[str], hashes: Sequence[int]) -> list[Found]:
        found = super()._find(keys, hashes)
        for place in found:
            if 0 <= place.row < len(self._left):
                # Given again: kept if it is the same, else replaced.
                self._left[place.row] = False
        return found

    def _publish(self) -> Manifest:
        index = self._index.manifest
        done = replace(self.base, commit=max(self.base.commit, index.commit + 1))
        with storage_errors(self.folder):
            replace_whole(self.folder / manifest.NAME, manifest.encode(done))
        try:
            remove_leftovers(self.folder, APPENDED, done, index)
        except OSError as error:
            # The index stands; what could not be removed is tried again by the next writer.
            log.warning("leftovers_kept folder=%s reason=%s", self.folder, error)
        return done


def _begun(
    folder: Path, base: Manifest, index: EmbeddedSnapshot, revision: str
) -> tuple[EmbeddedSnapshot, Path]:
    """What an earlier builder has left that can be gone on with, or an empty generation; and its manifest."""
    name = f"building-{_recipe(base, revision)}.json"
    for path in unfinished(folder, index.manifest):
        if path.name == name and (found := _opened(folder, path, index.manifest.commit)):
            drop_unfinished(folder, index.manifest, kept=path)
            log.info("build_resumed folder=%s documents=%s", folder, found.manifest.live_rows)
            return found, path
    drop_unfinished(folder, index.manifest)
    fresh = replace(base, generation=next_generation(folder))
    (folder / fresh.generation).mkdir()
    return EmbeddedSnapshot(folder, fresh), folder / fresh.generation / name


def _opened(folder: Path, path: Path, commit: int) -> EmbeddedSnapshot | None:
    try:
        found = manifest.read_file(path)
        # The index may have gone on meanwhile: what takes its place must count as newer.
        return (
            EmbeddedSnapshot(folder, replace(found, commit=max(found.commit, commit + 1))) if found else None
        )
    except (IndexDamaged, FileNotFoundError) as error:
        log.warning("build_begun_again folder=%s reason=%s", folder, error)
        return None


def _recipe(base: Manifest, revision: str) -> str:
    """A name for all that decides how texts become rows."""
    parts = (str(base.format), base.embedder, str(base.dimensions), base.analysis, revision)
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
