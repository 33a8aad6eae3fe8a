"""Bad input is given to the same world that the pages are tested on."""

from __future__ import annotations

from tests.hub.matches.conftest import corpus, own_index
from tests.hub.web.conftest import browse, empty_cache, world

__all__ = ["browse", "corpus", "empty_cache", "own_index", "world"]
