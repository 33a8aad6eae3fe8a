"""On a file system that is really full, downloads, imports and builds of the index stop, and later go on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hub.imports.filling import WORKS
from tests.hub.imports.test_interruptions import empty  # noqa: F401 (fixture)

ROOT = Path(__file__).parents[3]
ASIDE = ["unshare", "--user", "--map-root-user", "--mount"]
"""A name space in which a file system may be mounted, and which goes with its process."""


def can_mount() -> bool:
    """Whether this machine lets anybody have such a name space."""
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(
        [*ASIDE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False, timeout=30
    )
    return tried.returncode == 0


@pytest.fixture(scope="module")
def filled(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:  # noqa: F811
    """What happened on a file system of 24 MB."""
    if not can_mount():
        pytest.skip("no file system can be mounted here; RLIMIT_FSIZE stands for it in other tests")
    place = tmp_path_factory.mktemp("full")
    shutil.copytree(empty, place / "empty")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "VIDENSBRO_EMBEDDER": "none",
        "NO_PROXY": "127.0.0.1",
    }
    environment.pop("VIDENSBRO_DATABASE_URL", None)
    done = subprocess.run(
        [*ASIDE, sys.executable, "-m", "tests.hub.imports.filling", str(place), "24m"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_download_says_so_and_goes_on(filled: dict[str, Any]) -> None:
    assert filled["download"] == {"code": "storage", "there": False, "whole": True}


def test_an_import_stops_between_batches_and_goes_on(filled: dict[str, Any]) -> None:
    found = filled["import"]
    assert found["reason"] == "disk_full"
    assert 0 < found["half"] == found["rows"] < WORKS - 1
    assert (found["state"], found["new"], found["runs"]) == ("done", WORKS - 1, 1)


def test_a_build_of_the_index_stops_and_goes_on(filled: dict[str, Any]) -> None:
    found = filled["index"]
    assert (found["reason"], found["built"]) == ("index_storage", True)
    assert "no room left" in found["text"]
    assert found["kept"] == 1


def test_an_update_of_the_index_waits_for_room_and_searches_go_on(filled: dict[str, Any]) -> None:
    found = filled["index"]
    assert found["update"] == {"done": 0, "died": 0, "open": True}
    assert found["searchable"] > WORKS
    assert found["followed"]
