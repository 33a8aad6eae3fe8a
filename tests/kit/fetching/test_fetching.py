"""Single answers from a server that misbehaves."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import logging
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from vidensbro.kit.sources.fetching import (
    Busy,
    FolderCache,
    HttpFetcher,
    Patience,
    Rate,
    Refused,
    Request,
    TooLarge,
    TooSlow,
    Unreachable,
    WrongAddress,
    WrongContent,
)
from vidensbro.kit.sources.fetching.harvesting import json_object


def test_it_says_who_it_is_and_keeps_no_cookies(site, fetcher):
    url = site.on("/", lambda h: h.reply(200, b"hello", Set_Cookie="id=1; Path=/"))
    assert fetcher.fetch(Request(url)).body == b"hello"
    fetcher.fetch(Request(url))
    assert site.log[0].headers["user-agent"] == "Vidensbro (+mailto:ops@example.org)"
    assert all("cookie" not in asked.headers for asked in site.log)


@pytest.mark.parametrize("contact", ["", "nobody", "a b@example.org", "ops@example.org\r\nX: y", "https://"])
def test_it_does_not_go_out_without_a_contact(contact):
    with pytest.raises(ValueError, match="contact"):
        HttpFetcher(contact)


def test_backoff_has_full_jitter(site, fetchers, moments):
    url = site.on("/", *[lambda h: h.reply(500)] * 3, lambda h: h.reply(200, b"ok"))
    fetcher = fetchers(patience=Patience(attempts=4, base=1.0, cap=3.0))
    assert fetcher.fetch(Request(url)).body == b"ok"
    assert moments.slept == [0.5, 1.0, 1.5]  # half of 1, of 2, and of 4 capped at 3


def test_it_gives_up_after_its_attempts(site, fetcher):
    url = site.on("/", lambda h: h.reply(502))
    with pytest.raises(Busy, match="502"):
        fetcher.fetch(Request(url))
    assert len(site.log) == 4


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed_in_both_forms(site, fetcher, moments, status, form):
    begun = moments.now
    value = "120" if form == "seconds" else formatdate(begun + 120, usegmt=True)
    url = site.on("/", lambda h: h.reply(status, Retry_After=value), lambda h: h.reply(200, b"ok"))
    assert fetcher.fetch(Request(url)).body == b"ok"
    assert 120 <= moments.now - begun < 121


def test_a_storm_of_answers_with_retry_after_is_sat_out(site, fetcher, moments):
    url = site.on("/", *[lambda h: h.reply(429, Retry_After="10")] * 20, lambda h: h.reply(200, b"ok"))
    assert fetcher.fetch(Request(url)).body == b"ok"
    assert 200 <= sum(moments.slept) < 210


def test_a_storm_without_end_is_left(site, fetcher, moments):
    url = site.on("/", lambda h: h.reply(429, Retry_After="0"))
    with pytest.raises(Busy):
        fetcher.fetch(Request(url))
    assert len(site.log) < 50


def test_whoever_asks_for_hours_is_not_waited_for(site, fetcher, moments):
    begun = moments.now
    url = site.on("/", lambda h: h.reply(429, Retry_After="36000"))
    with pytest.raises(Busy) as caught:
        fetcher.fetch(Request(url))
    assert caught.value.until == dt.datetime.fromtimestamp(begun + 36000, dt.UTC)
    assert moments.slept == []


@pytest.mark.parametrize("value", ["soon", "-5", "Wed, 99 Foo 2026", "", "٣"])
def test_a_retry_after_that_says_nothing_counts_as_none(site, fetcher, value):
    raw = value.encode().decode("latin-1")
    url = site.on("/", lambda h: h.reply(503, Retry_After=raw), lambda h: h.reply(200, b"ok"))
    assert fetcher.fetch(Request(url)).body == b"ok"


def test_other_callers_wait_as_well_when_a_host_asks_for_a_pause(site, fetchers, moments):
    fetcher = fetchers(patience=Patience(attempts=1, longest=5))
    busy = site.on("/busy", lambda h: h.reply(503, Retry_After="60"))
    other = site.on("/other", lambda h: h.reply(200, b"ok"))
    with pytest.raises(Busy):
        fetcher.fetch(Request(busy))
    begun = moments.now
    fetcher.fetch(Request(other))
    assert moments.now - begun >= 60


def test_rates_are_kept_host_by_host(site, fetchers, moments):
    host = site.url.removeprefix("http://")
    fetcher = fetchers(rates={host: Rate(per_second=2, burst=3)})
    url, begun = site.on("/", lambda h: h.reply(200)), moments.now
    for _ in range(9):
        fetcher.fetch(Request(url))
    assert moments.now - begun == pytest.approx(3.0)  # three at once, then six at two a second


def test_a_refusal_is_final_and_quotes_the_server(site, fetcher):
    url = site.on("/", lambda h: h.reply(400, b'{"error": "Invalid\n filter"}'))
    with pytest.raises(Refused, match="Invalid filter") as caught:
        fetcher.fetch(Request(url))
    assert (caught.value.status, len(site.log)) == (400, 1)


def hang(handler):
    handler.begin(100)
    handler.wfile.write(b"x" * 10)
    handler.wfile.flush()
    handler.server.site.stop.wait(5)


def test_a_server_that_hangs_in_the_middle_is_left(site, fetchers):
    fetcher = fetchers(timeout=0.2, patience=Patience(attempts=2))
    url = site.on("/", hang)
    with pytest.raises(TooSlow):
        fetcher.fetch(Request(url))
    assert len(site.log) == 2


def test_a_server_that_drips_is_left(site, fetchers, moments):
    def drip(handler):
        handler.begin(1000)
        for _ in range(1000):
            moments.now += 10
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.002)

    fetcher = fetchers(deadline=60, patience=Patience(attempts=1))
    with pytest.raises(TooSlow):
        fetcher.fetch(Request(site.on("/", drip)))


def half(handler):
    handler.begin(100)
    handler.wfile.write(b"x" * 50)
    handler.cut()


def broken(handler):
    handler.begin(100)
    handler.wfile.write(b"x" * 50)
    handler.reset()


@pytest.mark.parametrize("behaviour", [half, broken, lambda h: h.reset()], ids=["cut", "reset", "at-once"])
def test_a_connection_that_breaks_is_tried_again(site, fetcher, behaviour):
    url = site.on("/", behaviour, lambda h: h.reply(200, b"whole"))
    assert fetcher.fetch(Request(url)).body == b"whole"


def test_a_closed_door_is_told(fetcher, site):
    url = site.url.rpartition(":")[0] + ":1/"
    with pytest.raises(Unreachable, match="cannot be reached"):
        fetcher.fetch(Request(url))


def test_a_length_that_is_too_long_or_too_short_is_noticed(site, fetcher):
    body = json.dumps({"a": "b" * 50}).encode()

    def too_short(handler):
        handler.begin(20)
        handler.wfile.write(body)
        handler.cut()

    def too_long(handler):
        handler.begin(len(body) + 9)
        handler.wfile.write(body)
        handler.cut()

    url = site.on("/", too_short, too_long, lambda h: h.reply(200, body))
    assert fetcher.fetch(Request(url, check=json_object)).body == body
    assert len(site.log) == 3


def test_gzip_is_read_and_a_truncated_one_asked_for_again(site, fetcher):
    packed = gzip.compress(b"text" * 1000) + gzip.compress(b"more")
    cut = gzip.compress(b"text" * 1000)[:-12]
    url = site.on(
        "/",
        lambda h: h.reply(200, cut, Content_Encoding="gzip"),
        lambda h: h.reply(200, b"not gzip at all", Content_Encoding="gzip"),
        lambda h: h.reply(200, packed, Content_Encoding="gzip"),
    )
    assert fetcher.fetch(Request(url)).body == b"text" * 1000 + b"more"
    assert len(site.log) == 3


def test_an_encoding_that_was_not_asked_for_is_told(site, fetcher):
    url = site.on("/", lambda h: h.reply(200, b"??", Content_Encoding="br"))
    with pytest.raises(WrongContent, match="br"):
        fetcher.fetch(Request(url))


def test_a_bomb_does_not_go_off(site, fetcher):
    bomb = gzip.compress(bytes(80 << 20))
    url = site.on("/", lambda h: h.reply(200, bomb, Content_Encoding="gzip"))
    with pytest.raises(TooLarge, match="1,048,576"):
        fetcher.fetch(Request(url, max_bytes=1 << 20))
    assert len(site.log) == 1


def test_a_body_without_end_is_left(site, fetcher):
    def endless(handler):
        handler.begin(None)
        while not handler.server.site.stop.is_set():
            handler.wfile.write(b"x" * 65536)

    with pytest.raises(TooLarge):
        fetcher.fetch(Request(site.on("/", endless), max_bytes=1 << 20))


def test_a_web_page_instead_of_json_is_told(site, fetcher):
    url = site.on("/", lambda h: h.reply(200, b"<!DOCTYPE html><title>Sign in</title>"))
    with pytest.raises(WrongContent, match="web page"):
        fetcher.fetch(Request(url, check=json_object))
    assert len(site.log) == 4


def test_redirects_are_followed_a_few_times(site, fetchers):
    for number in range(7):
        site.on(f"/{number}", lambda h, n=number: h.reply(302, Location=f"/{n + 1}"))
    site.on("/7", lambda h: h.reply(200, b"there"))
    assert fetchers(**{}).fetch(Request(site.url + "/3")).body == b"there"
    with pytest.raises(WrongAddress, match="more than 5"):
        fetchers().fetch(Request(site.url + "/0"))


@pytest.mark.parametrize(
    "location",
    ["/", "/loop", "file:///etc/passwd", "ftp://example.org/", "gopher://x", "http://", "", "http://[", "//:80",
     "javascript:alert(1)", "http://user:secret@example.org/"],
)  # fmt: skip
def test_redirects_in_circles_and_to_other_places_are_refused(site, fetcher, location):
    site.on("/loop", lambda h: h.reply(301, Location="/"))
    url = site.on("/", lambda h: h.reply(301, Location=location))
    with pytest.raises(WrongAddress) as caught:
        fetcher.fetch(Request(url))
    assert "secret" not in str(caught.value)
    assert len(site.log) <= 2


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "example.org", "", "http:///x", "http://a:b@c/", "ftp://x/"]
)
def test_other_addresses_are_refused(fetcher, url):
    with pytest.raises(WrongAddress):
        fetcher.fetch(Request(url))


def test_only_allowed_hosts_are_asked_also_after_a_redirect(site, fetchers):
    host = site.url.removeprefix("http://")
    port = host.rpartition(":")[2]
    url = site.on("/", lambda h: h.reply(302, Location=f"http://localhost:{port}/inside"))
    with pytest.raises(WrongAddress, match="localhost"):
        fetchers(allow=host.__eq__).fetch(Request(url))
    assert len(site.log) == 1


def test_secrets_stay_out_of_logs(site, fetcher, caplog):
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="httpx"):
        fetcher.fetch(Request(site.on("/", lambda h: h.reply(200)), {"api_key": "sesame", "q": "cells"}))
    assert "q=cells" in caplog.text
    assert "sesame" not in caplog.text


def test_secrets_stay_with_their_server_and_out_of_errors(site, fetcher):
    port = site.url.rpartition(":")[2]
    other = f"http://localhost:{port}/other"
    url = site.on("/", lambda h: h.reply(302, Location=other))
    site.on("/other", lambda h: h.reply(403, b"no"))
    request = Request(url, {"api_key": "sesame", "q": "x"}, secrets={"Authorization": "Bearer sesame"})
    with pytest.raises(Refused) as caught:
        fetcher.fetch(request)
    assert site.log[0].headers["authorization"] == "Bearer sesame"
    assert site.log[0].query == {"api_key": "sesame", "q": "x"}
    assert "authorization" not in site.log[1].headers
    assert "api_key" not in site.log[1].query
    site.on("/", lambda h: h.reply(404))
    with pytest.raises(Refused) as caught:
        fetcher.fetch(request)
    assert "sesame" not in str(caught.value) + caught.value.url
    assert "q=x" in caught.value.url


def test_forms_and_parts_are_sent(site, fetcher):
    url = site.on("/", lambda h: h.reply(503), lambda h: h.reply(200, b"{}"))
    fetcher.fetch(Request(url, form={"a": "1 2"}))
    assert [asked.body for asked in site.log] == [b"a=1+2", b"a=1+2"]
    fetcher.fetch(Request(url, parts={"query": {"a": [1]}}))
    assert site.log[-1].headers["content-type"].startswith("multipart/form-data")
    assert b'name="query"' in site.log[-1].body
    assert b'{"a":[1]}' in site.log[-1].body


def test_a_document_is_posted_repeated_and_not_led_elsewhere(site, fetchers, tmp_path):
    fetcher = fetchers(cache=tmp_path / "cache")
    url = site.on("/", lambda h: h.reply(503), lambda h: h.reply(200, b"{}", ETag='"1"'))
    fetcher.fetch(Request(url, document={"query": {"a": [1]}}))
    fetcher.fetch(Request(url, document={}))
    assert [(asked.method, asked.body) for asked in site.log] == [
        ("POST", b'{"query":{"a":[1]}}'),
        ("POST", b'{"query":{"a":[1]}}'),
        ("POST", b"{}"),
    ]
    assert {asked.headers["content-type"] for asked in site.log} == {"application/json"}
    assert not (tmp_path / "cache").exists()
    away = site.on("/away", lambda h: h.reply(302, Location="/"))
    with pytest.raises(WrongAddress):
        fetcher.fetch(Request(away, document={"a": 1}))


def conditional(body, **headers):
    def behave(handler):
        asked = handler.asked.headers
        known = headers.get("ETag") and asked.get("if-none-match") == headers["ETag"]
        dated = headers.get("Last_Modified") and asked.get("if-modified-since") == headers["Last_Modified"]
        if known or dated:
            handler.reply(304)
        else:
            handler.reply(200, body, **headers)

    return behave


DATE = "Tue, 31 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize("headers", [{"ETag": '"v1"'}, {"ETag": 'W/"v1"'}, {"Last_Modified": DATE}])
def test_what_has_not_changed_comes_from_the_cache(site, fetchers, tmp_path, headers):
    url = site.on("/", conditional(b"{}", **headers))
    first = fetchers(cache=tmp_path).fetch(Request(url, check=json_object))
    again = fetchers(cache=tmp_path).fetch(Request(url, check=json_object))
    assert (first.from_cache, again.from_cache, again.body, again.value) == (False, True, b"{}", {})
    site.on("/", conditional(b"[2]", ETag='"v2"'))
    assert fetchers(cache=tmp_path).fetch(Request(url)).body == b"[2]"


@pytest.mark.parametrize(
    "headers", [{}, {"ETag": '"a"', "Cache_Control": "no-store"}, {"ETag": "x", "Vary": "*"}]
)
def test_what_may_not_be_kept_is_not(site, fetchers, tmp_path, headers):
    fetchers(cache=tmp_path).fetch(Request(site.on("/", lambda h: h.reply(200, b"x", **headers))))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_cache_is_passed_over_and_holds_no_keys(site, fetchers, tmp_path):
    url = site.on("/", conditional(b"whole", ETag='"v1"'))
    request = Request(url, {"api_key": "sesame"})
    fetchers(cache=tmp_path).fetch(request)
    assert all(b"sesame" not in path.read_bytes() for path in tmp_path.iterdir())
    next(tmp_path.glob("*.body")).write_bytes(b"who")
    assert fetchers(cache=tmp_path).fetch(request).body == b"whole"
    next(tmp_path.glob("*.json")).write_bytes(b"{")
    assert fetchers(cache=tmp_path).fetch(request).body == b"whole"


def test_a_cache_is_pruned(site, fetchers, tmp_path):
    fetcher = fetchers(cache=tmp_path)
    for number in range(4):
        fetcher.fetch(Request(site.on(f"/{number}", conditional(bytes(100), ETag='"e"'))))
    assert FolderCache(tmp_path).prune(250) == 2
    assert sum(path.stat().st_size for path in Path(tmp_path).glob("*.body")) == 200


def test_an_unasked_304_is_told(site, fetcher):
    with pytest.raises(Refused, match="304"):
        fetcher.fetch(Request(site.on("/", lambda h: h.reply(304))))
