"""A model that embeds each text once, however many variants ask for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.protocols import Embedder

Vectors = npt.NDArray[np.float32]


class Remembering:
    """An `Embedder` over another, with every vector kept. The first time a text is asked for takes as long as ever."""

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._texts: dict[str, Vectors] = {}
        self._queries: dict[str, Vectors] = {}

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

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimensions), from memory where the text is known."""
        return self._remembered(texts, self._texts, self._model.embed)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same for needs, which some models tell from documents by a prefix."""
        embed = getattr(self._model, "embed_queries", self._model.embed)
        return self._remembered(texts, self._queries, embed)

    def _remembered(
        self, texts: Sequence[str], known: dict[str, Vectors], embed: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, embed(new), strict=True))
        rows = [known[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), np.float32)
