"""Asked a thousand times: a feed is written once, asking again costs two queries, and there is an end to patience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.hub.cast import NOON, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import KINDS, ask, feed_path, put_on, write
from vidensbro.hub.common.caching import feeds as cache
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom.feeds import atom, keeping
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.outbox.models import Entry

pytestmark = pytest.mark.django_db
AFTER = HOUR + timedelta(hours=1)


@pytest.fixture
def released(scheduled: Callable[[], Version]) -> Version:
    with clock_at(NOON):
        return scheduled()


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize("address", [*map(feed_path, KINDS), "/newsroom/sitemap.xml"])
def test_asking_again_costs_two_queries(released: Version, address: str) -> None:
    with clock_at(AFTER):
        first = Client().get(address)
        for headers in ({"if-none-match": first["ETag"]}, {}):
            with CaptureQueriesContext(connection) as queries:
                again = Client().get(address, headers=headers)
            assert again.status_code == (304 if headers else 200)
            assert len(queries) == 2


def test_a_thousand_readers_have_it_written_once(released: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    # However long the thousand take.
    monkeypatch.setattr(keeping, "SECONDS", 3600)
    written = []
    original = atom.write
    monkeypatch.setattr(atom, "write", lambda feed: written.append(feed) or original(feed))
    client, answers = Client(), Counter[int]()
    with clock_at(AFTER):
        tag = ask("atom", client=client)["ETag"]
        with CaptureQueriesContext(connection) as queries:
            for number in range(1000):
                headers = {"if-none-match": tag} if number % 2 else {}
                answers[ask("atom", client=client, headers=headers).status_code] += 1
    assert answers == {200: 500, 304: 500}
    assert len(queries) == 2000
    assert all(one["sql"].startswith("SELECT") for one in queries)
    assert len(written) == 1


def test_writing_costs_as_many_queries_for_many_as_for_one(cast: Cast, released: Version) -> None:
    def cost() -> int:
        cache.clear()
        with clock_at(AFTER), CaptureQueriesContext(connection) as queries:
            ask("atom")
        return len(queries)

    one = cost()
    with clock_at(NOON):
        for _ in range(5):
            put_on(write(WORDS, [cast.company.pk]), HOUR)
    assert cost() == one < 30


def test_asking_writes_nothing(released: Version) -> None:
    before = list(Entry.objects.order_by("pk").values())
    with clock_at(AFTER), CaptureQueriesContext(connection) as queries:
        for kind in KINDS:
            ask(kind)
    assert {one["sql"].split()[0] for one in queries} == {"SELECT"}
    assert list(Entry.objects.order_by("pk").values()) == before


def test_who_asks_a_thousand_times_in_a_minute_is_told_to_wait(settings, released: Version) -> None:
    settings.VIDENSBRO_FEED_REQUESTS = 20
    greedy, modest = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    with clock_at(AFTER + timedelta(seconds=15)):
        answers = [ask("rss", client=greedy) for _ in range(20)]
        assert {one.status_code for one in answers} == {200}
        with CaptureQueriesContext(connection) as queries:
            for number in range(980):
                refused = ask(KINDS[number % 3], client=greedy)
                assert (refused.status_code, refused["Retry-After"]) == (429, "45")
        assert len(queries) == 0
        assert refused["Cache-Control"] == "no-store"
        assert greedy.get("/newsroom/sitemap.xml").status_code == 429
        assert ask("rss", client=modest).status_code == 200
    with clock_at(AFTER + timedelta(seconds=60)):
        assert ask("rss", client=greedy).status_code == 200


def test_a_customer_of_version_6_is_one(settings, db: None) -> None:
    settings.VIDENSBRO_FEED_REQUESTS = 4
    with clock_at(AFTER + timedelta(days=1)):
        for number in range(4):
            client = Client(REMOTE_ADDR=f"2001:db8:0:12{number:02x}::{number + 1}")
            assert ask("json", client=client).status_code == 200
        assert ask("json", client=Client(REMOTE_ADDR="2001:db8:0:12ff::9")).status_code == 429
        assert ask("json", client=Client(REMOTE_ADDR="2001:db8:0:1300::9")).status_code == 200


def test_what_is_no_parameter_of_a_feed_has_nothing_written_anew(released: Version) -> None:
    with clock_at(AFTER):
        ask("atom")
        with CaptureQueriesContext(connection) as queries:
            for number in range(10):
                ask("atom", nocache=str(number))
    assert len(queries) == 20


def test_memory_has_an_end(settings) -> None:
    assert settings.CACHES["feeds"]["OPTIONS"]["MAX_ENTRIES"] <= 300
    for number in range(400):
        cache.set(f"feed-{number}", b"x")
    kept = sum(cache.get(f"feed-{number}") is not None for number in range(400))
    assert kept <= 300
