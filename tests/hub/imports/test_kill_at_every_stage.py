"""After a kill within any stage of an import, of its index, a merge or an undo, a second go ends the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hub.imports.killing import STEPS

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of killing every step at many places."""
    folder = tmp_path_factory.mktemp("killed")
    environment = {
        **os.environ,
        "VIDENSBRO_DATA": str(folder / "before"),
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "VIDENSBRO_EMBEDDER": "none",
    }
    environment.pop("VIDENSBRO_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.hub.imports.killing", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


REACHED = {
    "import": {
        "write_batch",
        "note",
        "make_links",
        "propose_people",
        "propose_works",
        "join_certain",
        "_join",
    },
    "bulk": {"write_batch", "load_new_works", "propose_people"},
    "index": {"put_index_in_step", "refresh_open_needs"},
    "merge": {"merge"},
    "part": {"undo_merge"},
    "undo": {"_undo", "_finish", "undo_merge"},
}


@pytest.mark.parametrize("step", STEPS)
def test_a_second_go_ends_as_if_there_had_been_no_kill(tried: dict[str, Any], step: str) -> None:
    assert set(tried[step]["places"]) >= REACHED[step]
    assert tried[step]["statements"] > 5
    assert tried[step]["differing"] == []
