"""Documents that were written are kept until something changes, so that a feed that is asked for often costs little.

What a document is kept under names the minute and the newest audit events (see `web.visitor_pages`). Hours of releases
are full minutes, so it is another one as soon as an embargo ends, whether or not a worker has noted that; and whatever
is changed shows at once.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from vidensbro.hub.audit import queries as audit
from vidensbro.hub.common import clock
from vidensbro.hub.common.caching import feeds

SECONDS: Final = 60
"""For how long at most: sizes of a picture are made by a worker, which leaves no event."""

Write = Callable[[], tuple[bytes, datetime | None]]
"""Makes the content, and says when it last changed (see `Document`)."""
_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Document:
    """What is sent. `etag` is made of the content, so it is the same in every process; `modified` is when it last
    changed, None if it never held anything."""

    content: bytes
    etag: str
    modified: datetime | None


def kept(name: str, write: Write) -> Document:
    """The document of that name, written if it is not there, once however many ask. One query if it is."""
    # The minute and the events come first: what is written after them is at least as new as its name says.
    minute = clock.now().replace(second=0, microsecond=0)
    site = (settings.VIDENSBRO_BASE_URL, settings.VIDENSBRO_WEBSUB_HUB, settings.VIDENSBRO_THEME)
    key = hashlib.sha256(
        repr((name, minute, audit.newest(), site)).encode("utf-8", "surrogatepass")
    ).hexdigest()
    found: Document | None = feeds.get(key)
    if found is None:
        with _writing:
            found = feeds.get(key) or _written(key, write)
    return found


def _written(key: str, write: Write) -> Document:
    content, modified = write()
    made = Document(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', modified)
    feeds.set(key, made, SECONDS)
    return made
