"""The whole table."""

from __future__ import annotations

from tests.hub.permissions import (
    rows_accounts,
    rows_directory,
    rows_introductions,
    rows_needs,
    rows_others,
)
from tests.hub.permissions.table import Row

CHAPTERS: dict[str, tuple[Row, ...]] = {
    "Signing in, one's own account, mail": rows_accounts.ROWS,
    "Needs, matches and teasers": rows_needs.ROWS,
    "Introductions": rows_introductions.ROWS,
    "Organisations, people and knowledge": rows_directory.ROWS,
    "Collaborations, the secretariat's pages, the site": rows_others.ROWS,
}
ROWS: tuple[Row, ...] = tuple(row for rows in CHAPTERS.values() for row in rows)
ALSO: dict[str, str] = rows_accounts.ALSO
"""Second names of addresses, and the names of their rows."""
WRITES_ON_GET: dict[str, frozenset[str]] = {}
"""Pages that must keep something when they are only opened, and the tables that they keep it in."""
