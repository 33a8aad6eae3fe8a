"""The doctor finds what is not well, and says how to mend it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.hub.cli.command import run, write_district

pytestmark = pytest.mark.xdist_group("cli_doctor")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """An installation that is well."""
    base = tmp_path_factory.mktemp("doctor")
    assert run(base / "data", "import", "plain", write_district(base / "district")).code == 0
    return base / "data"


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to do harm to."""
    return Path(shutil.copytree(whole, tmp_path / "data"))


def findings(data: Path, **env: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and what was found, by name."""
    done = run(data, "doctor", "--json", env=env)
    return done.code, {one["name"]: one for one in done.json}


def test_a_whole_installation_is_well(data: Path) -> None:
    code, found = findings(data)
    assert code == 0
    assert {one["state"] for one in found.values()} == {"good", "warning"}
    assert found["Index"]["state"] == "good"
    assert found["Worker"]["state"] == "warning"
    assert "vidensbro worker" in found["Worker"]["mend"]
    told = run(data, "doctor")
    assert told.code == 0
    assert "All is well" in told.out


def test_a_key_that_others_can_read(data: Path) -> None:
    (data / "secret-key").chmod(0o644)
    code, found = findings(data)
    assert (code, found["Secret key"]["state"]) == (1, "bad")
    assert found["Secret key"]["mend"] == f"chmod 600 {data / 'secret-key'}"


def test_an_index_that_is_gone(data: Path) -> None:
    shutil.rmtree(data / "index")
    code, found = findings(data)
    assert (code, found["Index"]["mend"]) == (1, "vidensbro index build")
    assert run(data, "index", "build").code == 0
    assert findings(data)[0] == 0


def test_a_damaged_database(data: Path) -> None:
    (data / "db.sqlite3-wal").unlink(missing_ok=True)
    path = data / "db.sqlite3"
    content = bytearray(path.read_bytes())
    content[:100] = b"x" * 100
    path.write_bytes(content)
    code, found = findings(data)
    assert (code, found["Database"]["state"]) == (1, "bad")
    assert "backup" in found["Database"]["mend"]
    danish = {one["name"] for one in run(data, "--lang", "da", "doctor", "--json").json}
    assert {"Database", "Indeks", "Udbakke"} <= danish
    assert "Outbox" not in danish


def test_a_model_that_is_not_there(data: Path) -> None:
    code, found = findings(data, VIDENSBRO_EMBEDDER="folder:/nowhere")
    assert (code, found["Language model"]["state"]) == (1, "bad")


def test_an_empty_place_is_made_ready_and_well(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    done = run(tmp_path / "new", "index", "status")
    assert done.code == 0
    assert findings(tmp_path / "new")[0] == 0
