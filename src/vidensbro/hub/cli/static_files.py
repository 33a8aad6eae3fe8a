"""Static files collected into the data folder: compressed, and named by their content so that browsers keep them."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Final

from vidensbro.hub.cli import console
from vidensbro.hub.cli.language import gettext as _

STAMP: Final = "collected.txt"
MANIFEST: Final = "staticfiles.json"
PACKED: Final = (".gz", ".br")


def collect(folder: Path) -> bool:
    """Collect into `folder` unless exactly these files were collected there before; True if it was done.

    Django's settings must name `folder` as STATIC_ROOT. A process of the version before may be serving from it:
    each file is put in its place whole, and what that version's pages name stays until the next time.
    """
    stamp = folder / STAMP
    state = _state()
    if stamp.exists() and stamp.read_text(encoding="ascii") == state:
        return False
    console.note(_("Collecting static files"))
    before = _named(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".static-") as draft:
        _collect_into(Path(draft))
        came = _move(Path(draft), folder)
    _sweep(folder, came | before)
    stamp.write_text(state, encoding="ascii")
    return True


def _collect_into(draft: Path) -> None:
    """Collect, compress and name the files of this version in a folder of their own."""
    from django.conf import settings
    from django.contrib.staticfiles.management.commands.collectstatic import Command
    from django.core.files.storage import storages
    from django.core.management import call_command

    described = settings.STORAGES["staticfiles"]
    command = Command()
    command.storage = storages.create_storage(
        {**described, "OPTIONS": {**described.get("OPTIONS", {}), "location": str(draft)}}
    )
    call_command(command, interactive=False, verbosity=0)


def _move(draft: Path, folder: Path) -> set[str]:
    """Put each file in its place at one stroke, the list of names last; their places."""
    came = {path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file()}
    for name in sorted(came, key=lambda one: (one == MANIFEST, one)):
        goal = folder / name
        goal.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        os.replace(draft / name, goal)
    return came


def _named(folder: Path) -> set[str]:
    """The files that the pages of the version before name, and their compressed forms."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return set()
    names = set(map(str, told.get("paths", {}).values()))
    return names | {name + ending for name in names for ending in PACKED}


def _sweep(folder: Path, kept: set[str]) -> None:
    """Remove what neither version names: older ones' files would otherwise be served for ever."""
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in kept:
            path.unlink()


def _state() -> str:
    """A digest of the name, size and time of every static file of the program."""
    from django.contrib.staticfiles.finders import get_finders

    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name))
            status = path.stat()
            found.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return found.hexdigest()
