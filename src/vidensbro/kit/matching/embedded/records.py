"""Rows of the table for documents that are taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedded.intake import Taken
from vidensbro.kit.matching.embedded.table import ROW
from vidensbro.kit.matching.model import PUBLIC

LOW = (1 << 64) - 1


class Names:
    """Numbers for names, in the order in which they were first met. Number 0 is the empty name."""

    KINDS = ("kind", "language", "country", "field")

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._numbers = {
            kind: {name: number for number, name in enumerate(lists.get(kind) or [""])} for kind in self.KINDS
        }

    def number(self, kind: str, name: str) -> int:
        """The number of a name, a new one if needed."""
        numbers = self._numbers[kind]
        return numbers.setdefault(name, len(numbers))

    def lists(self) -> dict[str, list[str]]:
        """All names, each at the place of its number."""
        return {kind: list(numbers) for kind, numbers in self._numbers.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """What was worked out for each document of a batch: the name of its embedded text and its length in
    terms."""

    texts: Sequence[int]
    lengths: Sequence[int]


def build_records(
    items: Sequence[Taken], known: Known, names: Names, key_at: int, document_at: int
) -> npt.NDArray[np.void]:
    """(len(items),) rows. `key_at` and `document_at` are where the first key and document will be stored."""
    table = np.zeros(len(items), ROW)
    for index, item in enumerate(items):
        document = item.document
        for field in document.fields:
            names.number("field", field)
        table[index] = (
            item.key_hash,
            item.content & LOW,
            item.content >> 64,
            known.texts[index],
            key_at,
            document_at,
            len(item.key),
            len(item.stored),
            known.lengths[index],
            document.date.toordinal() if document.date else 0,
            names.number("kind", document.kind),
            names.number("language", document.language),
            names.number("country", document.place.country if document.place else ""),
            int(PUBLIC in document.audience),
        )
        key_at += len(item.key)
        document_at += len(item.stored)
    return table
