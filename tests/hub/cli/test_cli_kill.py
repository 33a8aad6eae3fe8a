"""An import that is killed and taken up again."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.hub.cli.command import end, run, start, wait_for

MANY = 3000
LONG = 20_000
"""Enough that a busy machine has time to stop it on the way."""


def many_organisations(path: Path, many: int = MANY) -> Path:
    """A file that takes a few seconds to import."""
    lines = ["id,name,kind,city,country"]
    lines += [f"o{number},Eksempel {number} ApS,company,Odense,DK" for number in range(many)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def stored(data: Path) -> int:
    """How many organisations there are."""
    path = data / "db.sqlite3"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
        try:
            return int(database.execute("SELECT count(*) FROM directory_organisation").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def test_a_killed_import_goes_on_where_it_stopped(tmp_path: Path) -> None:
    data, path = tmp_path / "data", many_organisations(tmp_path / "organisations.csv")
    process = start(data, "import", "plain", path, log=tmp_path / "log")
    wait_for(lambda: stored(data) > 0)
    end(process, signal.SIGKILL)
    before = stored(data)
    assert 0 < before < MANY
    (interrupted,) = run(data, "import", "status", "--json").json
    assert interrupted["state"] != "done"
    done = run(data, "import", "resume", interrupted["id"], "--no-index", "--json")
    assert done.code == 0, done.err
    assert (done.json["state"], stored(data)) == ("done", MANY)
    # What was read before the kill was not read again.
    assert done.json["counts"]["new"] == MANY
    assert done.json["counts"]["unchanged"] == 0


def test_a_stopped_import_is_taken_up_by_the_same_command(tmp_path: Path) -> None:
    data, path = tmp_path / "data", many_organisations(tmp_path / "organisations.csv", LONG)
    process = start(data, "import", "plain", path, log=tmp_path / "log")
    wait_for(lambda: stored(data) > 0)
    assert end(process, signal.SIGINT) == 130
    assert "goes on from there" in (tmp_path / "log").read_text(encoding="utf-8").replace("\n", " ")
    assert 0 < stored(data) < LONG
    done = run(data, "import", "plain", path, "--no-index", "--json")
    assert (done.code, stored(data)) == (0, LONG)
    listed = run(data, "import", "status", "--json").json
    assert [one["id"] for one in listed] == [done.json["id"]]


def test_a_district_that_was_cut_short_is_completed_by_run(tmp_path: Path) -> None:
    """The note in the data folder says which one, whatever is asked for the second time."""
    data = tmp_path / "data"
    (tmp_path / "small").mkdir()
    many_organisations(tmp_path / "small" / "organisations.csv")
    assert run(data, "index", "status").code == 0
    note = json.dumps({"name": str(tmp_path / "small"), "whole": False})
    (data / "district.json").write_text(note, encoding="utf-8")
    process = start(data, "run", "--district", "none", "--port", "0", log=tmp_path / "log")
    try:
        wait_for(lambda: "Ctrl-C" in (tmp_path / "log").read_text(encoding="utf-8"), 120)
    finally:
        end(process)
    assert stored(data) == MANY
    assert json.loads((data / "district.json").read_text(encoding="utf-8"))["whole"] is True
