"""Short texts that one user writes to another."""

from __future__ import annotations

from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.text import storable

LONGEST = 1000


def short(text: str, field: str) -> str:
    """The text as it is kept: without the spaces around it. Raises Invalid beyond 1,000 characters."""
    kept = storable(text).strip()
    if len(kept) > LONGEST:
        raise Invalid({field: ("max_length",)})
    return kept
