"""What an installed package needs is in the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import vidensbro

PACKAGE = Path(vidensbro.__file__).parent
ROOT = PACKAGE.parents[1]
NOT_SHIPPED = {"__pycache__"}


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> set[str]:
    """Names of the files in a wheel that is built here."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        return set(wheel.namelist())


def files(folder: Path, called: str) -> set[str]:
    """What lies in a folder of the tree, by the name that it has in the wheel."""
    return {
        f"{called}/{path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.relative_to(folder).parts)
    }


@pytest.mark.parametrize(
    ("folder", "called"),
    [(PACKAGE, "vidensbro"), (ROOT / "examples", "vidensbro/examples"), (ROOT / "evals", "evals")],
)
def test_everything_is_in_the_wheel(names: set[str], folder: Path, called: str) -> None:
    """Also what is made rather than written: compiled translations and the vendors' static files."""
    wanted = files(folder, called)
    assert wanted
    assert wanted - names == set()


def test_nothing_else_is_in_the_wheel(names: set[str]) -> None:
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"vidensbro", "evals"}
