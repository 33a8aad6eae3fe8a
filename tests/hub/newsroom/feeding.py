"""Asking for feeds as a reader of feeds does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from lxml import etree

from tests.hub.cast import SYSTEM
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import Wording

KINDS = ("atom", "rss", "json")
NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "media": "http://search.yahoo.com/mrss/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
SCHEMA = etree.RelaxNG(etree.parse(str(Path(__file__).with_name("atom.rng"))))


def feed_path(kind: str, language: str = "da") -> str:
    return reverse("feed", args=[language, kind])


def ask(
    kind: str, language: str = "da", client: Client | None = None, headers: Any = None, **query: str
) -> HttpResponse:
    return (client or Client()).get(feed_path(kind, language), query, headers=headers or {})


def tree(response: HttpResponse) -> etree._Element:
    return etree.fromstring(response.content)


def texts(response: HttpResponse, path: str) -> list[str]:
    """What an XPath finds: texts of elements, values of attributes."""
    found = tree(response).xpath(path, namespaces=NAMES)
    return [one if isinstance(one, str) else "".join(one.itertext()) for one in found]


def titles(kind: str, response: HttpResponse) -> list[str]:
    """Headlines, as the kept library reads them; those of JSON Feed as the format says."""
    if kind == "json":
        return [one["title"] for one in json.loads(response.content)["items"]]
    return [one.title for one in read(response).entries]


def read(response: HttpResponse) -> feedparser.FeedParserDict:
    """As a reader of feeds understands it; it must not complain."""
    found = feedparser.parse(
        response.content,
        response_headers={"content-type": response["Content-Type"]},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    assert not found.bozo, found.get("bozo_exception")
    return found


def assert_valid(root: etree._Element) -> None:
    """Atom as RFC 4287 has it: the grammar, and the two rules beside it."""
    assert SCHEMA.validate(root), SCHEMA.error_log
    for entry in root.findall("a:entry", NAMES):
        links = entry.findall("a:link", NAMES)
        assert entry.find("a:content", NAMES) is not None or any(
            one.get("rel", "alternate") == "alternate" for one in links
        )
        assert any(one.find("a:author", NAMES) is not None for one in (entry, root))


def put_on(row: Version, at: datetime) -> Version:
    """Have it approved by whoever issues it, and put it on for that hour."""
    services.hand_in(SYSTEM, row.pk, row.number)
    for one in row.release.issuers.all():
        services.approve(SYSTEM, row.pk, one.organisation_id, row.number)
    return services.schedule(SYSTEM, row.pk, at)


def write(words: Wording, issuers: list[Any], language: str = "da", **columns: Any) -> Version:
    return services.create_release(SYSTEM, issuers, language, words, **columns)


@contextmanager
def undone() -> Iterator[None]:
    """What is done in the block is as if it had not been done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
