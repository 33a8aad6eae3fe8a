"""Static files collected into the data folder: compressed, and named by their content so that browsers keep them."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from vidensbro.hub.cli import console
from vidensbro.hub.cli.language import gettext as _

STAMP = "collected.txt"


def collect(folder: Path) -> bool:
    """Collect into `folder` unless exactly these files were collected there before; True if it was done.

    Django's settings must name `folder` as STATIC_ROOT.
    """
    from django.core.management import call_command

    stamp = folder / STAMP
    state = _state()
    if stamp.exists() and stamp.read_text(encoding="ascii") == state:
        return False
    console.note(_("Collecting static files"))
    if folder.exists():
        # What an older version left would otherwise be served for ever.
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o755)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state, encoding="ascii")
    return True


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
