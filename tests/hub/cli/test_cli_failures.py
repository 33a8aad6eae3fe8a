"""Known errors as messages, unknown ones as a log."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError
from django.utils import translation

from tests.hub.cli.command import run
from vidensbro.hub.cli import exits
from vidensbro.hub.common.data import DataBusy
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound, Unavailable
from vidensbro.hub.imports.errors import ImportStopped
from vidensbro.kit.matching.errors import IndexDamaged, IndexLocked


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), exits.STORAGE, "/data/x"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), exits.STORAGE, "full"),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), exits.STORAGE, "/data"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "x.csv"), exits.FAILED, "no x.csv"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/tmp"), exits.FAILED, "/tmp is a folder"),
        (FileExistsError(errno.EEXIST, "File exists", "/data"), exits.FAILED, "/data is a file"),
        (KeyboardInterrupt(), exits.INTERRUPTED, "Interrupted"),
        (exits.CommandError("What.", "Do.", 9), 9, "What."),
        (NotFound("need", "7"), exits.FAILED, "“7” is not here"),
        (NotFound("organisation", "fjord"), exits.FAILED, "no organisation “fjord”"),
        (NotFound("subject", "a@example.org"), exits.FAILED, "the address or the identifier “a@example.org”"),
        (Denied("administrator_only"), exits.FAILED, "administrators"),
        (Conflict("last_administrator"), exits.FAILED, "administrator"),
        (Invalid({"text": ("required",)}), exits.WRONG_USE, "text"),
        (Invalid({"email": ("invalid",)}), exits.WRONG_USE, "e-mail address"),
        (Unavailable("index_locked", "in use"), exits.BUSY, "another process"),
        (Unavailable("index_damaged", "no"), exits.STORAGE, "damaged"),
        (ImportStopped("disk_full", "No space"), exits.STORAGE, "No space"),
        (DataBusy("/data/.lock"), exits.BUSY, "/data/.lock"),
        (ImproperlyConfigured("VIDENSBRO_PORT must be"), exits.WRONG_USE, "VIDENSBRO_PORT"),
        (OperationalError("database is locked"), exits.BUSY, "locked"),
        (OperationalError("database or disk is full"), exits.STORAGE, "full"),
        (sqlite3.DatabaseError("file is not a database"), exits.STORAGE, "damaged"),
        (IndexLocked("held by 12", process="12", folder="x"), exits.BUSY, "held by 12"),
        (IndexDamaged("broken"), exits.STORAGE, "broken"),
    ],
)
def test_a_known_error_is_explained(error: BaseException, code: int, told: str) -> None:
    with translation.override("en"):
        failure = exits.explain(error)
    assert failure is not None
    assert failure.code == code
    assert told in f"{failure.what} {failure.advice}"


def test_an_unknown_error_is_not_explained_away() -> None:
    assert exits.explain(ZeroDivisionError()) is None


def test_a_bug_leaves_a_log_and_a_short_message(tmp_path) -> None:
    import subprocess
    import sys

    from tests.hub.cli.command import environment

    program = (
        "from vidensbro.hub.cli.commands import version\n"
        "def broken():\n    raise ZeroDivisionError('seven')\n"
        "version.versions = broken\n"
        "from vidensbro.hub.cli.main import main\nimport sys\nmain(sys.argv[1:])\n"
    )
    (tmp_path / "data").mkdir()

    def told(*more: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", program, "version", *more]
        return subprocess.run(
            line, env=environment(tmp_path / "data"), capture_output=True, text=True, check=False
        )

    short = told()
    assert short.returncode == exits.UNEXPECTED
    assert "seven" in short.stderr
    assert "Traceback" not in short.stderr
    log = (tmp_path / "data" / "log" / "errors.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError: seven" in log
    assert "Traceback" in told("--debug").stderr


def test_a_wrong_setting_is_named(tmp_path) -> None:
    done = run(tmp_path / "data", "index", "status", env={"VIDENSBRO_THEME_COLOUR": "teal"})
    assert done.code == exits.WRONG_USE
    assert "VIDENSBRO_THEME_COLOUR" in done.err


def test_a_data_folder_that_cannot_be_made(tmp_path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run(tmp_path / "file" / "data", "index", "status")
    assert done.code in {exits.FAILED, exits.STORAGE}
    assert str(tmp_path / "file") in done.err.replace("\n", "")
    assert "Traceback" not in done.err


def test_the_reader_may_leave_early(tmp_path) -> None:
    import subprocess

    from tests.hub.cli.command import COMMAND, environment

    line = f"{' '.join(COMMAND)} import template works | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line], env=environment(tmp_path / "data"), capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "0"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("version <&-", "0"),
        ("version >&-", "0"),
        ("import template works 2>&-", "0"),
        ("match --file - <&-", str(exits.WRONG_USE)),
        ("newsroom bounces - <&-", "0"),
    ],
)
def test_a_standard_stream_may_be_closed(tmp_path, line: str, code: str) -> None:
    import subprocess

    from tests.hub.cli.command import COMMAND, environment

    done = subprocess.run(
        ["bash", "-c", f"({' '.join(COMMAND)} {line}); echo rc $?"],
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == f"rc {code}", done.stderr
    assert "Error:" not in done.stderr
