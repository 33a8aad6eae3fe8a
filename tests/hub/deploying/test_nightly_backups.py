"""Which backups stay, and that what was backed up by the timer's script can be restored by the drill's."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hub.cli.command import environment, run, write_district
from tests.hub.deploying.two_sites import database, environment_path

BACKUP = Path(__file__).resolve().parents[3] / "deploy" / "backup"
sys.path.insert(0, str(BACKUP))

import drill  # noqa: E402
import nightly  # noqa: E402

pytestmark = pytest.mark.xdist_group("deploying")
MOMENTS = st.lists(
    st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2028, 12, 31)).map(
        lambda one: one.replace(microsecond=0, tzinfo=dt.UTC)
    ),
    unique=True,
    max_size=60,
)


@given(MOMENTS)
def test_the_newest_always_stays_and_the_number_is_bounded(moments: list[dt.datetime]) -> None:
    stay = nightly.kept(moments, 7, 5, 12)
    assert stay <= set(moments)
    assert len(stay) <= 7 + 5 + 12
    if moments:
        assert max(moments) in stay


@given(MOMENTS)
def test_rotating_again_removes_nothing_more(moments: list[dt.datetime]) -> None:
    stay = nightly.kept(moments, 7, 5, 12)
    assert nightly.kept(stay, 7, 5, 12) == stay


def test_a_year_of_nights() -> None:
    """Counted by hand for nights up to Thursday 31 December 2026: seven days, five weeks' ends, twelve months' ends."""
    nights = [dt.datetime(2026, 1, 1, 2, tzinfo=dt.UTC) + dt.timedelta(days=day) for day in range(365)]
    stay = {one.date().isoformat() for one in nightly.kept(nights, 7, 5, 12)}
    days = {f"2026-12-{day}" for day in range(25, 32)}
    weeks = {"2026-12-31", "2026-12-27", "2026-12-20", "2026-12-13", "2026-12-06"}
    last = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
    months = {f"2026-{month:02}-{day}" for month, day in last.items()}
    assert stay == days | weeks | months


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    ours = [tmp_path / f"vidensbro-2020-01-0{day}T020000Z.tar.zst" for day in range(1, 10)]
    others = [tmp_path / "before-upgrade.tar.gz", tmp_path / "vidensbro-2020-01-01T020000Z.tar.zst.part"]
    for path in [*ours, *others]:
        path.write_bytes(b"")
    gone = nightly.rotate(tmp_path, days=2, weeks=0, months=0)
    assert gone == ours[:7]
    assert all(path.exists() for path in others)


def script(
    name: str, folder: Path, data: Path, *more: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a script of deploy/backup as its unit does: with the program's folder first on the path."""
    there = environment(data, **settings)
    there["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment_path()}"
    return subprocess.run(
        [sys.executable, str(BACKUP / name), str(folder), *more],
        env=there,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a backup that the timer's script has made, of an installation on SQLite."""
    base = tmp_path_factory.mktemp("nightly")
    assert run(base / "data", "import", "plain", write_district(base / "district"), "--no-index").code == 0
    done = script("nightly.py", base / "backup", base / "data")
    assert done.returncode == 0, done.stderr
    return base


def test_a_drill_restores_what_the_night_saved(installed: Path) -> None:
    done = script("drill.py", installed / "backup", installed / "data")
    assert done.returncode == 0, done.stderr
    assert '"agrees": true' in done.stderr
    assert '"compared": 0' not in done.stderr


def test_a_drill_leaves_a_search_cluster_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It builds an index of words alone: in the place of the site's own, nobody would find anything by meaning."""
    monkeypatch.setenv("VIDENSBRO_INDEX", "qdrant:http://search.example.org:6333#bro")
    monkeypatch.setenv("VIDENSBRO_DRILL_DATABASE_URL", "postgresql://search.example.org/drill")
    assert "VIDENSBRO_INDEX" not in drill.environment(tmp_path)


def test_a_drill_fails_for_a_backup_that_is_damaged_or_old(installed: Path, tmp_path: Path) -> None:
    [whole] = (installed / "backup").iterdir()
    (tmp_path / whole.name).write_bytes(whole.read_bytes()[:-300])
    damaged = script("drill.py", tmp_path, installed / "data")
    assert damaged.returncode == 1
    assert "restore" in damaged.stderr
    late = script("drill.py", installed / "backup", installed / "data", "--hours", "0")
    assert late.returncode == 1
    assert "hours old" in late.stderr
    (tmp_path / whole.name).unlink()
    assert script("drill.py", tmp_path, installed / "data").returncode == 1


def test_a_backup_that_fails_removes_nothing(tmp_path: Path) -> None:
    old = [tmp_path / f"vidensbro-2020-{month:02}-01T020000Z.tar.zst" for month in range(1, 13)]
    for path in old:
        path.write_bytes(b"")
    blocked = tmp_path / "no-folder"
    blocked.write_bytes(b"")
    done = script("nightly.py", tmp_path, blocked / "data", "--months", "1")
    assert done.returncode == 1
    assert all(path.exists() for path in old)


def test_a_drill_on_postgresql_takes_only_a_database_of_its_own(tmp_path: Path) -> None:
    with database() as address:
        live, spare = (address.replace("/postgres?", f"/{name}?") for name in ("live", "drill"))
        assert live != address
        made = subprocess.run(
            ["psql", address, "-c", "CREATE DATABASE live", "-c", "CREATE DATABASE drill"],
            env={**os.environ, "PATH": environment_path()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        settings = {"VIDENSBRO_DATABASE_URL": live}
        district = write_district(tmp_path / "district")
        assert run(tmp_path / "data", "import", "plain", district, "--no-index", env=settings).code == 0
        saved = script("nightly.py", tmp_path / "backup", tmp_path / "data", **settings)
        assert saved.returncode == 0, saved.stderr
        for wrong in ("", live):
            more = {**settings, "VIDENSBRO_DRILL_DATABASE_URL": wrong}
            refused = script("drill.py", tmp_path / "backup", tmp_path / "data", **more)
            assert (refused.returncode, "for the drill alone" in refused.stderr) == (1, True)
        more = {**settings, "VIDENSBRO_DRILL_DATABASE_URL": spare}
        # Twice: the second finds what the first has left in the database.
        for _ in range(2):
            done = script("drill.py", tmp_path / "backup", tmp_path / "data", **more)
            assert done.returncode == 0, done.stderr
            assert '"agrees": true' in done.stderr
