"""An installation that lets people sign in through providers which the tests start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import caches

from tests.hub.cast import Cast, assemble
from tests.hub.federation.surfer import Surfer
from vidensbro.hub.accounts.federation.reading import parse
from vidensbro.hub.directory.models import Identifier, OrganisationRole

SECRET = "the secret of the client, long enough"
CVR = "88146328"


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider of the tests speaks HTTP on loopback."""
    monkeypatch.setitem(os.environ, "AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def cast(transactional_db: None) -> Iterator[Cast]:
    """The cast, committed; the company can be found by its CVR number, the university by its domain."""
    for cache in caches.all():
        cache.clear()
    made = assemble()
    Identifier.objects.create(organisation=made.company, scheme="cvr", value=CVR)
    OrganisationRole.objects.create(organisation=made.company, role="member")
    made.university.website = "https://www.oest.dk/"
    made.university.save()
    OrganisationRole.objects.create(organisation=made.university, role="partner")
    yield made
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def configure(settings) -> Callable[[str], None]:
    """Puts a providers' file in force."""

    def put(text: str) -> None:
        settings.VIDENSBRO_SIGN_IN = parse(text, Path("sign-in.yaml"), {"TEST_OIDC_SECRET": SECRET})

    return put


@pytest.fixture
def surf(live_server) -> Iterator[Callable[[], Surfer]]:
    """Opens a browser of its own on the running site."""
    opened: list[Surfer] = []

    def open_() -> Surfer:
        opened.append(Surfer(live_server.url))
        return opened[-1]

    yield open_
    for one in opened:
        one.client.close()
