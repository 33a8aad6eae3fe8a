"""Running an import from the terminal: its progress, and what came of it in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vidensbro.hub.cli import console, districts, installation
from vidensbro.hub.cli.exits import CommandError
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.imports.models import ImportRun
    from vidensbro.hub.imports.wishes import Wish

T = TypeVar("T")
Watched = Callable[[int, int, Mapping[str, int]], None]
EXAMPLES: Final = 3
"""How many places are named for each kind of problem."""


def run(source: str, paths: Sequence[Path]) -> ImportRun:
    """Import files of a source; the run, finished."""
    from vidensbro.hub.imports.services import run_import

    actor = installation.operator()
    return watched(lambda progress: run_import(actor, source, paths, progress))


def resume(run_id: str) -> ImportRun:
    """Go on with a run that was cut short."""
    from vidensbro.hub.imports.services import resume_import

    actor = installation.operator()
    return watched(lambda progress: resume_import(actor, run_id, progress))


def fetch(source: str, wish: Wish) -> ImportRun | None:
    """Fetch from a source and import what came; the run, None if nothing came."""
    from vidensbro.hub.imports.services import fetch_and_import

    actor = installation.operator()

    def work(told: Callable[[int], None]) -> ImportRun | None:
        return watched(lambda progress: fetch_and_import(actor, source, wish, told, progress))

    return fetching(work)


def fetching(work: Callable[[Callable[[int], None]], T]) -> T:
    """Do the work while it is shown how many records have come."""
    bars = console.Bars(_("Fetching"), _("records"))
    count = 0

    def told(more: int) -> None:
        nonlocal count
        count += more
        bars.steps(count)

    try:
        return work(told)
    except (KeyboardInterrupt, SystemExit):
        console.note(_("What was read is stored. Give the same command again: it goes on from there."))
        raise
    finally:
        bars.close()


def import_district(name: str) -> ImportRun:
    """Load a district through the ordinary importer, remembering whether it was finished."""
    paths = districts.files_of(name)
    districts.remember(name, whole=False)
    console.note(_("Loading the example district {name}").format(name=Path(name).name))
    done = run("plain", paths)
    districts.remember(name, whole=True)
    tell_problems(done)
    return done


def watched(work: Callable[[Watched], T]) -> T:
    """Do the work while its progress is shown: records done, their rate, time left by the size of the files."""
    bars = console.Bars(_("Importing"), _("records"))

    def progress(done: int, total: int, counts: Mapping[str, int]) -> None:
        records = sum(int(counts.get(name, 0)) for name in ("new", "changed", "unchanged", "bad"))
        share = done / total if total else 1.0
        expected = round(records / share) if share > 0 else None
        bars.steps(records, expected)

    try:
        return work(progress)
    except (KeyboardInterrupt, SystemExit):
        console.note(_("What was read is stored. Give the same command again: it goes on from there."))
        raise
    finally:
        bars.close()


def summary(done: ImportRun) -> str:
    """What an import did, in one line."""
    counts = {name: int(done.counts.get(name, 0)) for name in ("new", "changed", "unchanged", "bad")}
    parts = {
        "new": _("{count} new"),
        "changed": _("{count} changed"),
        "unchanged": _("{count} unchanged"),
        "bad": _("{count} left out"),
    }
    shown = [name for name in parts if counts[name] or name != "bad"]
    return ", ".join(parts[name].format(count=console.amount(counts[name])) for name in shown)


def tell_problems(done: ImportRun) -> None:
    """What was wrong in the files, by kind, with places, on standard error."""
    from vidensbro.hub.imports import wording
    from vidensbro.hub.imports.queries import problem_counts, problems

    actor = installation.operator()
    counted = problem_counts(actor, done.pk)
    if not counted:
        return
    console.err().print()
    for code, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        what, advice = wording.problem(code)
        console.note(f"{console.amount(count)} × {what}", "warning")
        for one in problems(actor, done.pk, code)[:EXAMPLES]:
            console.note("    " + place(one))
        if count > EXAMPLES:
            console.note(f"    … {advice}")
        else:
            console.note(f"    {advice}")


def place(one: Any) -> str:
    """Where a problem is, as an editor writes it: file:line field “value”."""
    parts = [f"{one.file}:{one.line}" if one.line else one.file]
    if one.field:
        parts.append(one.field)
    if one.value:
        parts.append(f"“{one.value}”")
    return " ".join(parts)


def as_row(done: ImportRun) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "id": str(done.pk),
        "source": done.source,
        "state": done.state,
        "started": done.started.isoformat(timespec="seconds"),
        "finished": done.finished.isoformat(timespec="seconds") if done.finished else None,
        "files": [file["path"] for file in done.files],
        "counts": dict(done.counts),
        "seconds": round(done.seconds, 2),
        "error": done.error,
        "fetched": done.origin,
        "undone": done.undone.isoformat(timespec="seconds") if done.undone else None,
        "undoing": done.undoing,
    }


def whole_id(given: str) -> str:
    """The whole identifier of the run whose identifier ends (as the list shows it) or begins with this."""
    from vidensbro.hub.imports.queries import runs

    known = [str(one.pk) for one in runs(installation.operator())[:1000]]
    found = [one for one in known if one == given or one.endswith(given) or one.startswith(given)]
    if not given or len(found) != 1:
        raise CommandError(
            _("There is no import “{run}”.").format(run=given)
            if not found
            else _("“{run}” fits more than one import.").format(run=given),
            _("“vidensbro import status” lists them."),
        )
    return found[0]
