"""A feed as JSON Feed 1.1 (jsonfeed.org/version/1.1). What was withdrawn is left out: the format has no word for it."""

from __future__ import annotations

import json
from typing import Any, Final

from vidensbro.hub.newsroom.feeds.entries import Enclosure, Entry, Feed
from vidensbro.hub.newsroom.feeds.markup import moment
from vidensbro.hub.ui.linked_data import without_blanks

CONTENT_TYPE: Final = "application/feed+json; charset=utf-8"
VERSION: Final = "https://jsonfeed.org/version/1.1"
RIGHTS: Final = "_rights"
"""Our own key, which begins with an underscore as the specification asks: terms of a text, credit of a picture."""


def write(feed: Feed) -> bytes:
    """The document, in UTF-8."""
    told = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "language": feed.language,
        "authors": [{"name": feed.site}],
        "hubs": [{"type": "WebSub", "url": feed.hub}] if feed.hub else [],
    }
    items = [_item(entry, feed.language) for entry in feed.entries]
    return json.dumps({**without_blanks(told), "items": items}, ensure_ascii=False).encode()


def _item(entry: Entry, language: str) -> dict[str, Any]:
    pictures = [one for one in entry.enclosures if one.credit]
    return without_blanks(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_html": entry.html,
            "summary": entry.summary,
            "image": pictures[0].url if pictures else "",
            "date_published": moment(entry.published),
            "date_modified": moment(entry.updated),
            "authors": [{"name": name, "url": url} for name, url in entry.authors],
            "tags": [label for _term, label in entry.categories],
            "language": language,
            "attachments": [_attachment(one) for one in entry.enclosures],
            RIGHTS: without_blanks({"text": entry.rights, "url": entry.licence}),
        }
    )


def _attachment(one: Enclosure) -> dict[str, Any]:
    rights = without_blanks({"credit": one.credit, "text": one.terms})
    return without_blanks(
        {
            "url": one.url,
            "mime_type": one.content_type,
            "title": one.told,
            "size_in_bytes": one.size,
            RIGHTS: rights,
        }
    )
