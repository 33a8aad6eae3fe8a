"""The page in the documentation says what the table says."""

from __future__ import annotations

from tests.hub.permissions.page import PAGE, page


def test_the_page_is_what_the_table_makes_of_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.hub.permissions.page"
