"""One world for all tests of a module: made once, taken back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import override_settings

from tests.hub.cast import NOON
from tests.hub.permissions.world import PROVIDERS, World, populate
from vidensbro.hub.accounts.federation.reading import parse
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.matches import engine


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world of `world.py`, with folders of its own, in a transaction that is rolled back."""
    folder = tmp_path_factory.mktemp("permissions")
    files = {**settings.STORAGES["files"]}
    files["OPTIONS"] = {**files["OPTIONS"], "location": str(folder / "files")}
    chosen = override_settings(
        VIDENSBRO_DATA=folder,
        VIDENSBRO_SIGN_IN=parse(PROVIDERS, Path("sign-in.yaml"), {}),
        STORAGES={**settings.STORAGES, "files": files},
    )
    engine.forget()
    with django_db_blocker.unblock(), chosen, clock_at(NOON), transaction.atomic():  # type: ignore[attr-defined]
        caches["pages"].clear()
        yield populate()
        transaction.set_rollback(True)
    engine.forget()
    caches["pages"].clear()
