"""A list of yes and no that grows."""

from __future__ import annotations

import numpy as np

from vidensbro.kit.matching.embedded.table import Bits


class Flags:
    """Flags for rows; room is doubled when it runs out, so that adding one is cheap on average."""

    def __init__(self, values: Bits) -> None:
        self._size = len(values)
        self._room = np.zeros(max(1024, 2 * self._size), np.bool_)
        self._room[: self._size] = values

    @property
    def values(self) -> Bits:
        """All flags, as a view."""
        return self._room[: self._size]

    def extend(self, values: Bits) -> None:
        """Add flags at the end."""
        needed = self._size + len(values)
        if needed > len(self._room):
            self._room = np.concatenate([self.values, np.zeros(needed, np.bool_)])
        self._room[self._size : needed] = values
        self._size = needed

    def clear(self, place: int) -> None:
        """Set one flag to no."""
        self._room[place] = False
