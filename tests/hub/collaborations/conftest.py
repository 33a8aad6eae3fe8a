"""A collaboration between the cast's two organisations, and a folder of its own for files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tests.hub.cast import NOON, Cast
from vidensbro.hub.collaborations import services
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.collaborations.services import PartyGiven
from vidensbro.hub.common.clock import clock_at

BEGAN = date(2026, 1, 12)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is 2 March 2026."""
    with clock_at(NOON):
        yield


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Where uploads lie."""
    found = tmp_path / "files"
    options = {**settings.STORAGES["files"]["OPTIONS"], "location": str(found)}
    settings.STORAGES = {**settings.STORAGES, "files": {**settings.STORAGES["files"], "OPTIONS": options}}
    return found


@pytest.fixture
def row(cast: Cast) -> Collaboration:
    """Between Nordsensor, for which everybody takes part, and the university, for which the outsider does."""
    return services.begin(
        cast["member"],
        title="Plaster mod tryksår",
        purpose="Et plaster, der måler trykket.",
        fields=["wound-care"],
        date=BEGAN,
        readiness=3,
        parties=[
            PartyGiven("company", cast.company.pk),
            PartyGiven("research", cast.university.pk, shared=False, user_ids=(cast.users["outsider"].pk,)),
        ],
    )


@pytest.fixture
def browse(cast: Cast) -> Callable[..., Client]:
    """A client that somebody of the cast uses, in a language."""

    def client(name: str = "visitor", language: str = "en") -> Client:
        made = Client(headers={"accept-language": language})
        if name != "visitor":
            made.force_login(cast.users[name])
        return made

    return client
