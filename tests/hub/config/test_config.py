"""Settings come from the environment; an empty data folder is made ready once, by whoever comes first."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.test import Client

import vidensbro.hub
from vidensbro.hub.common.data import secret_key

HUB = Path(vidensbro.hub.__file__).parent
ROOT = Path(__file__).parents[3]


def run(folder: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own with nothing but these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIDENSBRO_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={
            **kept,
            "VIDENSBRO_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


PREPARE = "import django; django.setup(); from vidensbro.hub.common.data import prepare; print(prepare())"


def test_an_empty_folder_is_made_ready_once(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    first, second = run(folder, PREPARE), run(folder, PREPARE)
    assert (first.stdout.strip(), second.stdout.strip()) == ("True", "False"), first.stderr + second.stderr
    assert {path.name for path in folder.iterdir()} >= {"db.sqlite3", "index", "model", "media", "secret-key"}
    key = folder / "secret-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 50
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with sqlite3.connect(folder / "db.sqlite3") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_threads_that_ask_for_the_first_key_at_once_get_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIDENSBRO_SECRET_KEY", raising=False)
    for number in range(20):
        monkeypatch.setenv("VIDENSBRO_DATA", str(tmp_path / str(number)))
        start = threading.Barrier(8)

        def ask(_: int, start: threading.Barrier = start) -> str:
            start.wait()
            return secret_key()

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(ask, range(8)))) == 1


def test_many_at_once_make_it_ready_together(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIDENSBRO_")}
    environment = {
        **kept,
        "VIDENSBRO_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    code = PREPARE + "; from django.conf import settings; print(settings.SECRET_KEY)"
    running = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = [process.communicate(timeout=120)[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len({key for _, key in told}) == 1


def test_a_database_from_the_future_is_left_alone(tmp_path: Path) -> None:
    run(tmp_path, PREPARE)
    with sqlite3.connect(tmp_path / "db.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('needs', '0099_later', '2027-01-01')"
        )
    told = run(tmp_path, PREPARE)
    assert told.returncode != 0
    assert "newer than this version" in told.stderr


def test_reading_the_settings_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    told = run(folder, "import django; django.setup()")
    assert told.returncode == 0, told.stderr
    assert not folder.exists()


SHOW = (
    "import json, django; from django.conf import settings as s; django.setup();"
    "print(json.dumps({n: getattr(s, n) for n in "
    "['DEBUG','ALLOWED_HOSTS','SESSION_COOKIE_SECURE','SECURE_SSL_REDIRECT','SECURE_HSTS_SECONDS',"
    "'LANGUAGE_CODE','TIME_ZONE','VIDENSBRO_HOME_COUNTRY']} | {'engine': s.DATABASES['default']['ENGINE'],"
    "'theme': s.VIDENSBRO_THEME.name, 'key': str(s.SECRET_KEY)}))"
)


def test_safe_when_nothing_is_set(tmp_path: Path) -> None:
    shown = json.loads(run(tmp_path, SHOW).stdout)
    assert shown["DEBUG"] is False
    assert shown["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert (shown["LANGUAGE_CODE"], shown["TIME_ZONE"]) == ("da", "Europe/Copenhagen")
    assert shown["engine"].endswith("sqlite3")


def test_what_is_set_counts(tmp_path: Path) -> None:
    told = run(
        tmp_path,
        SHOW,
        VIDENSBRO_BASE_URL="https://bro.example.org/",
        VIDENSBRO_DATABASE_URL="postgresql://u:p@localhost/x",
        VIDENSBRO_SECRET_KEY="k" * 50,
        VIDENSBRO_LANGUAGE="en",
        VIDENSBRO_THEME_NAME="Innovation District",
        VIDENSBRO_HOME_COUNTRY="se",
    )
    shown = json.loads(told.stdout)
    assert shown["ALLOWED_HOSTS"][0] == "bro.example.org"
    assert (shown["SESSION_COOKIE_SECURE"], shown["SECURE_SSL_REDIRECT"]) == (True, True)
    assert shown["SECURE_HSTS_SECONDS"] > 30_000_000
    assert shown["engine"].endswith("postgresql")
    assert (shown["theme"], shown["VIDENSBRO_HOME_COUNTRY"]) == ("Innovation District", "SE")
    assert shown["key"] == "k" * 50
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THEME_COLOUR", "red; } body { display: none"),
        ("LANGUAGE", "tlh"),
        ("SIGN_IN_ATTEMPTS", "many"),
        ("SIGN_IN_ATTEMPTS", "0"),
        ("DATABASE_URL", "mysql://u:p@localhost/x"),
        ("WEBSUB_HUB", "hub.example.org"),
        ("WEBSUB_HUB", 'https://hub.example.org/>; rel="stylesheet'),
        ("FEED_REQUESTS", "-1"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    told = run(tmp_path, "import django; django.setup()", **{f"VIDENSBRO_{name}": value})
    assert told.returncode != 0
    assert f"VIDENSBRO_{name}" in told.stderr


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    read = {"DATA", "DATABASE_URL", "SECRET_KEY"}
    call = re.compile(r'\b(?:text|flag|number|choice|address|_colour)\(\s*"([A-Z_]+)"')
    for path in [*(HUB / "config").glob("*.py"), *(HUB / "common").glob("*.py")]:
        read |= set(call.findall(path.read_text(encoding="utf-8")))
    page = (ROOT / "docs" / "run" / "settings.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `VIDENSBRO_([A-Z_]+)`", page, re.MULTILINE))
    assert told == read


@pytest.mark.django_db
def test_the_site_is_alive_and_strict(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-ID"]


def test_checks_name_what_is_unsafe(settings, tmp_path: Path) -> None:
    assert not [one for one in run_checks() if one.id and one.id.startswith("vidensbro.")]
    settings.VIDENSBRO_BASE_URL, settings.DEBUG, settings.SITE_IS_HTTPS = (
        "http://bro.example.org",
        True,
        False,
    )
    assert {one.id for one in run_checks()} >= {"vidensbro.E004", "vidensbro.W001"}
    settings.VIDENSBRO_BASE_URL = "bro.example.org"
    assert "vidensbro.E003" in {one.id for one in run_checks()}
    (tmp_path / "file").write_text("in the way")
    settings.VIDENSBRO_DATA = tmp_path / "file" / "data"
    assert "vidensbro.E001" in {one.id for one in run_checks()}
