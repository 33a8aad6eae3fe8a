"""A first-stage model distilled from the bundled one: a vector for each token, and a text is their weighted mean.

Each token of the vocabulary goes through the bundled model once, alone; the vectors are whitened, and weighted by how
rare the token is. That is what the literature calls static embeddings of a sentence transformer (Model2Vec, Tulkens &
van Dongen 2024): some hundred times as fast as the model, and it knows no word order and no context. Weights are
those of Arora, Liang & Ma 2017 (smooth inverse frequency); frequencies follow Zipf's law on the order of the
vocabulary, which WordPiece lists by frequency. Whitening (Su et al. 2021) takes away what all tokens have in common,
which otherwise makes any two texts look alike.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.embedding.minilm import NAME as TEACHER
from vidensbro.kit.matching.embedding.minilm import open_minilm
from vidensbro.kit.matching.embedding.session import (
    CHARACTERS_PER_TOKEN,
    Floats,
    OnnxEmbedder,
    open_tokenizer,
)
from vidensbro.kit.text.stop_words import STOP_WORDS

BUILDER = "1"
"""Raised when the making of the table changes: vectors of two builders must not be mixed."""

NAME = f"{TEACHER}/static/{BUILDER}"
TABLE, RECORD = "static.npy", "static.json"
MAX_TOKENS = 512

SMOOTHING = 3e-5
"""The constant of the smooth inverse frequency: a token of this frequency has half the weight of a rare one."""

FILLING = 0.01
"""What a stop word or a sign counts beside another token; not nothing, so that a text of nothing else has a vector."""

SPREAD = 0.01
"""Added to each variance before whitening, as a share of their mean: directions without any are not blown up."""

_FIRST_WORD = "the"
_BATCH = 1_000

Numbers = npt.NDArray[np.float64]


class StaticEmbedder:
    """An `Embedder` on a table of token vectors. Safe to use from several threads."""

    name = NAME
    languages = frozenset({"en"})

    def __init__(self, table: Floats, tokenizer: Any) -> None:
        """`table` is (tokens, dimensions), weights included; `tokenizer` a tokenizer of the same vocabulary."""
        self._table = table
        self._tokenizer = tokenizer

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def embed(self, texts: Sequence[str]) -> Floats:
        """Vectors (len(texts), dimensions) float32, each of length 1."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), _BATCH):
            cleaned = [_cleaned(text) for text in texts[start : start + _BATCH]]
            found = self._tokenizer.encode_batch_fast(cleaned, add_special_tokens=False)
            for row, one in enumerate(found, start):
                vectors[row] = self._mean(one.ids)
        return vectors

    def _mean(self, ids: list[int]) -> Floats:
        # Row after row, never by a matrix product: the sum must not depend on what else is in the batch.
        total = np.add.reduce(self._table[ids], axis=0, dtype=np.float64)
        length = float(np.linalg.norm(total))
        if not length:
            total, length = np.eye(1, self.dimensions)[0], 1.0
        return np.asarray(total / length, np.float32)


def open_static(folder: Path, *, threads: int = 0) -> StaticEmbedder:
    """The distilled model, made in `folder` when it is not there yet (half a minute on two cores, once).

    Raises EmbeddingModelError as `open_minilm` does.
    """
    if not _is_built(folder):
        build_static(folder, threads=threads)
    tokenizer = open_tokenizer(folder / "tokenizer.json", MAX_TOKENS)
    return StaticEmbedder(np.load(folder / TABLE, mmap_mode="r"), tokenizer)


def build_static(folder: Path, *, threads: int = 0) -> None:
    """Distil the bundled model into a table in `folder`; it appears whole or not at all."""
    teacher = open_minilm(folder, threads=threads)
    tokenizer = open_tokenizer(folder / "tokenizer.json", MAX_TOKENS)
    vocabulary = [str(tokenizer.id_to_token(number)) for number in range(tokenizer.get_vocab_size())]
    table = distilled(_alone(teacher, len(vocabulary)), vocabulary)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as name:
        work = Path(name)
        np.save(work / TABLE, table)
        (work / RECORD).write_text(json.dumps(_record(work / TABLE)) + "\n", encoding="utf-8")
        # The record last: it vouches for the table.
        for part in (TABLE, RECORD):
            os.replace(work / part, folder / part)


def distilled(vectors: Floats, vocabulary: Sequence[str]) -> Floats:
    """The table for a vocabulary whose tokens, each alone, have these vectors (tokens, dimensions).

    The whitening is symmetric (ZCA): unlike a projection on principal components it has no signs and no order to
    choose, so that two machines get the same table but for rounding.
    """
    weights = token_weights(vocabulary)
    words = vectors[[token.removeprefix("##").isalnum() for token in vocabulary]].astype(np.float64)
    centre = words.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov(words, rowvar=False))
    scales = 1 / np.sqrt(np.maximum(values, 0) + SPREAD * values.mean())
    whitening = (axes * scales) @ axes.T
    return np.asarray(((vectors - centre) @ whitening) * weights[:, None], np.float32)


def token_weights(vocabulary: Sequence[str]) -> Numbers:
    """(tokens,) how much each token counts: a / (a + p) with p by Zipf's law; hardly anything for stop words, signs
    and the tokens that stand for none."""
    first = vocabulary.index(_FIRST_WORD) if _FIRST_WORD in vocabulary else 0
    # Before the words stand the characters, in an order of their own.
    characters = np.cumsum([len(token) == 1 for token in vocabulary])
    places = np.arange(len(vocabulary))
    share = 1 / np.maximum(np.where(places < first, characters, places - first + 1), 1)
    weights = SMOOTHING / (SMOOTHING + share / share[first:].sum())
    stop = STOP_WORDS["en"]
    filling = [token in stop or not token.removeprefix("##").isalnum() for token in vocabulary]
    return np.asarray(np.where(filling, FILLING * weights.min(), weights), np.float64)


def _alone(teacher: OnnxEmbedder, count: int) -> Floats:
    """(count, dimensions): the teacher's vector of each token by itself."""
    first, last = teacher.tokens("")
    return teacher.embed_tokens([[first, number, last] for number in range(count)])


def _cleaned(text: str) -> str:
    return text[: CHARACTERS_PER_TOKEN * MAX_TOKENS].encode("utf-8", "replace").decode("utf-8")


def _record(table: Path) -> dict[str, object]:
    return {"name": NAME, "bytes": table.stat().st_size}


def _is_built(folder: Path) -> bool:
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return bool(found == _record(folder / TABLE))
    except (FileNotFoundError, ValueError):
        return False
