"""The browser tests on several real web processes behind a proxy, over one PostgreSQL and one index.

VIDENSBRO_TEST_WEBS says how many; without it there is one server within the test's own process. The processes have the
product's settings as an operator sets them, in the environment; the test is what the worker is to them: it writes to
the same database and the same data folder, and empties the outbox.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as set_now
from django.db import connection

from tests.hub.cli.command import wait_for
from tests.hub.deploying.reverse_proxy import Proxy, Upstream
from tests.hub.deploying.two_sites import Installation, Web, free_port
from tests.hub.federation.conftest import SECRET
from vidensbro.hub.matches import engine
from vidensbro.kit.matching import EmbeddedIndex

WEBS = int(os.environ.get("VIDENSBRO_TEST_WEBS", "0"))
PATIENCE = 900.0
"""Seconds for a start of all processes on a machine that has much else to do."""


class Site:
    """The processes and the proxy, which sends every other page to the next of them."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.url = installation.public
        self.webs = [Web(installation, f"web-{number}") for number in range(WEBS)]
        # Nobody asks while they are restarted, so probes would only take time.
        self.proxy = Proxy([Upstream(one.port) for one in self.webs], probing=False)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def start(self) -> None:
        """Start everything, and wait until all are ready."""
        self._thread.start()
        self._start_webs()
        listening = self.proxy.serve(int(self.url.rsplit(":", 1)[1]))
        asyncio.run_coroutine_threadsafe(listening, self._loop).result(PATIENCE)

    def restart(self) -> None:
        """As an operator does after a change of what a process reads when it starts."""
        for one in self.webs:
            one.end()
        self._start_webs()

    def answered(self) -> list[int]:
        """How many requests each process has answered."""
        return [one.answered for one in self.proxy.upstreams]

    def stop(self) -> None:
        """Leave nothing behind."""
        for one in self.webs:
            one.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def _start_webs(self) -> None:
        for one in self.webs:
            one.start()
        for one in self.webs:
            wait_for(one.ready, PATIENCE)


def _database() -> str:
    """The address of the tests' database."""
    given = urlsplit(os.environ["VIDENSBRO_DATABASE_URL"])
    return given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture(scope="session")
def running(django_db_setup: None) -> Iterator[Site]:
    """The site, started once: emptying the database and building the index anew must not disturb its processes."""
    installation = Installation(set_now.VIDENSBRO_DATA.parent, _database(), free_port())
    installation.public = installation.public.replace("127.0.0.1", "localhost")
    installation.more |= {
        "VIDENSBRO_BASE_URL": installation.public,
        "VIDENSBRO_LANGUAGE": set_now.LANGUAGE_CODE,
        # Straight from the program: collecting them is tested elsewhere, and takes longer than a test.
        "VIDENSBRO_STATIC_ROOT": "",
        # For the providers that the tests start: what their file names, and plain HTTP.
        "TEST_OIDC_SECRET": SECRET,
        "AUTHLIB_INSECURE_TRANSPORT": "1",
    }
    site = Site(installation)
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture
def site(running: Site, transactional_db: None) -> Iterator[Site]:
    """The site; every one of its processes must have had a part in the test."""
    before = running.answered()
    yield running
    assert all(now > then for now, then in zip(running.answered(), before, strict=True))


@pytest.fixture(autouse=True)
def own_index(running: Site) -> Iterator[None]:
    """An empty index, built in the place of the one before as `vidensbro index rebuild` does it."""
    engine.forget()
    EmbeddedIndex.rebuild(engine.index_folder(), [])
    yield
    engine.forget()


@pytest.fixture
def configure(running: Site) -> Iterator[Callable[[str], None]]:
    """Puts a providers' file in force: a process reads it when it starts."""
    place: Path = set_now.VIDENSBRO_DATA / "sign-in.yaml"

    def put(text: str) -> None:
        place.write_text(text, encoding="utf-8")
        running.restart()

    yield put
    place.unlink(missing_ok=True)
    running.restart()
