"""The fields that records are tagged with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vidensbro.hub.directory.fields import taxonomy
from vidensbro.hub.directory.importers.outcome import Notice, Outcome


def known_fields(given: Iterable[str], line: int, outcome: Outcome) -> Iterator[str]:
    """The notations that the taxonomy knows, each once; the others are reported."""
    for notation in dict.fromkeys(given):
        if notation in taxonomy():
            yield notation
        else:
            outcome.notices.append(Notice(line, "fields", "choice", notation))
