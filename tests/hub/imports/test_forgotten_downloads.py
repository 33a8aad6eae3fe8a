"""After an erasure nothing that was fetched stays on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hub.imports.conftest import SYSTEM, author, lines, work
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.directory.models import Person
from vidensbro.hub.imports.services import run_import
from vidensbro.hub.imports.services.locking import only_fetch, only_import
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def fetched(settings: Any, tmp_path: Path) -> list[Path]:
    """A harvest that names somebody, the answers kept for it, and an import of it."""
    place = settings.VIDENSBRO_DATA / "downloads"
    (place / "openalex").mkdir(parents=True)
    (place / "cache").mkdir()
    kept = place / "cache" / "x.body"
    kept.write_text("Asta Eksempelsen", encoding="utf-8")
    file = lines(place / "openalex" / "works.jsonl", work(1, author(1, "Asta Eksempelsen")))
    run_import(SYSTEM, "openalex", [file])
    return [file, kept]


def test_an_erasure_takes_fetched_files_along(fetched: list[Path]) -> None:
    privacy.erase(SYSTEM, Subject(person_id=Person.objects.get().pk))
    assert all(one.exists() for one in fetched)
    drain(["imports.forget"])
    assert not any(one.exists() for one in fetched)


@pytest.mark.parametrize("busy", [only_import, lambda: only_fetch("openalex")])
def test_what_is_being_read_goes_later(fetched: list[Path], busy: Any) -> None:
    privacy.erase(SYSTEM, Subject(person_id=Person.objects.get().pk))
    with busy():
        drain(["imports.forget"])
    assert fetched[0].exists()
    assert Entry.objects.filter(topic="imports.forget").exists()
    Entry.objects.update(next_attempt=Entry.objects.get(topic="imports.forget").created)
    drain(["imports.forget"])
    assert not fetched[0].exists()
