"""Static files while a new version takes over from an old one in the same folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.functional import empty

from vidensbro.hub.cli import static_files
from vidensbro.hub.web.static_files import StaticFilesMiddleware


@pytest.fixture
def program(tmp_path: Path, settings) -> Path:
    """The static files of a program, in a folder that this test can change as an upgrade would."""
    folder = tmp_path / "program"
    folder.mkdir()
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    finders.get_finder.cache_clear()
    staticfiles_storage._wrapped = empty
    yield folder
    finders.get_finder.cache_clear()
    staticfiles_storage._wrapped = empty


def upgrade(program: Path, folder: Path, content: str) -> str:
    """A version with this stylesheet, collected; the stylesheet's name in its pages."""
    (program / "site.css").write_text(content, encoding="utf-8")
    assert static_files.collect(folder)
    names = json.loads((folder / static_files.MANIFEST).read_text(encoding="utf-8"))
    return str(names["paths"]["site.css"])


def start() -> StaticFilesMiddleware:
    """A process that starts now."""
    staticfiles_storage._wrapped = empty
    return StaticFilesMiddleware(lambda request: HttpResponse("page", status=404))


def served(process: StaticFilesMiddleware, name: str) -> bytes | int:
    """What a process answers to one who asks for a file."""
    answer = process(RequestFactory().get("/static/" + name))
    return b"".join(answer) if answer.status_code == 200 else answer.status_code


def test_pages_of_either_version_find_their_files_at_either_process(program: Path, tmp_path: Path) -> None:
    folder = tmp_path / "static"
    first = upgrade(program, folder, "a{color:red}")
    old = start()
    second = upgrade(program, folder, "a{color:blue}")
    new = start()
    assert first != second
    for process in (old, new):
        assert served(process, first) == b"a{color:red}"
        assert served(process, second) == b"a{color:blue}"
        assert served(process, "../settings.py") == 404
        assert served(process, "site.nothing.css") == 404


def test_only_the_version_before_is_kept(program: Path, tmp_path: Path) -> None:
    folder = tmp_path / "static"
    names = [upgrade(program, folder, f"a{{margin:{number}px}}") for number in range(4)]
    there = {path.name for path in folder.iterdir()}
    assert [name in there for name in names] == [False, False, True, True]
    assert not static_files.collect(folder)


def test_nothing_half_lies_in_the_folder(program: Path, tmp_path: Path) -> None:
    """Collected beside and moved in: no draft is left, neither in the folder nor next to it."""
    upgrade(program, tmp_path / "static", "a{}")
    assert {path.name for path in tmp_path.iterdir()} == {"program", "static"}
