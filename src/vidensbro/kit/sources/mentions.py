"""Organisations that a source names without an identifier, and what has been seen before."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Final

from vidensbro.kit.sources.cleaning import clean

REMEMBERED: Final = 500_000
"""How many of the latest keys are kept in mind."""


class Once:
    """Tells the first time of a key, among the last `REMEMBERED` ones."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def first(self, key: str) -> bool:
        """Is this key new? It is not, from now on."""
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True


def named(*parts: str) -> str:
    """An identifier for what has only a name: the same for the same name, however it is capitalised."""
    key = "\n".join(clean(part).casefold().rstrip(".,;") for part in parts)
    return f"name-{hashlib.blake2b(key.encode(), digest_size=10).hexdigest()}"
