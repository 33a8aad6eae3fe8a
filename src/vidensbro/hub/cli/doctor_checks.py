"""What `vidensbro doctor` looks at. Each check tells how things stand and, if they are not well, how to mend them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from vidensbro.hub.cli import presence
from vidensbro.hub.cli.console import amount
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.common.environment import data_folder, text

GOOD: Final = "good"
WARNING: Final = "warning"
BAD: Final = "bad"

LEAST_PYTHON: Final = (3, 11)
LITTLE_SPACE: Final = 1_000_000_000
NO_SPACE: Final = 100_000_000
OLD_MINUTES: Final = 10
PACKAGES: Final = (
    "django",
    "numpy",
    "onnxruntime",
    "tokenizers",
    "lxml",
    "orjson",
    "gunicorn",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing stands: `state` is good, warning or bad; `mend` says what to do."""

    name: str
    state: str
    told: str
    mend: str = ""


Check = Callable[[], Finding]


def python() -> Finding:
    """The interpreter."""
    told = f"{sys.version.split()[0]} ({sys.executable})"
    if sys.version_info >= LEAST_PYTHON:
        return Finding(_("Python"), GOOD, told)
    return Finding(
        _("Python"), BAD, told, _("Vidensbro needs Python 3.11 or newer: make setup PYTHON=python3.11")
    )


def packages() -> Finding:
    """The packages that it stands on."""
    missing = [name for name in PACKAGES if not _version(name)]
    if missing:
        return Finding(
            _("Packages"), BAD, _("missing: {names}").format(names=", ".join(missing)), "make setup"
        )
    return Finding(_("Packages"), GOOD, ", ".join(f"{name} {_version(name)}" for name in PACKAGES[:4]))


def folder() -> Finding:
    """The data folder can be written."""
    place = data_folder()
    probe = place / f".doctor-{os.getpid()}"
    try:
        probe.write_bytes(b"vidensbro")
        probe.unlink()
    except OSError as error:
        return Finding(
            _("Data folder"),
            BAD,
            f"{place}: {error.strerror}",
            _("Set VIDENSBRO_DATA to a folder that belongs to the user who runs vidensbro."),
        )
    return Finding(_("Data folder"), GOOD, str(place))


def space() -> Finding:
    """There is room on the disk of the data folder."""
    free = shutil.disk_usage(data_folder()).free
    told = _("{gigabytes} GB free").format(gigabytes=f"{free / 1e9:.1f}")
    mend = _("Make room, or move the data folder and set VIDENSBRO_DATA.")
    if free < NO_SPACE:
        return Finding(_("Disk"), BAD, told, mend)
    return Finding(_("Disk"), GOOD, told) if free > LITTLE_SPACE else Finding(_("Disk"), WARNING, told, mend)


def database() -> Finding:
    """The database answers, is sound and is of this version."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, connection

    from vidensbro.hub.common.data import pending_migrations

    engine = "PostgreSQL" if connection.vendor == "postgresql" else f"SQLite {sqlite3.sqlite_version}"
    try:
        waiting = len(pending_migrations())
        problem = _sqlite_problem() if connection.vendor == "sqlite" else ""
    except ImproperlyConfigured as error:
        return Finding(_("Database"), BAD, str(error))
    except DatabaseError as error:
        mend = _("Check VIDENSBRO_DATABASE_URL, and that the server runs.")
        if connection.vendor == "sqlite":
            mend = _("Restore the latest backup: docs/run/backup.md.")
        return Finding(_("Database"), BAD, f"{engine}: {error}".strip(), mend)
    if problem:
        return Finding(
            _("Database"), BAD, f"{engine}: {problem}", _("Restore the latest backup: docs/run/backup.md.")
        )
    if waiting:
        told = _("{engine}, {count} migrations not applied").format(engine=engine, count=waiting)
        return Finding(
            _("Database"),
            BAD,
            told,
            _("Any command that uses the database applies them, such as “vidensbro index status”."),
        )
    return Finding(_("Database"), GOOD, f"{engine}, {settings.DATABASES['default']['NAME']}")


def _sqlite_problem() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        row = cursor.fetchone()
    return "" if row and row[0] == "ok" else str(row[0] if row else "")


def index() -> Finding:
    """The index opens, and its numbers agree with the database."""
    from vidensbro.hub.common.errors import Unavailable
    from vidensbro.hub.matches.indexing import index_status

    try:
        found = index_status()
    except Unavailable as error:
        return Finding(_("Index"), BAD, error.detail or str(error), "vidensbro index build")
    told = _("{count} documents, {megabytes} MB").format(
        count=amount(found.documents), megabytes=f"{found.bytes_on_disk / 1e6:.0f}"
    )
    if found.dead:
        told += "; " + _("{count} updates were given up").format(count=amount(found.dead))
        return Finding(_("Index"), BAD, told, "vidensbro index verify --repair")
    if any(kind.indexed != kind.expected for kind in found.kinds.values()) and not found.waiting:
        differs = _("differs from the database")
        return Finding(_("Index"), BAD, f"{told}; {differs}", "vidensbro index build")
    return Finding(_("Index"), GOOD, told)


def model() -> Finding:
    """The language model opens and gives vectors."""
    from vidensbro.hub.common.errors import Unavailable
    from vidensbro.hub.matches.engine import embedder
    from vidensbro.kit.matching.errors import MatchingError

    try:
        found = embedder()
        if found is None:
            return Finding(
                _("Language model"),
                WARNING,
                _("none: matching is by words alone"),
                _("Unset VIDENSBRO_EMBEDDER, or name a model."),
            )
        vector = found.embed(["pressure ulcer"])
    except (Unavailable, MatchingError) as error:
        return Finding(
            _("Language model"),
            BAD,
            str(error),
            _("Check VIDENSBRO_EMBEDDER; delete the folder “model” to have it made again."),
        )
    return Finding(_("Language model"), GOOD, f"{found.name}, {vector.shape[1]}")


def worker() -> Finding:
    """Somebody does what must follow a change."""
    if presence.anybody(presence.WORKER):
        return Finding(_("Worker"), GOOD, _("running"))
    return Finding(
        _("Worker"),
        WARNING,
        _("not running on this machine"),
        _("Start “vidensbro run”, or “vidensbro worker” beside your own web server."),
    )


def outbox() -> Finding:
    """Nothing has waited for long or was given up."""
    from vidensbro.hub.common import clock
    from vidensbro.hub.outbox.queries import status

    topics = status()
    waiting = sum(topic.open for topic in topics)
    dead = sum(topic.dead for topic in topics)
    oldest = min((topic.oldest for topic in topics if topic.oldest), default=None)
    told = _("{waiting} waiting, {dead} given up").format(waiting=amount(waiting), dead=amount(dead))
    if dead:
        return Finding(
            _("Outbox"),
            BAD,
            told,
            _("“vidensbro worker --revive” tries them again; the log says what failed."),
        )
    if oldest is not None and (clock.now() - oldest).total_seconds() > 60 * OLD_MINUTES:
        told += ", " + _("the oldest since {moment}").format(moment=f"{oldest:%Y-%m-%d %H:%M}")
        return Finding(_("Outbox"), WARNING, told, _("Start “vidensbro run” or “vidensbro worker”."))
    return Finding(_("Outbox"), GOOD, told)


def static_files() -> Finding:
    """The design system and our own files are there."""
    from django.contrib.staticfiles import finders

    needed = ("vendor/dkfds/css/dkfds.min.css", "vendor/htmx/htmx.min.js")
    missing = [name for name in needed if not finders.find(name)]
    if missing:
        return Finding(
            _("Static files"), BAD, _("missing: {names}").format(names=", ".join(missing)), "make assets"
        )
    return Finding(_("Static files"), GOOD, _("in place"))


def secret_key() -> Finding:
    """Only the owner can read the key that signs sessions."""
    if os.environ.get("VIDENSBRO_SECRET_KEY"):
        long_enough = len(os.environ["VIDENSBRO_SECRET_KEY"]) >= 32
        told = _("from the environment")
        if long_enough:
            return Finding(_("Secret key"), GOOD, told)
        return Finding(
            _("Secret key"),
            BAD,
            _("too short"),
            _("Give VIDENSBRO_SECRET_KEY at least 32 random characters."),
        )
    path = data_folder() / "secret-key"
    if not path.exists():
        return Finding(_("Secret key"), GOOD, _("made at the first start"))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding(
            _("Secret key"), BAD, _("others can read {path}").format(path=path), f"chmod 600 {path}"
        )
    return Finding(_("Secret key"), GOOD, str(path))


def settings() -> Finding:
    """Django's own checks, and ours, of the settings."""
    from django.core.checks import run_checks

    found = [one for one in run_checks() if one.is_serious() or one.level >= 30]
    if not found:
        from django.conf import settings as configured

        return Finding(_("Settings"), GOOD, str(configured.VIDENSBRO_BASE_URL))
    worst = max(found, key=lambda one: one.level)
    state = BAD if worst.level >= 40 else WARNING
    return Finding(_("Settings"), state, str(worst.msg), str(worst.hint or ""))


def mail() -> Finding:
    """Mail leaves, or lies in a folder. A mail server is greeted and signed in to; nothing is sent."""
    from django.conf import settings as configured

    from vidensbro.hub.mail.handing import Away
    from vidensbro.hub.mail.trying import server

    if configured.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return Finding(
            _("Mail"),
            WARNING,
            _("is written to {folder}").format(folder=configured.EMAIL_FILE_PATH),
            _("Set VIDENSBRO_EMAIL_URL to send it."),
        )
    try:
        found = server()
    except Away as away:
        return Finding(
            _("Mail"),
            BAD,
            _("the mail server does not take mail: {answer}").format(answer=away),
            _("Check VIDENSBRO_EMAIL_URL and the server; mail waits until it answers."),
        )
    return Finding(_("Mail"), GOOD, " ".join(found) if found else configured.EMAIL_BACKEND)


def sign_in_providers() -> Finding:
    """The file of providers that people sign in through can be used. Read before Django, which it would stop."""
    from vidensbro.hub.accounts.federation.reading import ProvidersUnreadable, place, read

    path = place(data_folder(), text("SIGN_IN_FILE"))
    if path is None:
        return Finding(_("Sign-in through others"), GOOD, _("none configured"))
    try:
        names = [one.name for one in read(path)]
    except ProvidersUnreadable as error:
        told = "\n".join([str(error.path), *(str(one) for one in error.problems)])
        return Finding(
            _("Sign-in through others"),
            BAD,
            told,
            _("Mend the file: docs/run/sign-in-federation.md says how."),
        )
    return Finding(_("Sign-in through others"), GOOD, f"{path}: {', '.join(names)}")


BEFORE: Final[tuple[Check, ...]] = (python, packages, folder, space, sign_in_providers)
"""Without these the others cannot be asked."""

AFTER: Final[tuple[Check, ...]] = (
    settings,
    database,
    index,
    model,
    worker,
    outbox,
    static_files,
    secret_key,
    mail,
)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def folder_stands() -> bool:
    """Is there a data folder with a database at all?"""
    place: Path = data_folder()
    return place.is_dir()
