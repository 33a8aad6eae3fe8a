"""A feed as RSS 2.0 (the specification of the RSS Advisory Board, 2.0.11), with the whole text in `content:encoded`.

What was withdrawn is left out: RSS has no word for it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from lxml import etree

from vidensbro.hub.newsroom.feeds.atom import described
from vidensbro.hub.newsroom.feeds.entries import Entry, Feed
from vidensbro.hub.newsroom.feeds.markup import ATOM, MEDIA, Element, add, moment, written

CONTENT_TYPE: Final = "application/rss+xml; charset=utf-8"
CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/"
CREATIVE_COMMONS: Final = "http://backend.userland.com/creativeCommonsRssModule"


def write(feed: Feed) -> bytes:
    """The document."""
    names = {
        "atom": ATOM,
        "content": CONTENT,
        "dc": DUBLIN_CORE,
        "media": MEDIA,
        "creativeCommons": CREATIVE_COMMONS,
    }
    root = etree.Element("rss", {"version": "2.0"}, nsmap=names)
    channel = add(root, "", "channel")
    add(channel, "", "title", feed.title)
    add(channel, "", "link", feed.home)
    add(channel, "", "description", feed.title)
    add(channel, "", "language", feed.language)
    add(channel, "", "lastBuildDate", _moment(feed.updated))
    add(channel, ATOM, "link", rel="self", href=feed.url, type="application/rss+xml")
    if feed.hub:
        add(channel, ATOM, "link", rel="hub", href=feed.hub)
    for entry in feed.entries:
        _item(channel, entry)
    return written(root)


def _item(channel: Element, entry: Entry) -> None:
    node = add(channel, "", "item")
    add(node, "", "title", entry.title)
    add(node, "", "link", entry.url)
    add(node, "", "description", entry.summary)
    add(node, "", "guid", entry.id, isPermaLink="false")
    add(node, "", "pubDate", _moment(entry.published))
    if entry.updated > entry.published:
        add(node, ATOM, "updated", moment(entry.updated))
    for name, _url in entry.authors:
        add(node, DUBLIN_CORE, "creator", name)
    for _term, label in entry.categories:
        add(node, "", "category", label)
    add(node, DUBLIN_CORE, "rights", entry.rights)
    if entry.licence:
        add(node, CREATIVE_COMMONS, "license", entry.licence)
    add(node, CONTENT, "encoded", entry.html)
    _pictures(node, entry)


def _pictures(node: Element, entry: Entry) -> None:
    """The first one is the enclosure, of which there may be one; all are told of with their credit."""
    pictures = [one for one in entry.enclosures if one.credit]
    for one in pictures[:1]:
        add(node, "", "enclosure", url=one.url, length=str(one.size), type=one.content_type)
    for one in pictures:
        described(node, one)


def _moment(at: datetime) -> str:
    """As RFC 822 writes it, with a year of four digits."""
    return format_datetime(at.astimezone(UTC), usegmt=True)
