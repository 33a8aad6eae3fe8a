"""Documents that were written are kept until something changes, so that a feed that is asked for often costs little.

What a document is kept under names the versions that everybody may see at this very moment: it is another one as soon
as an embargo ends, whether or not a worker has noted that. The newest audit events are part of it (see
`web.visitor_pages`), so that a change of anything else shows at once, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from vidensbro.hub.audit import queries as audit
from vidensbro.hub.common.caching import feeds

SECONDS: Final = 60
"""For how long at most: sizes of a picture are made by a worker, which leaves no event."""

Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """What is sent. `etag` is made of the content, so it is the same in every process; `modified` is when it last
    changed, None if it never held anything."""

    content: bytes
    etag: str
    modified: datetime | None


def kept(name: Sequence[str], rows: Rows, write: Callable[[], tuple[bytes, datetime | None]]) -> Document:
    """The document of that name which tells of these rows, written if it is not there. One query if it is."""
    parts = (*name, rows, audit.newest(), settings.VIDENSBRO_BASE_URL, settings.VIDENSBRO_WEBSUB_HUB)
    key = hashlib.sha256(repr((parts, settings.VIDENSBRO_THEME)).encode("utf-8", "surrogatepass")).hexdigest()
    found: Document | None = feeds.get(key)
    if found is None:
        content, modified = write()
        found = Document(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', modified)
        feeds.set(key, found, SECONDS)
    return found
