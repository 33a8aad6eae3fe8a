"""Fetching from a public source, and importing what came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
from django.conf import settings

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.common import clock
from vidensbro.hub.imports.downloads import Told, files_of, own_fetcher
from vidensbro.hub.imports.models import ImportRun
from vidensbro.hub.imports.services.locking import only_fetch
from vidensbro.hub.imports.services.running import Progress, described_file, resume_import, run_import
from vidensbro.hub.imports.wishes import LAST, Wish
from vidensbro.kit.sources.fetching import Fetcher

OVERLAP = timedelta(days=1)
"""How far before the beginning of the last fetch the next one begins: clocks differ, and sources count in days."""


def fetch(
    actor: Actor, source: str, wish: Wish, told: Told = lambda count: None, fetcher: Fetcher | None = None
) -> list[Path]:
    """Fetch from a source into the data folder; the files. For staff.

    What an earlier call had fetched before it broke off is not fetched again.

    Raises:
        Denied; Invalid: see `Wish.check` and `downloads.files_of`; FetchError;
        Conflict: somebody is fetching from this source ("source_in_use").
    """
    _permit(actor, source, wish)
    with only_fetch(source):
        return _fetched(source, wish, told, fetcher)


def fetch_and_import(
    actor: Actor,
    source: str,
    wish: Wish,
    told: Told = lambda count: None,
    progress: Progress | None = None,
    fetcher: Fetcher | None = None,
) -> ImportRun | None:
    """Fetch, then import; the run, None if the source had nothing. Raises as `fetch` and `run_import` do.

    Files that are the same as last time are not read again: the run is that of last time. If an import of what was
    fetched with these limits was cut short, it is gone on with, and nothing is fetched.
    """
    _permit(actor, source, wish)
    with only_fetch(source):
        began = _began(source, wish)
        if (broken := _broken_off(source, wish)) is not None:
            return _over(resume_import(actor, broken.pk, progress), wish, began)
        files = _fetched(source, wish, told, fetcher)
        if not files:
            began.unlink(missing_ok=True)
            return None
        if (same := _taken_in(source, files)) is not None:
            began.unlink(missing_ok=True)
            return same
        origin = {"wish": wish.given(), "began": began.read_text(encoding="ascii")}
        return _over(run_import(actor, source, files, progress, origin), wish, began)


def _over(run: ImportRun, wish: Wish, began: Path) -> ImportRun:
    """Clear away what an import that has come to its end no longer needs."""
    began.unlink(missing_ok=True)
    if wish.since:
        # What has changed since a day is of no use to anybody on another.
        for file in run.files:
            Path(file["path"]).unlink(missing_ok=True)
    return run


def _broken_off(source: str, wish: Wish) -> ImportRun | None:
    """The latest run with these limits, if it was killed or stopped and its files are there as they were."""
    rows = ImportRun.objects.filter(source=source, undone__isnull=True, origin__wish=wish.given())
    run = rows.order_by("-started").first()
    if run is None or run.state in {ImportRun.State.DONE, ImportRun.State.FAILED}:
        return None
    if run.error.startswith("file_unreadable"):
        return None
    same = [described_file(Path(file["path"])) for file in run.files] == run.files
    return run if same else None


def _taken_in(source: str, files: list[Path]) -> ImportRun | None:
    """The run that has taken in these very files, if the source has had nothing new since."""
    described = [described_file(path) for path in files]
    done = ImportRun.objects.filter(source=source, state=ImportRun.State.DONE, undone__isnull=True)
    return next((run for run in done.order_by("-started")[:20] if run.files == described), None)


def _permit(actor: Actor, source: str, wish: Wish) -> None:
    require(actor, is_staff, "staff_only")
    wish.check(source)


def _fetched(source: str, wish: Wish, told: Told, fetcher: Fetcher | None) -> list[Path]:
    exact = replace(wish, since=last_day(source, wish)) if wish.since == LAST else wish
    with _borrowed(fetcher, told) as one:
        return files_of(source, exact, one, told)


@contextmanager
def _borrowed(fetcher: Fetcher | None, told: Told) -> Iterator[Fetcher]:
    if fetcher is not None:
        yield fetcher
        return
    with own_fetcher(told) as own:
        yield own


def last_day(source: str, wish: Wish) -> str:
    """The day from which on a source's changes are not here yet; empty if it was never imported with this wish."""
    done = ImportRun.objects.filter(
        source=source, state=ImportRun.State.DONE, undone__isnull=True, origin__wish=wish.given()
    )
    began = [str(origin.get("began") or "") for origin in done.values_list("origin", flat=True)]
    return max(began, default="")


def _began(source: str, wish: Wish) -> Path:
    """A file with the day from which on the next fetch must look. One that goes on keeps its first day."""
    name = hashlib.sha256(orjson.dumps([source, wish.given()], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    folder: Path = settings.VIDENSBRO_DATA / "downloads" / source
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f".began-{name}"
    if not path.exists():
        path.write_text((clock.now() - OVERLAP).date().isoformat(), encoding="ascii")
    return path
