"""The embedded index: one folder, one writer, any number of readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from vidensbro.kit.matching.embedded import manifest
from vidensbro.kit.matching.embedded.building import Builder
from vidensbro.kit.matching.embedded.compacting import clear, compact
from vidensbro.kit.matching.embedded.files import storage_errors
from vidensbro.kit.matching.embedded.intake import Analyse, Carry, Intake
from vidensbro.kit.matching.embedded.lock import WriterLock
from vidensbro.kit.matching.embedded.manifest import Manifest
from vidensbro.kit.matching.embedded.snapshot import EmbeddedSnapshot
from vidensbro.kit.matching.embedded.writer import Writer
from vidensbro.kit.matching.errors import IndexDamaged, IndexMismatch, IndexReadOnly
from vidensbro.kit.matching.model import Document
from vidensbro.kit.matching.protocols import Embedder, Index

Signature = tuple[int, int, int]
NO_FILE: Signature = (0, 0, 0)


class EmbeddedIndex:
    """An `Index` in a folder. Open one with `open`; use it as a context manager to be sure that it is
    closed."""

    def __init__(self, folder: Path, writer: Writer | None = None, lock: WriterLock | None = None) -> None:
        self._folder = folder
        self._writer = writer
        self._lock = lock
        self._seen: tuple[Signature, EmbeddedSnapshot] | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        embedder: Embedder | None = None,
        carry: Carry | None = None,
        writable: bool = False,
        analyse: Analyse | None = None,
        analysis: str = "",
    ) -> EmbeddedIndex:
        """Open the index in `folder`; one that is not there yet is empty, and made by the first commit.

        `carry(text, language)` turns a text in a language that the embedder does not know into English.
        `analyse(text, language)` gives index terms (`vidensbro.kit.text.terms.index_terms` by default), and
        `analysis` names its version. For reading, `embedder` may be left out.

        Raises IndexLocked when another process writes, IndexMismatch when the index was built with another
        embedder or analysis, IndexDamaged, IndexStorageError.
        """
        analysis = analysis or _analysis(analyse)
        if not writable:
            index = cls(folder)
            _check_match(index.snapshot().manifest, embedder, analysis, reading=True)
            return index
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock = WriterLock(folder)
        try:
            old = load(folder)
            _check_match(old.manifest, embedder, analysis, reading=False)
            base = old.manifest if old.manifest.rows else _named(old.manifest, embedder, analysis)
            return cls(folder, Writer(folder, base, old, Intake(analyse or _terms(), embedder, carry)), lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def rebuild(
        cls,
        folder: Path,
        documents: Iterable[Document],
        *,
        embedder: Embedder | None = None,
        carry: Carry | None = None,
        analyse: Analyse | None = None,
        analysis: str = "",
        revision: str = "",
    ) -> str:
        """Build the index anew from `documents` beside the old one and swap; the new version.

        Readers see the old one until the swap. Vectors of texts that have not changed are taken over if the
        embedder is the same. A kill or a full disk before the swap leaves the old index and what has been built: the
        next call with the same embedder, analysis and `revision` (of whatever else decides how texts are read) goes
        on from there, and takes in anew only what differs. Raises IndexLocked and IndexStorageError.
        """
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock = WriterLock(folder)
        try:
            analysis = analysis or _analysis(analyse)
            old = _load_or_empty(folder)
            base = _named(Manifest(commit=old.manifest.commit), embedder, analysis)
            builder = Builder(folder, base, old, Intake(analyse or _terms(), embedder, carry), revision)
            try:
                return builder.build(documents).version
            finally:
                builder.close()
        finally:
            lock.release()

    @classmethod
    def compact(cls, folder: Path) -> str:
        """Write the index anew without a trace of what was removed from it, and swap; the new version.

        Nothing is analysed or embedded again, and no answer changes. Without anything removed nothing happens.
        Raises IndexLocked, IndexDamaged and IndexStorageError.
        """
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock = WriterLock(folder)
        try:
            old = load(folder)
            with storage_errors(folder):
                if old.manifest.live_rows == old.manifest.rows:
                    # Earlier states may still lie beside this one.
                    clear(folder, old.manifest)
                    return old.version
                return compact(folder, old).version
        finally:
            lock.release()

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, replacing those with the same key; the number given. One that is there already, the
        same in every part, is left as it is."""
        return self._writing().add(documents)

    def remove(self, keys: Iterable[str]) -> int:
        """Remove documents; unknown keys are passed over. The number removed."""
        return self._writing().remove(keys)

    def commit(self) -> str:
        """Make all changes since the last commit visible at once and durable; the version then."""
        return self._writing().commit().version

    def rollback(self) -> None:
        """Forget all changes since the last commit."""
        self._writing().rollback()

    def snapshot(self) -> EmbeddedSnapshot:
        """A view of the last committed state, whoever committed it."""
        signature = _signature(self._folder)
        if self._seen is None or self._seen[0] != signature:
            self._seen = (signature, load(self._folder))
        return self._seen[1]

    def close(self) -> None:
        """Let go of files and the writer's lock; what is not committed is forgotten."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        self._seen = None

    def __enter__(self) -> EmbeddedIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _writing(self) -> Writer:
        if self._writer is None:
            raise IndexReadOnly(
                f"The index in {self._folder} is open for reading only. Open it with writable=True.",
                folder=str(self._folder),
            )
        return self._writer


def load(folder: Path) -> EmbeddedSnapshot:
    """A view of the last committed state. Raises IndexDamaged when files that belong to it are missing."""
    known: Manifest | None = None
    while True:
        committed = manifest.read(folder) or Manifest()
        try:
            return EmbeddedSnapshot(folder, committed)
        except FileNotFoundError as error:
            # A commit between reading the manifest and opening the files may have removed some of them.
            if committed == known:
                raise IndexDamaged(
                    f"{error.filename} is missing. Rebuild the index.", file=str(error.filename)
                ) from error
            known = committed


def _load_or_empty(folder: Path) -> EmbeddedSnapshot:
    try:
        return load(folder)
    except IndexDamaged:
        # A damaged index is what a rebuild is for; nothing can be taken over from it.
        return EmbeddedSnapshot(folder, Manifest(generation=""))


def _named(base: Manifest, embedder: Embedder | None, analysis: str) -> Manifest:
    if embedder is None:
        return replace(base, embedder="", dimensions=0, analysis=analysis)
    return replace(base, embedder=embedder.name, dimensions=embedder.dimensions, analysis=analysis)


def _check_match(found: Manifest, embedder: Embedder | None, analysis: str, *, reading: bool) -> None:
    if not found.rows:
        return
    # Reading goes on over other terms, a little worse; adding to them would make it worse for good.
    if not reading and found.analysis != analysis:
        raise IndexMismatch(
            f'The index was built with the text analysis "{found.analysis}", this program uses "{analysis}". '
            "Rebuild the index.",
            stored=found.analysis,
            given=analysis,
        )
    if embedder is None and reading:
        return
    given = embedder.name if embedder else ""
    if found.embedder != given:
        raise IndexMismatch(
            f'The index was built with the embedder "{found.embedder or "none"}", now "{given or "none"}" '
            "is set. Set the embedder back, or rebuild the index.",
            stored=found.embedder,
            given=given,
        )


def _terms() -> Analyse:
    from vidensbro.kit.text.terms import index_terms

    return index_terms


def _analysis(analyse: Analyse | None) -> str:
    """The name of the analysis that is used when no other is given."""
    from vidensbro.kit.text.terms import analysis_version

    return analysis_version() if analyse is None else ""


def _signature(folder: Path) -> Signature:
    try:
        found = (folder / manifest.NAME).stat()
    except FileNotFoundError:
        return NO_FILE
    return found.st_ino, found.st_mtime_ns, found.st_size


def _conforms(index: EmbeddedIndex) -> Index:
    """Lets the type checker hold the class against the protocol."""
    return index
