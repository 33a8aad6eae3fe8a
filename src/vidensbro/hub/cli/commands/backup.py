"""`vidensbro backup`: everything an installation keeps, in one file, also while it is running."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from vidensbro.hub.cli import archive, console, exits, installation, postgresql
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

LEFT_OUT: Final = (
    "index",
    "model",
    "static",
    "log",
    "secret-key",
    "db.sqlite3",
    "db.sqlite3-wal",
    "db.sqlite3-shm",
)
"""What can be made again (index, model, static files), says nothing later (log), or must not leave (the key)."""

SECRET_ENDINGS: Final = ("_KEY", "_URL", "_SECRET", "_PASSWORD", "_TOKEN")


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "backup",
        rich_help_panel=heading,
        help=_("Put everything the installation keeps into one file; it may be running."),
    )(backup)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("Ends in .tar.zst, .tar.gz or .tar."))],
    force: Annotated[bool, typer.Option("--force", help=_("Replace the file if it is there."))] = False,
    json: Json = False,
) -> None:
    """Write the backup beside the name and give it the name once it is whole."""
    archive.check_ending(file)
    if file.exists() and not force:
        raise CommandError(
            _("{path} is there already.").format(path=file), _("Name another file, or use --force.")
        )
    if file.is_dir():
        raise CommandError(
            _("{path} is a folder, and a file is needed.").format(path=file), code=exits.WRONG_USE
        )
    if not file.absolute().parent.is_dir():
        raise CommandError(
            _("There is no folder {path}.").format(path=file.absolute().parent),
            _("Make it first, or name a file in another one."),
            exits.WRONG_USE,
        )
    installation.wake()
    draft = file.with_name(file.name + ".part")
    try:
        manifest = _write(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    size = file.stat().st_size
    if json:
        console.write_json({"file": str(file), "size": size, **manifest})
        return
    console.say(
        _("Backup written: {path} ({size} MB, {count} files).").format(
            path=file, size=f"{size / 1e6:.1f}", count=console.amount(len(manifest["files"]))
        )
    )
    console.note(
        _("The index, the model and the secret key are not in it: they are made again when it is restored.")
    )


def _write(draft: Path) -> dict[str, Any]:
    from vidensbro.hub.common.environment import data_folder

    with tempfile.TemporaryDirectory(dir=draft.absolute().parent, prefix=".vidensbro-") as temporary:
        database, kind = _copy_database(Path(temporary))
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with archive.writing(draft) as tar, console.steps(_("Packing"), _("files")) as progress:
            files = {database.name: archive.pack(tar, database, database.name)}
            for number, (path, name) in enumerate(_kept(data_folder()), 1):
                files[name] = archive.pack(tar, path, name)
                progress(number)
            manifest = _describe(kind) | {"files": files}
            archive.pack_manifest(tar, manifest)
    return manifest


def _copy_database(folder: Path) -> tuple[Path, str]:
    """A copy of the database as it is at one moment, while others write to it."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        postgresql.dump(folder / postgresql.DUMP)
        return folder / postgresql.DUMP, "postgresql"
    copy = folder / "db.sqlite3"
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True, timeout=60)
    with closing(source), closing(sqlite3.connect(copy)) as goal:
        # All pages in one step: in steps, every write of another process would start it over.
        source.backup(goal)
    return copy, "sqlite"


def _kept(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file of the data folder that belongs in a backup, with its name there, sorted."""
    for top in sorted(folder.iterdir()):
        if top.name in LEFT_OUT or top.name.startswith((".", "before-restore-")) or _is_backup(top):
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.is_symlink():
                yield path, path.relative_to(folder).as_posix()


def _is_backup(path: Path) -> bool:
    return path.name.removesuffix(".part").endswith(archive.ENDINGS)


def _describe(kind: str) -> dict[str, Any]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": archive.FORMAT,
        "program": version("vidensbro"),
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "database": kind,
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
        "settings": _settings(),
    }


def _settings() -> dict[str, str]:
    """The settings of the environment; of those that may hold a secret, only the name."""
    found = {name: value for name, value in sorted(os.environ.items()) if name.startswith("VIDENSBRO_")}
    return {
        name: _("(not kept)") if name.endswith(SECRET_ENDINGS) else value for name, value in found.items()
    }
