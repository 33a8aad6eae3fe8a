"""Pages of needs are tested on the world of the page tests."""

from __future__ import annotations

from tests.hub.matches.conftest import corpus
from tests.hub.web.conftest import browse, world

__all__ = ["browse", "corpus", "world"]
