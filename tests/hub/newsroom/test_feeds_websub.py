"""A hub is told of changed feeds over a real connection; one that is out of order costs nothing but another try."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.hub.cast import NOON, SYSTEM
from tests.hub.newsroom.conftest import HOUR
from tests.hub.newsroom.feeding import KINDS
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.announcements import PING
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.websub import HubRefused, ping
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import Drained, drain

pytestmark = pytest.mark.django_db


class Hub(ThreadingHTTPServer):
    """Takes note of what it is told, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[dict[str, list[str]]] = []
        self.status = 204


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        assert self.headers["content-type"] == "application/x-www-form-urlencoded"
        self.server.told.append(parse_qs(self.rfile.read(int(self.headers["content-length"])).decode()))
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        if self.server.status == 302:
            self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hub(settings) -> Iterator[Hub]:
    server = Hub()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.VIDENSBRO_WEBSUB_HUB = f"http://127.0.0.1:{server.server_address[1]}/hub"
    yield server
    server.shutdown()
    server.server_close()


def expected(language: str) -> list[dict[str, list[str]]]:
    base = f"http://localhost:8000/newsroom/feeds/{language}"
    return [{"hub.mode": ["publish"], "hub.url": [f"{base}/{kind}"]} for kind in KINDS]


def test_the_hub_is_told_at_the_hour_and_not_before(hub: Hub, scheduled: Callable[[], Version]) -> None:
    with clock_at(NOON):
        row = scheduled()
        assert drain([PING]) == Drained()
    with clock_at(HOUR - timedelta(seconds=1)):
        services.note_all_published()
        assert drain([PING]) == Drained()
    assert hub.told == []
    with clock_at(HOUR):
        services.note_all_published()
        assert drain([PING]) == Drained(done=1)
        assert hub.told == expected("da")
        services.withdraw(SYSTEM, row.pk, "Forkert")
        assert drain([PING]) == Drained(done=1)
    assert hub.told == expected("da") * 2


@pytest.mark.parametrize("status", [302, 400, 500, 503])
def test_a_hub_that_refuses_is_asked_again(hub: Hub, scheduled: Callable[[], Version], status: int) -> None:
    hub.status = status
    with clock_at(NOON):
        scheduled()
    with clock_at(HOUR):
        services.note_all_published()
        assert drain([PING]) == Drained(failed=1)
    assert len(hub.told) == 1
    entry = Entry.objects.get(topic=PING)
    assert str(status) in entry.last_error
    hub.status = 202
    with clock_at(entry.next_attempt):
        assert drain([PING]) == Drained(done=1)
    assert hub.told[1:] == expected("da")


def test_a_hub_that_is_not_there_stops_nothing(settings, scheduled: Callable[[], Version]) -> None:
    settings.VIDENSBRO_WEBSUB_HUB = "http://127.0.0.1:9/"
    with clock_at(NOON):
        scheduled()
    with clock_at(HOUR):
        services.note_all_published()
        assert drain([PING]) == Drained(failed=1)
        assert Entry.objects.get(topic=PING).attempts == 1


def test_without_a_hub_nobody_is_told(settings) -> None:
    assert settings.VIDENSBRO_WEBSUB_HUB == ""
    assert ping("da") == 0


def test_what_was_refused_is_named(hub: Hub) -> None:
    hub.status = 403
    with pytest.raises(HubRefused, match="403 for en/atom"):
        ping("en")
