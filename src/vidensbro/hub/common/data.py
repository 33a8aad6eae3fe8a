"""The data folder: what lies in it, and making an empty one ready."""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from vidensbro.hub.common.environment import data_folder, text

FOLDERS = ("index", "model", "media", "mail", "glossary", "lexica")


class DataBusy(Exception):
    """Another process is making the data folder ready and has not finished in time."""


def prepare(wait_seconds: float = 120.0) -> bool:
    """Make the data folder ready for use: folders, secret key and an up-to-date database.

    Safe to call first thing in every command, also in many processes at once: one does the work, the others
    wait for it. True if anything had to be done; when all is in order it costs one query.

    Raises:
        DataBusy: another process held the lock for `wait_seconds`.
        OSError: the folder cannot be made or written.
        ImproperlyConfigured: the database was made by a newer version of the program.
    """
    folder: Path = settings.VIDENSBRO_DATA
    if _folders_stand(folder) and not pending_migrations():
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(folder / ".prepare.lock", wait_seconds):
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True, mode=0o700)
        str(settings.SECRET_KEY)
        if pending_migrations():
            call_command("migrate", interactive=False, verbosity=0)
    return True


def pending_migrations() -> set[tuple[str, str]]:
    """The (app, migration) pairs on disk that the database has not seen; all of them if it is empty."""
    known = _migrations_on_disk()
    applied = _migrations_applied()
    ours = {app for app, _ in known}
    foreign = {(app, name) for app, name in applied if app in ours} - known
    if foreign:
        newest = ", ".join(f"{app}.{name}" for app, name in sorted(foreign))
        raise ImproperlyConfigured(
            f"The database is newer than this version of vidensbro (it has {newest}). "
            "Install the version that made it."
        )
    return known - applied


def secret_key() -> str:
    """VIDENSBRO_SECRET_KEY, or else a key that is made once and kept, readable by its owner only."""
    given = text("SECRET_KEY")
    if given:
        return given
    path = data_folder() / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, secrets.token_urlsafe(48))
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise ImproperlyConfigured(
            f"{path} holds no usable key. Delete it to have a new one made (signs all users out)."
        )
    return key


def _write_once(path: Path, content: str) -> None:
    """Write a whole file or nothing; when two do it at once, processes or threads, the first one's content stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _folders_stand(folder: Path) -> bool:
    return all((folder / name).is_dir() for name in FOLDERS)


def _migrations_on_disk() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for config in apps.get_app_configs():
        for file in (Path(config.path) / "migrations").glob("[0-9]*.py"):
            found.add((config.label, file.stem))
    return found


def _migrations_applied() -> set[tuple[str, str]]:
    database = settings.DATABASES["default"]
    if connection.vendor == "sqlite" and not _sqlite_stands(str(database["NAME"])):
        return set()
    if "django_migrations" not in connection.introspection.table_names():
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(str(app), str(name)) for app, name in cursor.fetchall()}


def _sqlite_stands(name: str) -> bool:
    return connection.connection is not None or name.startswith("file:") or Path(name).exists()


@contextmanager
def _locked(path: Path, wait_seconds: float) -> Iterator[None]:
    with path.open("w") as file:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise DataBusy(str(path)) from error
                time.sleep(0.05)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


__all__ = ["FOLDERS", "DataBusy", "data_folder", "pending_migrations", "prepare", "secret_key"]
