"""Fetched files hold what sources say of people; after an erasure they go."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from vidensbro.hub.imports.services.locking import only_fetch, only_import


def forget_downloads() -> int:
    """Remove everything that was fetched, and the answers kept beside it; the number of folders that went.

    Sources are asked again when their records are wanted again, and what they say of somebody who was erased is then
    left out. An import that was cut short begins with a new fetch.

    Raises:
        Conflict: a source is being fetched ("source_in_use"), or an import is running ("import_running"). What has gone
            by then is gone; call again.
    """
    gone = 0
    with only_import():
        for folder in sorted(_folders()):
            with only_fetch(folder.name):
                shutil.rmtree(folder)
            gone += 1
    return gone


def _folders() -> list[Path]:
    place: Path = settings.VIDENSBRO_DATA / "downloads"
    return [one for one in place.iterdir() if one.is_dir()] if place.is_dir() else []
