"""`vidensbro restore`: an installation from a backup."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from vidensbro.hub.cli import archive, console, indexing, installation, postgresql, presence
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import BUSY, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "restore",
        rich_help_panel=heading,
        help=_("Make an installation from a backup, in an empty data folder."),
    )(restore)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("What “vidensbro backup” wrote."))],
    force: Annotated[
        bool,
        typer.Option("--force", help=_("Also over an installation that is there; that one is set aside.")),
    ] = False,
    index: Annotated[bool, typer.Option("--index/--no-index", help=_("Build the index afterwards."))] = True,
    json: Json = False,
) -> None:
    """Unpack beside, check everything, and only then put it in place."""
    installation.wake(prepare=False)
    from vidensbro.hub.common import data, environment

    folder = environment.data_folder()
    kept_key = (folder / "secret-key").exists()
    _check_place(folder, force)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as temporary:
        staged = Path(temporary)
        manifest = archive.unpack(file, staged)
        check_fits(manifest)
        aside = _set_aside(folder)
        _put_in_place(staged, folder)
        if manifest["database"] == "postgresql":
            postgresql.restore(folder / postgresql.DUMP)
            (folder / postgresql.DUMP).unlink()
    data.prepare()
    if index:
        indexing.build()
    _tell(file, manifest, aside, json)
    if not kept_key:
        console.note(_("A new secret key is used: everybody signs in again."))


def _check_place(folder: Path, force: bool) -> None:
    for role in presence.ROLES:
        if presence.anybody(role):
            raise CommandError(
                _("The installation in {folder} is running.").format(folder=folder),
                _("Stop “vidensbro run” and “vidensbro worker” first."),
                BUSY,
            )
    from django.db import connection

    if (folder / "db.sqlite3").exists() and not force:
        raise CommandError(
            _("There is an installation in {folder} already.").format(folder=folder),
            _("Set VIDENSBRO_DATA to an empty folder, or use --force: what is there is then set aside."),
        )
    if connection.vendor == "postgresql" and not force and postgresql.in_use():
        raise CommandError(
            _("There are tables in the PostgreSQL database already."),
            _("Name an empty database, or use --force: what is in it is then replaced. Back it up first."),
        )


def check_fits(manifest: dict[str, Any]) -> None:
    """Raise CommandError unless this version of the program, with this database, can use the backup."""
    from django.apps import apps
    from django.db import connection

    known = {
        f"{config.label}.{path.stem}"
        for config in apps.get_app_configs()
        for path in (Path(config.path) / "migrations").glob("[0-9]*.py")
    }
    newer = [name for name in manifest["migrations"] if name not in known and name.split(".")[0] in _labels()]
    if manifest["format"] > archive.FORMAT or newer:
        raise CommandError(
            _("The backup was made by a newer version ({version}).").format(version=manifest["program"]),
            _("Install that version or a later one and restore again."),
        )
    if manifest["database"] != connection.vendor:
        raise CommandError(
            _("The backup holds a {kind} database, and this installation uses {other}.").format(
                kind=manifest["database"], other=connection.vendor
            ),
            _("Set VIDENSBRO_DATABASE_URL as it was where the backup was made."),
        )


def _labels() -> set[str]:
    from django.apps import apps

    return {config.label for config in apps.get_app_configs()}


def _set_aside(folder: Path) -> Path | None:
    """Move what an earlier installation left into a folder of its own; None if there was nothing."""
    standing = [
        path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "before-restore-"))
    ]
    if not (folder / "db.sqlite3").exists() and not any(path.is_file() for path in standing):
        # Empty folders and what can be made again: an index of another database would mislead.
        shutil.rmtree(folder / "index", ignore_errors=True)
        return None
    aside = folder / f"before-restore-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for path in standing:
        if path.name not in {"model", "secret-key"}:
            path.rename(aside / path.name)
    return aside


def _put_in_place(staged: Path, folder: Path) -> None:
    (staged / archive.MANIFEST).unlink()
    for path in sorted(staged.iterdir()):
        goal = folder / path.name
        if goal.is_dir():
            shutil.rmtree(goal)
        path.rename(goal)


def _tell(file: Path, manifest: dict[str, Any], aside: Path | None, json: bool) -> None:
    if json:
        console.write_json({"file": str(file), "aside": str(aside) if aside else None, **manifest})
        return
    console.say(
        _("Restored {path}, made {created} by version {version}.").format(
            path=file, created=manifest["created"], version=manifest["program"]
        )
    )
    if aside is not None:
        console.note(_("What was there before lies in {folder}.").format(folder=aside))
