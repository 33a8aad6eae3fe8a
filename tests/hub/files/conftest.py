"""Every test of files has a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Where uploads lie."""
    found = tmp_path / "files"
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(found)}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    return found
