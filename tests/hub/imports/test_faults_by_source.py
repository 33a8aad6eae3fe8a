"""What may go wrong with any source: a form that changes, identifiers that others use, shuffled and long files, two
imports at once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.hub.imports.conftest import SYSTEM
from tests.hub.imports.snapshot import snapshot
from tests.hub.imports.test_interruptions import empty  # noqa: F401 (fixture)
from tests.kit.sources.dumps import LONG, Item, dump, items, with_text
from tests.kit.sources.test_bad_dumps import CHANGES, TEN_MEGABYTES
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.errors import ImportStopped
from vidensbro.hub.imports.models import ImportProblem, ImportRun, SourceRecord
from vidensbro.hub.imports.services import run_import
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.matches import indexing
from vidensbro.kit.sources import SOURCES

ROOT = Path(__file__).parents[3]
PUBLIC = [source for source in SOURCES if source != "plain"]
FIRST = {source: (change, field) for source, change, field in reversed(CHANGES)}


@pytest.mark.django_db
@pytest.mark.parametrize("source", PUBLIC)
def test_a_changed_form_stops_the_import_names_the_field_and_harms_nothing(
    source: str, tmp_path: Path
) -> None:
    run_import(SYSTEM, source, [dump(source, tmp_path, items(source, 30))])
    before = {**snapshot(), "problems": []}
    change, field = FIRST[source]
    folder = tmp_path / "changed"
    folder.mkdir()
    path = dump(source, folder, [change(item) for item in items(source, 30)])
    with pytest.raises(ImportStopped) as stopped:
        run_import(SYSTEM, source, [path])
    assert stopped.value.reason == "schema_changed"
    assert f"{field} (" in stopped.value.detail
    run = ImportRun.objects.latest("started")
    assert (run.state, run.counts["new"], run.counts["changed"]) == ("failed", 0, 0)
    assert ImportProblem.objects.get(run=run).field.rpartition(":")[2] == field
    assert {**snapshot(), "problems": []} == before


@pytest.mark.django_db
@pytest.mark.parametrize("source", PUBLIC)
def test_what_others_call_by_the_same_identifier_is_something_else(source: str, tmp_path: Path) -> None:
    run_import(SYSTEM, source, [dump(source, tmp_path, items(source, 3))])
    before = snapshot()
    taken = list(SourceRecord.objects.order_by("pk").values_list("kind", "source_id", "row"))
    texts: dict[str, list[Item]] = {"organisation": [], "person": [], "work": [], "offer": []}
    for number, (kind, key, _) in enumerate(taken):
        own: dict[str, Item] = {
            "organisation": {"id": key, "name": f"Own place {number}"},
            "person": {"id": key, "given_name": "Own", "family_name": f"Person{number}"},
            "work": {
                "id": key,
                "kind": "publication",
                "title": f"Own work number {number}",
                "language": "en",
            },
            "offer": {
                "id": key,
                "kind": "service",
                "title": f"Own offer {number}",
                "language": "en",
                "organisation": "me",
            },
        }
        texts[kind].append(own[kind])
    texts["organisation"].append({"id": "me", "name": "Ourselves"})
    files = []
    for kind, name in (
        ("organisation", "organisations"),
        ("person", "people"),
        ("work", "works"),
        ("offer", "offers"),
    ):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(texts[kind]), encoding="utf-8")
        files.append(path)
    run = run_import(SYSTEM, "plain", files)
    assert run.counts["new"] == len(taken) + 1
    for kind, key, row in taken:
        assert SourceRecord.objects.get(source=source, kind=kind, source_id=key).row == row
        assert SourceRecord.objects.get(source="plain", kind=kind, source_id=key).row != row
    after = snapshot()
    for table in ("organisations", "people", "works", "offers"):
        assert [row for row in before[table] if row not in after[table]] == []
        assert len(after[table]) == len(before[table]) + len(
            texts[table.removesuffix("s").replace("people", "person")]
        )


@pytest.mark.django_db
@pytest.mark.parametrize("source", SOURCES)
def test_the_order_of_a_dump_and_doubles_in_it_change_no_row(source: str, tmp_path: Path) -> None:
    some = items(source, 12)
    run_import(SYSTEM, source, [dump(source, tmp_path, some)])
    before = {**snapshot(), "problems": []}
    doubled = [*some, *some[::3]]
    random.Random(3).shuffle(doubled)
    folder = tmp_path / "again"
    folder.mkdir()
    run = run_import(SYSTEM, source, [dump(source, folder, doubled)])
    assert (run.counts["new"], run.counts["changed"]) == (0, 0)
    assert {**snapshot(), "problems": []} == before


@pytest.mark.django_db
@pytest.mark.parametrize("source", sorted(LONG))
def test_ten_megabytes_are_imported_and_indexed_or_told(source: str, tmp_path: Path) -> None:
    some = items(source, 3)
    some[1] = with_text(source, some[1], "seaweed " * (TEN_MEGABYTES // 8))
    run = run_import(SYSTEM, source, [dump(source, tmp_path, some)])
    assert run.state == "done"
    kept = [model for model in (Organisation, Person, Work, Offer) if model.objects.exists()]
    chief = max(kept, key=lambda model: model.objects.count())
    assert chief.objects.count() in {2, 3}
    if chief.objects.count() == 2:
        assert run.counts["bad"] >= 1
    indexing.index_build()
    assert indexing.index_verify().agrees


IMPORTING = """
import sys, time, django
django.setup()
from pathlib import Path
from tests.hub.imports.conftest import SYSTEM
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.imports.services import run_import, running
running.BATCH = 1
source, path, sign, go = sys.argv[1:]

def told(done, total, counts):
    Path(sign).touch()
    while not Path(go).exists():
        time.sleep(0.05)

try:
    run = run_import(SYSTEM, source, [Path(path)], told)
    print(run.state, run.counts["new"])
except Conflict as error:
    print(error.reason)
"""


def test_two_imports_at_once_in_two_processes(empty: Path, tmp_path: Path) -> None:  # noqa: F811
    environment = {
        **os.environ,
        "VIDENSBRO_DATA": str(empty),
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "VIDENSBRO_EMBEDDER": "none",
    }
    environment.pop("VIDENSBRO_DATABASE_URL", None)
    sign, go = tmp_path / "begun", tmp_path / "go"

    def start(source: str) -> subprocess.Popen[str]:
        path = dump(source, tmp_path, items(source, 4))
        command = [sys.executable, "-c", IMPORTING, source, str(path), str(sign), str(go)]
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    first = start("plain")
    until = time.monotonic() + 120
    while not sign.exists():
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    second = start("cvr")
    out, errors = second.communicate(timeout=120)
    assert out.split() == ["import_running"], errors
    go.touch()
    out, errors = first.communicate(timeout=240)
    assert out.split() == ["done", "4"], errors
    third = start("cvr")
    out, errors = third.communicate(timeout=120)
    assert out.split() == ["done", "4"], errors
