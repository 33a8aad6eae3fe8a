"""Run as a program: does a step of an import in forked processes, each killed before one of its statements.

Every fork has a copy of one data folder. What a step ends with after a kill and another go must be what it ends with
undisturbed. Prints, as JSON, for each step the places where it was killed and whatever then differed.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

Step = Callable[[Path], None]

PLACES = {
    "load_new_works",
    "write_batch",
    "note",
    "make_links",
    "propose_people",
    "propose_works",
    "join_certain",
    "_join",
    "_carry_on",
    "merge",
    "undo_merge",
    "_undo",
    "_finish",
    "put_index_in_step",
    "refresh_open_needs",
}
"""Functions of which it is said that a kill struck within them."""


def use(folder: Path) -> None:
    """Let this process work on another data folder."""
    from django.conf import settings
    from django.db import connections

    from vidensbro.hub.matches import engine

    connections.close_all()
    settings.VIDENSBRO_DATA = folder
    for one in connections.all():
        one.settings_dict["NAME"] = str(folder / "db.sqlite3")
    engine.forget()


@contextmanager
def watched(at: int, told: list[tuple[str, ...]]) -> Iterator[None]:
    """Note for each statement, and each change of a file of the index, within what it happens; die before one."""
    from django.db import connection

    from vidensbro.kit.matching.embedded import files, writer

    def here() -> None:
        frame: FrameType | None = sys._getframe(2)
        names = set()
        while frame:
            names.add(frame.f_code.co_name)
            frame = frame.f_back
        told.append(tuple(sorted(names & PLACES)))
        if len(told) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Any, *given: Any) -> Any:
        here()
        return execute(*given)

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            here()
            return real(*given, **named)

        return call

    os.fsync, os.replace = dying(os.fsync), dying(os.replace)
    files.AppendFile.append = dying(files.AppendFile.append)  # type: ignore[method-assign]
    writer.write_whole = dying(writer.write_whole)  # type: ignore[attr-defined]
    with connection.execute_wrapper(statement):
        yield


def forked(folder: Path, step: Step, at: int = 0) -> Any:
    """What `step` ends with in a process of its own; None when that was killed, as `at` wants."""
    answer = folder.with_suffix(".json")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            use(folder)
            told: list[tuple[str, ...]] = []
            with watched(at, told):
                step(folder.parent)
            answer.write_text(json.dumps({"state": state(), "told": told}, default=str), encoding="utf-8")
            code = 0
        except Exception:
            logging.getLogger(__name__).exception("the step failed")
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return None
    if os.WEXITSTATUS(status):
        raise SystemExit(f"the step failed by itself, killed before {at}")
    return json.loads(answer.read_text(encoding="utf-8"))


def state() -> dict[str, Any]:
    """All rows that imports write, and what the index then says of them."""
    from tests.hub.imports.snapshot import snapshot
    from vidensbro.hub.imports.models import ImportChange, ImportRun, Merge
    from vidensbro.hub.matches import indexing

    rows = snapshot()
    indexing.catch_up()
    verified = indexing.index_verify()
    runs = ImportRun.objects.all()
    changes = ImportChange.objects.values_list("kind", "made", "undone", "run__source")
    return {
        **rows,
        "merges": sorted(
            map(repr, [(one.kind, one.automatic, one.undone is None) for one in Merge.objects.all()])
        ),
        "runs": sorted(repr((one.source, one.state, one.counts, one.undone is None)) for one in runs),
        "journal": sorted(map(repr, changes)),
        "index": [verified.agrees, verified.compared],
    }


def tried(folder: Path, start: Path, step: Step) -> dict[str, Any]:
    """Kill the step in the first, the middle and the last statement of every place; what differed afterwards."""

    def fresh(name: str) -> Path:
        return Path(shutil.copytree(start, folder / name))

    whole = forked(fresh("whole"), step)
    within: dict[str, list[int]] = defaultdict(list)
    for number, names in enumerate(whole["told"], 1):
        for name in names:
            within[name].append(number)
    differing: list[Any] = []
    for at in sorted({some[place] for some in within.values() for place in (0, len(some) // 2, -1)}):
        broken = fresh(f"at-{at}")
        if forked(broken, step, at) is not None:
            continue
        again = forked(broken, step)["state"]
        differing += [(at, name) for name, rows in whole["state"].items() if again[name] != rows]
        shutil.rmtree(broken)
    return {"places": sorted(within), "statements": len(whole["told"]), "differing": differing}


def import_own(folder: Path) -> None:
    """An import of own files, which makes links, changes, and joins a person by itself."""
    from tests.hub.imports.conftest import SYSTEM
    from vidensbro.hub.imports.services import run_import

    own = folder.parent / "own"
    run_import(SYSTEM, "plain", [own / f"{name}.json" for name in ("organisations", "people", "works")])


def import_works(folder: Path) -> None:
    """An import of works, most of them by the fast way."""
    from tests.hub.imports.conftest import SYSTEM
    from vidensbro.hub.imports.services import run_import

    run_import(SYSTEM, "openalex", [folder.parent / "more.jsonl"])


def follow(folder: Path) -> None:
    """The index follows the database."""
    from vidensbro.hub.outbox.services import drain, take_over

    take_over("index.update")
    drain(["index.update"])


def merge_two(folder: Path) -> None:
    """Somebody decides that two are one."""
    from tests.hub.imports.conftest import SYSTEM
    from vidensbro.hub.imports.models import MergeProposal
    from vidensbro.hub.imports.services import merge

    if open_one := MergeProposal.objects.filter(state="open").first():
        merge(SYSTEM, open_one.pk)


def part_again(folder: Path) -> None:
    """A merge is taken back."""
    from tests.hub.imports.conftest import SYSTEM
    from vidensbro.hub.imports.models import Merge
    from vidensbro.hub.imports.services import undo_merge

    if made := Merge.objects.filter(undone__isnull=True).order_by("at").last():
        undo_merge(SYSTEM, made.pk)


def undo_own(folder: Path) -> None:
    """An import is taken back, with what it joined by itself."""
    from tests.hub.imports.conftest import SYSTEM
    from vidensbro.hub.imports.models import ImportRun
    from vidensbro.hub.imports.services import undo_import

    run = ImportRun.objects.get(source="plain")
    if run.undone is None:
        undo_import(SYSTEM, run.pk)


def prepared(folder: Path) -> dict[str, Path]:
    """Data folders to begin with: before an import, and after it."""
    from django.db import connections

    from tests.hub.imports.conftest import author, lines, work
    from tests.hub.imports.test_certain_merges import own_files, published
    from vidensbro.hub.common.data import prepare
    from vidensbro.hub.matches import indexing

    beside = author(9, "Carla Tredje", orcid="0000-0002-1825-0097")
    named = [work(n, author(10 + n, f"Person {n}"), beside) for n in range(2, 10)]
    shared = work(20, author(30, "Dora Fjerde"), beside)
    alike = work(21, author(31, "D. Fjerde", orcid="0000-0001-5109-3700"), beside)
    lines(folder / "more.jsonl", *named, shared, alike)
    # Written once: files that have changed are not gone on with.
    own_files(folder)
    before = folder / "before"
    use(before)
    prepare()
    published(folder)
    indexing.catch_up()
    connections.close_all()
    after = Path(shutil.copytree(before, folder / "after"))
    use(after)
    import_works(after)
    import_own(after)
    connections.close_all()
    return {"before": before, "after": after}


STEPS: dict[str, tuple[str, Step]] = {
    "import": ("before", import_own),
    "bulk": ("before", import_works),
    "index": ("after", follow),
    "merge": ("after", merge_two),
    "part": ("after", part_again),
    "undo": ("after", undo_own),
}


def main(folder: Path) -> None:
    """Try every step."""
    import django

    django.setup()
    from vidensbro.hub.imports.services import running, undoing

    running.BATCH, undoing.BATCH = 3, 2
    starts = prepared(folder)
    found = {}
    for name, (start, step) in STEPS.items():
        place = folder / name
        place.mkdir()
        # Paths of files belong to a run: every copy reads the same ones.
        found[name] = tried(place, starts[start], step)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
