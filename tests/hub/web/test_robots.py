"""What robots.txt asks of crawlers, read as RFC 9309 says: the longest rule that fits an address counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from lxml import etree

from tests.hub.cast import NOON, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.feeding import put_on, write
from tests.hub.permissions.walking import routes
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.newsroom.models import Version

pytestmark = pytest.mark.django_db
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def lines() -> list[tuple[str, str]]:
    text = Client().get("/robots.txt").content.decode()
    return [(name, value) for name, _, value in (line.partition(": ") for line in text.splitlines() if line)]


def allowed(rules: list[tuple[str, str]], path: str) -> bool:
    fitting = [
        (len(value), name == "Allow")
        for name, value in rules
        if name in {"Allow", "Disallow"} and path.startswith(value)
    ]
    return max(fitting, default=(0, True))[1]


@pytest.fixture
def waits(cast: Cast) -> Version:
    with clock_at(NOON):
        return put_on(write(WORDS, [cast.company.pk]), HOUR)


def test_public_pages_may_be_read(cast: Cast, waits: Version) -> None:
    rules = lines()
    assert rules[0] == ("User-agent", "*")
    release = f"/newsroom/da/{waits.slug}/"
    for path in (
        *("/", "/needs/", "/directory/", "/knowledge/", "/fields/", "/about/", "/privacy/", "/theme.css"),
        *("/newsroom/", "/newsroom/archive/", "/newsroom/archive/?page=2", "/newsroom/subscribe/"),
        *(release, f"{release}release.pdf", "/newsroom/feeds/da/atom", "/newsroom/sitemap.xml"),
        *(
            f"/organisations/{cast.company.pk}/",
            f"/newsroom/press/{cast.company.pk}/",
            "/static/ui/css/x.css",
        ),
    ):
        assert allowed(rules, path), path


def test_what_wastes_time_is_left_alone() -> None:
    rules = lines()
    for path in (
        *(
            "/sign-in/",
            "/sign-in/?next=/needs/new/",
            "/sign-up/",
            "/reset-password/",
            "/match/",
            "/account/mail/",
        ),
        *("/newsroom/archive/?q=sensor", "/newsroom/archive/?year=2026&page=2", "/knowledge/?q=x&page=3"),
        *(
            "/needs/?field=medtech",
            "/needs/new/",
            "/secretariat/desk/",
            "/newsroom/desk/releases/",
            "/mail/abc/",
        ),
        *("/answer/abc/", "/newsroom/leave/abc/", "/newsroom/read/1/", "/newsroom/press/ask/confirm/abc/"),
    ):
        assert not allowed(rules, path), path


def test_every_rule_is_about_addresses_that_are_there() -> None:
    known = ["/" + re.split(r"[<(\\]", one.pattern.removeprefix("^"))[0] for one in routes()]
    for name, value in lines():
        if name == "Disallow":
            assert any(one.startswith(value.rstrip("?")) for one in known), value


def test_sitemaps_are_named_absolutely_and_tell_of_nothing_before_its_hour(
    settings, cast: Cast, browse: Callable[..., Client], waits: Version
) -> None:
    settings.VIDENSBRO_BASE_URL = "https://bro.example.org"
    with clock_at(HOUR - timedelta(seconds=1)):
        before = Client().get("/robots.txt")
        for name in cast.names:
            assert browse(name).get("/robots.txt").content == before.content
        assert waits.slug not in before.content.decode()
        named = [value for name, value in lines() if name == "Sitemap"]
        assert named == ["https://bro.example.org/newsroom/sitemap.xml"]
        sitemap = urlsplit(named[0]).path
        assert waits.slug not in Client().get(sitemap).content.decode()
    with clock_at(HOUR):
        assert Client().get("/robots.txt").content == before.content
        found = [one.text for one in etree.fromstring(Client().get(sitemap).content).iter(LOC)]
    assert found == [f"https://bro.example.org/newsroom/da/{waits.slug}/"]


def test_it_costs_nothing_and_is_the_same_for_everybody(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        answer = Client(headers={"accept-language": "da"}).get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age" in answer["Cache-Control"]
    assert not answer.cookies
    assert Client(headers={"accept-language": "en"}).get("/robots.txt").content == answer.content
