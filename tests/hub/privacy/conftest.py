"""A data folder for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vidensbro.hub.matches import engine


@pytest.fixture(autouse=True)
def data(settings, tmp_path: Path) -> Iterator[Path]:
    """Index, mail and files of this test only."""
    settings.VIDENSBRO_DATA = tmp_path
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    engine.forget()
    yield tmp_path
    engine.forget()
