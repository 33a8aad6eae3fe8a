"""In how many documents that everybody may see a word occurs."""

from __future__ import annotations

from functools import cached_property

from vidensbro.hub.common.search import search
from vidensbro.hub.common.targets import kinds, targets
from vidensbro.kit.matching.model import PUBLIC

FEWEST_DOCUMENTS = 200
"""In a smaller collection every word is rare."""

RARE = 3
"""A word in fewer documents than this leads to whoever uses it."""


class Frequencies:
    """Looks words up in the index, each once; without one it knows nothing."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    @cached_property
    def usable(self) -> bool:
        """Is there an index with enough in it to say that a word is rare?"""
        if search("and", kinds()[:1], frozenset({PUBLIC})).titles_only:
            return False
        return sum(target.count() for target in targets().values()) >= FEWEST_DOCUMENTS

    def is_rare(self, word: str) -> bool:
        """Does the word occur in few documents? False where that cannot be looked up."""
        return self.usable and self._of(word) < RARE

    def is_common(self, word: str) -> bool:
        """Does the word occur in several documents? False where that cannot be looked up."""
        return self.usable and self._of(word) >= RARE

    def _of(self, word: str) -> int:
        key = word.casefold()
        if key not in self._known:
            self._known[key] = len(search(word, kinds(), frozenset({PUBLIC})).places)
        return self._known[key]
