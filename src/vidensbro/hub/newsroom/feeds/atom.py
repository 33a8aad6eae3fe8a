"""A feed as Atom (RFC 4287), with what was withdrawn as tombstones (RFC 6721)."""

from __future__ import annotations

from typing import Final

from vidensbro.hub.newsroom.feeds.entries import Enclosure, Entry, Feed, Gone
from vidensbro.hub.newsroom.feeds.markup import ATOM, MEDIA, XML, Element, add, moment, root, written

CONTENT_TYPE: Final = "application/atom+xml; charset=utf-8"
TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"


def write(feed: Feed) -> bytes:
    """The document. The whole text of each entry is HTML; its licence is a link (RFC 4946)."""
    outermost = root(ATOM, "feed", at=TOMBSTONES, media=MEDIA)
    outermost.set(f"{{{XML}}}lang", feed.language)
    add(outermost, ATOM, "id", feed.url)
    add(outermost, ATOM, "title", feed.title)
    add(outermost, ATOM, "updated", moment(feed.updated))
    _link(outermost, "self", feed.url, type="application/atom+xml")
    _link(outermost, "alternate", feed.home, type="text/html")
    if feed.hub:
        _link(outermost, "hub", feed.hub)
    add(add(outermost, ATOM, "author"), ATOM, "name", feed.site)
    for gone in feed.gone:
        _gone(outermost, gone)
    for entry in feed.entries:
        _entry(outermost, entry)
    return written(outermost)


def _entry(outermost: Element, entry: Entry) -> None:
    node = add(outermost, ATOM, "entry")
    add(node, ATOM, "id", entry.id)
    add(node, ATOM, "title", entry.title)
    add(node, ATOM, "published", moment(entry.published))
    add(node, ATOM, "updated", moment(entry.updated))
    _link(node, "alternate", entry.url, type="text/html")
    for name, url in entry.authors:
        author = add(node, ATOM, "author")
        add(author, ATOM, "name", name)
        add(author, ATOM, "uri", url)
    for term, label in entry.categories:
        add(node, ATOM, "category", term=term, label=label)
    add(node, ATOM, "rights", entry.rights)
    if entry.licence:
        _link(node, "license", entry.licence)
    if entry.summary:
        add(node, ATOM, "summary", entry.summary)
    add(node, ATOM, "content", entry.html, type="html")
    for one in entry.enclosures:
        _enclosure(node, one)


def _enclosure(node: Element, one: Enclosure) -> None:
    _link(node, "enclosure", one.url, type=one.content_type, length=str(one.size), title=one.told)
    if one.credit:
        described(node, one)


def described(node: Element, one: Enclosure) -> None:
    """What a picture shows, who made it, and on what terms it may be used, as Media RSS says that."""
    media = add(node, MEDIA, "content", url=one.url, type=one.content_type, fileSize=str(one.size))
    media.set("medium", "image")
    add(media, MEDIA, "description", one.title, type="plain")
    add(media, MEDIA, "credit", one.credit)
    add(media, MEDIA, "copyright", one.terms)


def _gone(outermost: Element, gone: Gone) -> None:
    node = add(outermost, TOMBSTONES, "deleted-entry", ref=gone.id, when=moment(gone.at))
    add(node, TOMBSTONES, "comment", gone.note)


def _link(parent: Element, rel: str, href: str, **attributes: str) -> None:
    add(parent, ATOM, "link", rel=rel, href=href, **attributes)
