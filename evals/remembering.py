"""A model that embeds each text once, however many variants ask for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.protocols import Embedder


class Remembering:
    """An `Embedder` over another, with every vector kept. The first time a text is asked for takes as long as ever."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    @property
    def dimensions(self) -> int:
        """The model's."""
        return self._model.dimensions

    @property
    def languages(self) -> frozenset[str]:
        """The model's."""
        return self._model.languages

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(len(texts), dimensions), from memory where the text is known."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._model.embed(new), strict=True))
        rows = [self._known[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), np.float32)
