"""Running an import from start to end, in as many sittings as it takes."""

from __future__ import annotations

import errno
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

import structlog
from django.db import DatabaseError, OperationalError, transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.collecting import rarely_collected
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.statistics import refresh_statistics
from vidensbro.hub.common.text import storable
from vidensbro.hub.imports.errors import ImportStopped
from vidensbro.hub.imports.models import ImportProblem, ImportRun
from vidensbro.hub.imports.services.batches import COUNTS, Batch, Place, write_batch
from vidensbro.hub.imports.services.candidates import propose_people
from vidensbro.hub.imports.services.deciding import join_certain
from vidensbro.hub.imports.services.links import make_links
from vidensbro.hub.imports.services.locking import only_import
from vidensbro.hub.imports.services.places import propose_organisations
from vidensbro.hub.imports.services.works import propose_works
from vidensbro.kit.sources import SOURCES, Position, Problem, open_source, openalex
from vidensbro.kit.sources.model import KINDS
from vidensbro.kit.sources.plain import kind_of_name, kinds_in

log = structlog.get_logger(__name__)

Progress = Callable[[int, int, Mapping[str, int]], None]
"""Told after every batch: bytes done, bytes in all, and the counts so far."""

BATCH: Final = 1000
_READABLE: Final = (
    ".csv",
    ".tsv",
    ".xlsx",
    ".xlsm",
    ".yaml",
    ".yml",
    ".json",
    ".jsonl",
    ".ndjson",
    ".xml",
    ".gz",
    ".zip",
    ".tar",
    ".tgz",
    ".xz",
    ".bz2",
)


SCHEMA_CHANGED: Final = "schema_changed"


def run_import(
    actor: Actor,
    source: str,
    paths: Sequence[Path],
    progress: Progress | None = None,
    origin: Mapping[str, Any] | None = None,
) -> ImportRun:
    """Import files of a source (see `kit.sources.SOURCES`); folders stand for the files in them. For staff.

    If the same files were being imported and that was cut short, it goes on from there. What is wrong in the
    files is kept with the run and stops nothing, except that a source has changed its form: that is looked for
    in every file before the first record of any is written. Importing the same files again changes nothing.
    `origin` is kept with the run: how the files were fetched.

    Raises:
        Denied: the actor is not of the staff.
        Invalid: the source is unknown, there is no file, or the name of one is not UTF-8.
        Conflict: another import is running ("import_running").
        ImportStopped: the disk is full, a file or the database cannot be read any more, or the source has
            changed its form ("schema_changed": `detail` names file and field).
    """
    require(actor, is_staff, "staff_only")
    if source not in SOURCES:
        raise Invalid({"source": ("invalid_choice",)})
    files = [described_file(path) for path in _opened(source, paths)]
    if not files:
        raise Invalid({"paths": ("required",)})
    unnamed = [file["path"] for file in files if storable(file["path"]) != file["path"]]
    if unnamed:
        raise Invalid({repr(path): ("file_name",) for path in unnamed})
    with only_import():
        run = _unfinished(source, files) or _start(actor, source, files, dict(origin or {}))
        return _carry_on(actor, run, progress)


def resume_import(actor: Actor, run_id: uuid.UUID | str, progress: Progress | None = None) -> ImportRun:
    """Go on with a run that was cut short. For staff.

    Raises:
        NotFound, Denied, ImportStopped; Conflict: it is done ("import_done"), its files have changed since
        ("files_changed"), or another import is running ("import_running").
    """
    require(actor, is_staff, "staff_only")
    with only_import():
        run = ImportRun.objects.filter(pk=run_id).first()
        if run is None:
            raise NotFound("import_run", run_id)
        if run.state == ImportRun.State.DONE:
            raise Conflict("import_done")
        if run.undone is not None:
            raise Conflict("import_undone")
        if [described_file(Path(file["path"])) for file in run.files] != run.files:
            raise Conflict("files_changed")
        return _carry_on(actor, run, progress)


def _opened(source: str, paths: Sequence[Path]) -> list[Path]:
    """The files, each once, folders replaced by the files in them that can be read."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir() and source == openalex.SOURCE:
            found += openalex.files_in(path)
        elif path.is_dir():
            inside = sorted(
                one for one in path.iterdir() if one.is_file() and one.suffix.lower() in _READABLE
            )
            found += [one for one in inside if source != "plain" or kind_of_name(one.name)]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def described_file(path: Path) -> dict[str, Any]:
    """A file as runs keep it: where it is, how long, and when it was changed last."""
    try:
        status = path.stat()
    except OSError:
        return {"path": str(path.absolute()), "size": 0, "modified": 0}
    return {"path": str(path.absolute()), "size": status.st_size, "modified": status.st_mtime_ns}


def _unfinished(source: str, files: list[dict[str, Any]]) -> ImportRun | None:
    open_runs = ImportRun.objects.filter(source=source, undone__isnull=True).exclude(
        state=ImportRun.State.DONE
    )
    return next((run for run in open_runs.order_by("-started")[:50] if run.files == files), None)


@transaction.atomic
def _start(actor: Actor, source: str, files: list[dict[str, Any]], origin: dict[str, Any]) -> ImportRun:
    run = ImportRun.objects.create(
        source=source, files=files, actor=actor.reference, origin=origin, counts=dict.fromkeys(COUNTS, 0)
    )
    record(actor, "import.started", "import_run", run.pk, {"source": source, "files": len(files)})
    return run


def _carry_on(actor: Actor, run: ImportRun, progress: Progress | None) -> ImportRun:
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.RUNNING, error="", heartbeat=clock.now())
    run.state = ImportRun.State.RUNNING
    with _told_when_stopped(run):
        if not run.position:
            _look_over(run)
        with rarely_collected():
            _Sitting(run, progress).read_files()
        refresh_statistics()
        make_links(run)
        propose_people(run)
        propose_organisations(run)
        propose_works(run)
        join_certain(run)
        with transaction.atomic():
            run.state, run.finished = ImportRun.State.DONE, clock.now()
            run.save(update_fields=["state", "finished", "seconds"])
            record(actor, "import.finished", "import_run", run.pk, dict(run.counts))
    return run


def _look_over(run: ImportRun) -> None:
    """Stop before anything is written if the source of any of the files has changed its form.

    A reader counts the fields of a file's first rows before it hands out the first record. One file alone is
    seen to by its own reading.
    """
    if len(run.files) < 2 or run.source == "plain":
        return
    for file in run.files:
        first = next(iter(open_source(run.source, Path(file["path"]))), None)
        if isinstance(first, Problem) and first.code == SCHEMA_CHANGED:
            _stop(run, first)


def _stop(run: ImportRun, found: Problem) -> NoReturn:
    """Keep with the run which field has vanished, and stop."""
    ImportProblem.objects.get_or_create(
        run=run,
        file=found.file[:300],
        line=found.line,
        field=found.field[:100],
        code=found.code,
        value=found.value[:200],
    )
    raise ImportStopped(SCHEMA_CHANGED, f"{found.file}: {found.field} ({found.value})")


class _Sitting:
    """One sitting of a run: from where it stands to the end, or to what stops it.

    Each step reads one file for one kind of record. Plain files are gone through kind by kind, in the order in
    which these refer to each other, so that it does not matter what stands first.
    """

    def __init__(self, run: ImportRun, progress: Progress | None) -> None:
        self.run = run
        self.progress = progress
        self.steps = _steps(run)
        self._sizes = [int(run.files[number]["size"]) for number, _ in self.steps]
        self._clock = time.monotonic()

    def read_files(self) -> None:
        """Read what is left of the files, batch by batch."""
        position = self.run.position
        first = int(position.get("step", 0))
        start = Position(int(position.get("line", 0)), int(position.get("offset", 0)))
        for step in range(first, len(self.steps)):
            self._read_file(step, start if step == first else Position())

    def _read_file(self, step: int, start: Position) -> None:
        number, kind = self.steps[step]
        path = Path(self.run.files[number]["path"])
        place = Place(number, path.name)
        reader = open_source(self.run.source, path, start, kind)
        batch, last = Batch(), start
        for item in reader:
            at = reader.position()
            # Only between rows of the file: the records and problems of one row stand or fall together.
            if len(batch) >= BATCH and (at.line, at.offset) != (last.line, last.offset):
                self._write(batch, place, step, last)
                batch = Batch()
            if isinstance(item, Problem):
                if item.code == SCHEMA_CHANGED:
                    _stop(self.run, item)
                batch.problems.append(item)
            else:
                batch.records.append(item)
            last = at
        self._write(batch, place, step + 1, Position())

    def _write(self, batch: Batch, place: Place, step: int, at: Position) -> None:
        now = time.monotonic()
        self.run.seconds += now - self._clock
        self._clock = now
        done, total = sum(self._sizes[:step]) + at.read, sum(self._sizes)
        position = {"step": step, "line": at.line, "offset": at.offset, "done": done, "total": total}
        write_batch(self.run, batch, place, position)
        if self.progress is not None:
            self.progress(done, total, self.run.counts)


def _steps(run: ImportRun) -> list[tuple[int, str]]:
    """(number of the file, kind of record), in the order of reading."""
    if run.source != "plain":
        return [(number, "") for number in range(len(run.files))]
    kinds = [kinds_in(Path(file["path"])) for file in run.files]
    return [(number, kind) for kind in KINDS for number, held in enumerate(kinds) if kind in held]


@contextmanager
def _told_when_stopped(run: ImportRun) -> Iterator[None]:
    """Note with the run why it stopped, and turn what the system says into `ImportStopped`."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        reason = _reason(error)
        _note(run, ImportRun.State.INTERRUPTED, f"{reason}: {error}")
        raise ImportStopped(reason, str(error)) from error
    except ImportStopped as error:
        _note(run, ImportRun.State.FAILED, str(error))
        raise
    except BaseException as error:
        state = ImportRun.State.FAILED if isinstance(error, Exception) else ImportRun.State.INTERRUPTED
        _note(run, state, f"{type(error).__name__}: {error}")
        raise


def _reason(error: Exception) -> str:
    text = str(error).lower()
    if isinstance(error, OSError):
        return "disk_full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "file_unreadable"
    # SQLite: SQLITE_FULL; PostgreSQL: class 53, insufficient resources.
    full = "disk is full" in text or "no space left" in text
    return "disk_full" if isinstance(error, OperationalError) and full else "database"


def _note(run: ImportRun, state: ImportRun.State, text: str) -> None:
    run.state = state
    run.error = text[:2000]
    try:
        ImportRun.objects.filter(pk=run.pk).update(state=state, error=run.error, seconds=run.seconds)
    except DatabaseError as error:
        # On a full disk not even this can be written. The run stays "running" there, and is taken up again
        # all the same: what counts is the position, and the lock, which is free.
        log.warning("imports.state_not_written", run=str(run.pk), state=str(state), error=str(error))
