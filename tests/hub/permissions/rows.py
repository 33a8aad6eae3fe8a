"""The whole table."""

from __future__ import annotations

from tests.hub.permissions import (
    rows_accounts,
    rows_directory,
    rows_introductions,
    rows_needs,
    rows_newsroom,
    rows_others,
    rows_press,
    rows_sending,
    rows_writing,
)
from tests.hub.permissions.table import Row

CHAPTERS: dict[str, tuple[Row, ...]] = {
    "Signing in, one's own account, what is stored about oneself, mail": rows_accounts.ROWS,
    "Needs, matches and teasers": rows_needs.ROWS,
    "Introductions": rows_introductions.ROWS,
    "Organisations, people and knowledge": rows_directory.ROWS,
    "The newsroom: reading and subscribing": rows_newsroom.ROWS,
    "The newsroom: writing releases and bringing them in": rows_writing.ROWS,
    "The newsroom: the press desk, journalists, press kits": rows_press.ROWS,
    "The newsroom: sending": rows_sending.ROWS,
    "Collaborations, the secretariat's pages, the site": rows_others.ROWS,
}
ROWS: tuple[Row, ...] = tuple(row for rows in CHAPTERS.values() for row in rows)
ALSO: dict[str, str] = rows_accounts.ALSO
"""Second names of addresses, and the names of their rows."""
WRITES_ON_GET: dict[str, frozenset[str]] = {
    "authenticator-app": frozenset({"django_session"}),
    "add-passkey": frozenset({"django_session"}),
    "confirm-with-passkey": frozenset({"django_session"}),
}
"""The only pages that write when they are opened, and where. A secret or a challenge is shown that the answer must fit
(RFC 6238; WebAuthn level 2, section 13.4.3: the server makes the challenge and remembers it), so it is kept in the
session of the one who opened the page, and nowhere else."""
