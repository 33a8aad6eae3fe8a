"""Asked a thousand times: a feed is written once, asking again costs one query, and there is an end to patience."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.middleware.locale import LocaleMiddleware
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.hub.cast import NOON, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import KINDS, ask, feed_path, put_on, write
from vidensbro.hub.common.caching import feeds as cache
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom.feeds import atom, keeping
from vidensbro.hub.newsroom.feeds.keeping import kept
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.web import metrics

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
def test_asking_again_costs_one_query(released: Version, address: str) -> None:
    with clock_at(AFTER):
        first = Client().get(address)
        for headers in ({"if-none-match": first["ETag"]}, {}):
            with CaptureQueriesContext(connection) as queries:
                again = Client().get(address, headers=headers)
            assert again.status_code == (304 if headers else 200)
            assert len(queries) == 1


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
    assert len(queries) == 1000
    assert all(one["sql"].startswith("SELECT") for one in queries)
    assert len(written) == 1


@pytest.mark.django_db(transaction=True)
def test_readers_who_come_at_the_same_instant_have_it_written_once(cast: Cast) -> None:
    written, ready = [], threading.Barrier(8)

    def write_slowly() -> tuple[bytes, None]:
        written.append(threading.get_ident())
        time.sleep(0.1)
        return b"whole", None

    def come() -> bytes:
        ready.wait()
        try:
            return kept("test", write_slowly).content
        finally:
            connection.close()

    with clock_at(AFTER), ThreadPoolExecutor(8) as readers:
        asked = [readers.submit(copy_context().run, come) for _ in range(8)]
        assert [one.result() for one in asked] == [b"whole"] * 8
    assert len(written) == 1


def test_of_what_is_refused_the_log_tells_once(
    settings, released: Version, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VIDENSBRO_FEED_REQUESTS = 3
    greedy = Client(REMOTE_ADDR="192.0.2.7")
    with clock_at(AFTER + timedelta(days=2)), caplog.at_level(logging.INFO):
        for _ in range(3):
            ask("atom", client=greedy)
        caplog.clear()
        counted = _refusals()
        assert {ask("atom", client=greedy).status_code for _ in range(50)} == {429}
    assert _refusals() == counted + 50
    (told,) = caplog.records
    assert "newsroom.feeds_refused" in told.getMessage()
    assert "192.0.2.7" not in told.getMessage()


def _refusals() -> float:
    return metrics.REQUESTS.labels("feed", "GET", "429")._value.get()


def test_who_is_refused_is_told_in_her_language(settings, released: Version) -> None:
    settings.VIDENSBRO_FEED_REQUESTS = 1
    client = Client(REMOTE_ADDR="192.0.2.8")
    with clock_at(AFTER + timedelta(days=3)):
        ask("atom", client=client)
        told = {
            code: ask("atom", client=client, headers={"accept-language": code}).content.decode()
            for code in ("en", "da")
        }
    assert told["en"].startswith("You ask for feeds too often.")
    assert told["da"] not in {"", told["en"]}


def test_no_session_and_no_account_is_looked_for(
    released: Version, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(cast.users["secretariat"])

    def looked(*given: object) -> None:
        raise AssertionError("somebody wants to know who asks")

    monkeypatch.setattr(SessionMiddleware, "process_request", looked)
    monkeypatch.setattr(LocaleMiddleware, "process_request", looked)
    with clock_at(AFTER):
        for address in (*map(feed_path, KINDS), "/newsroom/sitemap.xml"):
            assert client.get(address).status_code == 200
    with pytest.raises(AssertionError, match="who asks"):
        client.get("/newsroom/")


def test_what_there_is_not_is_told_on_a_page(cast: Cast) -> None:
    for headers, said in (
        ({"accept-language": "en"}, "There is nothing here"),
        ({"accept-language": "da"}, "<h1"),
    ):
        answer = Client().get("/newsroom/feeds/da/gopher", headers=headers)
        assert (answer.status_code, answer["Content-Language"]) == (404, headers["accept-language"])
        assert said in answer.content.decode()
    assert Client().get(feed_path("atom"), headers={"host": "evil.example"}).status_code == 400


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


def test_customers_of_version_4_are_told_apart_where_a_server_listens_to_both(settings, db: None) -> None:
    settings.VIDENSBRO_FEED_REQUESTS = 1
    with clock_at(AFTER + timedelta(days=4)):
        answers = [
            ask("json", client=Client(REMOTE_ADDR=place)).status_code
            for place in ("::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.1")
        ]
    assert answers == [200, 200, 429]


def test_what_is_no_parameter_of_a_feed_has_nothing_written_anew(released: Version) -> None:
    with clock_at(AFTER):
        ask("atom")
        with CaptureQueriesContext(connection) as queries:
            for number in range(10):
                ask("atom", nocache=str(number))
    assert len(queries) == 10


def test_memory_has_an_end(settings) -> None:
    assert settings.CACHES["feeds"]["OPTIONS"]["MAX_ENTRIES"] <= 300
    for number in range(400):
        cache.set(f"feed-{number}", b"x")
    kept = sum(cache.get(f"feed-{number}") is not None for number in range(400))
    assert kept <= 300
