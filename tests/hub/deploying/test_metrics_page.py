"""What /metrics says, and to whom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.hub.matches.conftest import corpus, own_index
from tests.hub.web.conftest import World, empty_cache, world
from vidensbro.hub.common import lifecycle
from vidensbro.hub.outbox import queries as outbox
from vidensbro.hub.web import health

__all__ = ["corpus", "empty_cache", "own_index", "world"]
TOKEN = "only-for-prometheus"
FAR = {"REMOTE_ADDR": "192.0.2.44"}


def figures(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample, by its name and labels, as Prometheus's own parser reads it."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The name of one sample."""
    return name, frozenset(labels.items())


def read(client: Client) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """The page, from the machine itself."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    return figures(answer.content.decode())


@pytest.mark.parametrize(
    ("asking", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        (FAR, 404),
        # A proxy on the same machine: the peer is loopback, the client is not.
        ({"HTTP_X_FORWARDED_FOR": "192.0.2.44"}, 404),
        ({"HTTP_FORWARDED": "for=192.0.2.44"}, 404),
        ({"HTTP_VIA": "1.1 proxy"}, 404),
        # A proxy through a socket of the file system.
        ({"REMOTE_ADDR": ""}, 404),
        ({**FAR, "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, 200),
        ({**FAR, "HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, 404),
        ({**FAR, "HTTP_AUTHORIZATION": TOKEN}, 404),
        ({**FAR, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
    ],
)
def test_only_by_token_or_from_the_machine_itself(asking, status: int, settings, db) -> None:
    settings.VIDENSBRO_METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", **asking).status_code == status


def test_without_a_token_none_is_right(settings, db) -> None:
    settings.VIDENSBRO_METRICS_TOKEN = ""
    for given in ("Bearer ", "Bearer", ""):
        assert Client().get("/metrics", HTTP_AUTHORIZATION=given, **FAR).status_code == 404


def test_requests_are_counted_by_route_and_status(world: World) -> None:
    client = Client()
    before = read(client)
    for path in ("/about/", "/about/", f"/needs/{world.sealed.pk}/", "/no-such-page/"):
        client.get(path)
    client.generic("BREW", "/about/")
    after = read(client)

    def more(name: str, **labels: str) -> float:
        return after.get(of(name, **labels), 0) - before.get(of(name, **labels), 0)

    assert more("vidensbro_requests_total", route="about", method="GET", status="200") == 2
    assert more("vidensbro_requests_total", route="need", method="GET", status="404") == 1
    assert more("vidensbro_requests_total", route="unresolved", method="GET", status="404") == 1
    # Whoever makes up methods makes up no new counts.
    assert more("vidensbro_requests_total", route="about", method="other", status="405") == 1
    assert more("vidensbro_request_seconds_count", route="about") == 3
    assert not [name for name, labels in after if str(world.sealed.pk) in str(labels)]


def test_how_things_stand_is_what_the_database_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.cast.need("public", title="One more")
    found = read(Client())
    waiting = {topic.topic: topic.open for topic in outbox.status()}
    assert sum(waiting.values()) > 0
    for topic, count in waiting.items():
        assert found[of("vidensbro_outbox_entries", topic=topic, state="open")] == count
    kinds = {name: value for name, value in found.items() if name[0] == "vidensbro_index_documents"}
    assert sum(kinds.values()) == 7
    assert found[of("vidensbro_database_up")] == found[of("vidensbro_index_up")] == 1
    assert of("vidensbro_mails", state="waiting") in found

    def away() -> None:
        raise OperationalError("the connection was lost")

    monkeypatch.setattr(outbox, "status", away)
    without = read(Client())
    assert without[of("vidensbro_database_up")] == 0
    assert without[of("vidensbro_index_up")] == 1
    assert not [name for name, _ in without if name.startswith("vidensbro_outbox")]


SEVERAL = """
import os, sys
import django
django.setup()
from django.test import Client
for _ in range(3):
    Client().get("/healthz")
if os.fork() == 0:
    for _ in range(4):
        Client().get("/healthz")
    os._exit(0)
os.wait()
print(Client().get("/metrics").content.decode())
"""


def test_processes_of_one_server_are_counted_together(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIDENSBRO_")}
    (tmp_path / "counts").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL],
        env={
            **kept,
            "VIDENSBRO_DATA": str(tmp_path / "data"),
            "VIDENSBRO_HOSTS": "testserver",
            "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts"),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = figures(done.stdout)
    assert found[of("vidensbro_requests_total", route="health", method="GET", status="200")] == 7
    # There is no database in that folder: the page comes all the same.
    assert found[of("vidensbro_database_up")] == 0


def test_ready_says_no_on_the_way_out_and_without_its_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    assert client.get("/readyz").status_code == 200
    lifecycle.begin_stopping()
    try:
        answer = client.get("/readyz")
        assert (answer.status_code, json.loads(answer.content)["reason"]) == (503, "stopping")
        assert client.get("/healthz").status_code == 200
        assert read(client)[of("vidensbro_stopping")] == 1
    finally:
        lifecycle.stay()

    class Away:
        def cursor(self) -> None:
            raise OperationalError("connection refused")

    monkeypatch.setattr(health, "connection", Away())
    answer = client.get("/readyz")
    assert (answer.status_code, json.loads(answer.content)["reason"]) == (503, "database")
    assert client.get("/healthz").status_code == 200
