"""An import that is killed or runs out of disk goes on where it stopped, and ends with the same rows."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.hub.imports.conftest import SYSTEM, author, lines, organisation, relation, work, world
from tests.hub.imports.snapshot import snapshot
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.imports.errors import ImportStopped
from vidensbro.hub.imports.models import ImportRun
from vidensbro.hub.imports.services import resume_import, run_import, running

ROOT = Path(__file__).parents[3]
CHILD = """
import json, os, signal, sys
from pathlib import Path
import django
django.setup()
from django.db import connection
from vidensbro.hub.common.data import prepare
prepare()
from tests.hub.imports.conftest import SYSTEM
from tests.hub.imports.snapshot import snapshot
from vidensbro.hub.imports.services import run_import, running
running.BATCH = 7
source, limit, *paths = sys.argv[1:]
left = int(limit)

def die(execute, sql, params, many, context):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

if paths:
    with connection.execute_wrapper(die):
        run = run_import(SYSTEM, source, [Path(path) for path in paths])
    print(json.dumps({"rows": snapshot(), "counts": run.counts}, default=str))
"""


def child(data: Path, source: str, limit: int, *paths: Path) -> subprocess.CompletedProcess[str]:
    settings = {"VIDENSBRO_DATA": str(data), "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings"}
    environment = {
        **os.environ,
        **settings,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "VIDENSBRO_EMBEDDER": "none",
    }
    environment.pop("VIDENSBRO_DATABASE_URL", None)
    command = [sys.executable, "-c", CHILD, source, str(limit), *map(str, paths)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been made ready once."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    done = child(folder, "ror", 0)
    assert done.returncode == 0, done.stderr
    return folder


def works() -> list[dict[str, object]]:
    return [
        work(n, author(n % 5, f"Person {n % 5}"), author(10 + n, "Asta E", place=n % 3)) for n in range(1, 41)
    ]


def killed_and_resumed(
    tmp_path: Path, empty: Path, source: str, paths: list[Path], limits: list[int]
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(empty, whole)
    undisturbed = child(whole, source, 0, *paths)
    assert undisturbed.returncode == 0, undisturbed.stderr
    for limit in limits:
        broken = tmp_path / f"broken-{limit}"
        shutil.copytree(empty, broken)
        assert child(broken, source, limit, *paths).returncode == -signal.SIGKILL
        resumed = child(broken, source, 0, *paths)
        assert resumed.returncode == 0, resumed.stderr
        assert json.loads(resumed.stdout) == json.loads(undisturbed.stdout), limit


def test_a_kill_while_works_are_imported(tmp_path: Path, empty: Path) -> None:
    path = lines(tmp_path / "w.jsonl", *works())
    path.write_text(path.read_text().replace('"W9"', '"W9').replace("W12", "X12"))
    killed_and_resumed(tmp_path, empty, "openalex", [path], [9, 80])


def test_a_kill_while_plain_files_are_imported(tmp_path: Path, empty: Path) -> None:
    killed_and_resumed(tmp_path, empty, "plain", world(tmp_path), [60])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("VIDENSBRO_TEST_DATABASE" in os.environ, reason="only SQLite can be given a small disk")
def test_a_full_disk_stops_the_import_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 20)
    path = lines(
        tmp_path / "w.jsonl", *(work(n, author(n, f"Person {n}"), title="x" * 3000) for n in range(1, 200))
    )
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        roomy = cursor.execute("PRAGMA max_page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 80}")
    with pytest.raises(ImportStopped) as stopped:
        run_import(SYSTEM, "openalex", [path])
    assert stopped.value.reason == "disk_full"
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {roomy}")
    half = ImportRun.objects.get()
    assert half.state in {"interrupted", "running"}
    assert 0 < half.counts["new"] < 199
    run = run_import(SYSTEM, "openalex", [path])
    assert run.pk == half.pk
    assert (run.state, run.counts["new"]) == ("done", 199)


@pytest.mark.django_db
def test_the_size_of_batches_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [organisation(n, relationships=[relation("parent", (n + 1) % 4)]) for n in range(4)]
    found = []
    for size in (1, 3, 1000):
        monkeypatch.setattr(running, "BATCH", size)
        with pytest.MonkeyPatch.context(), transaction_undone():
            run_import(SYSTEM, "ror", [lines(tmp_path / "ror.jsonl", *records)])
            run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", *works())])
            found.append(snapshot())
    assert found[0] == found[1] == found[2]


def transaction_undone():
    """Within the block the database is changed, after it it is as before."""
    from contextlib import contextmanager

    from django.db import transaction

    @contextmanager
    def undone():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return undone()


@pytest.mark.django_db
def test_an_interrupted_run_is_taken_up_by_its_identifier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 5)
    path = lines(tmp_path / "w.jsonl", *works())
    told = []

    def interrupt(done, total, counts):
        told.append((done, total, counts["new"]))
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(SYSTEM, "openalex", [path], interrupt)
    run = ImportRun.objects.get()
    assert (run.state, run.counts["new"], told[2][2]) == ("interrupted", 15, 15)
    assert 0 < run.percent < 100
    run = resume_import(SYSTEM, run.pk)
    assert (run.state, run.counts["new"], run.percent) == ("done", 40, 100)
    assert run.rate > 0
    with pytest.raises(Conflict, match="import_done"):
        resume_import(SYSTEM, run.pk)


@pytest.mark.django_db
def test_changed_files_are_read_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 5)
    path = lines(tmp_path / "w.jsonl", *works())

    def interrupt(done, total, counts):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(SYSTEM, "openalex", [path], interrupt)
    lines(path, *works()[:7])
    with pytest.raises(Conflict, match="files_changed"):
        resume_import(SYSTEM, ImportRun.objects.get().pk)
    run = run_import(SYSTEM, "openalex", [path])
    assert ImportRun.objects.count() == 2
    assert run.counts == {"new": 2, "changed": 0, "unchanged": 5, "bad": 0, "notices": 0}


@pytest.mark.django_db
def test_progress_ends_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BATCH", 3)
    told = []
    paths = world(tmp_path)
    run_import(SYSTEM, "plain", paths, lambda done, total, counts: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1] >= sum(path.stat().st_size for path in paths)
