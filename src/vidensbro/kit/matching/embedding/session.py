"""Sentence embeddings by onnxruntime, one text at a time.

Texts are not batched together: with dynamic int8 quantisation the scale of an activation is taken over the
whole tensor, so the neighbours of a text in a batch, and the padding, would change its vector. One text a run
makes vectors independent of batches to the bit, and, as nothing is padded, is not slower. Cores are used by
running several texts at once, each on a single thread, so the number of threads changes no bit either.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.errors import EmbeddingModelError

Floats = npt.NDArray[np.float32]
Item = TypeVar("Item")

CHARACTERS_PER_TOKEN = 32
"""No more than this many characters a token are given to the tokenizer: a megabyte is not cut into words
to keep its first 256."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How texts become vectors with one model.

    `pooling` is "none" (the graph gives one vector a text), "mean", "cls" or "max". `query_prefix` and
    `text_prefix` are put before needs and before documents, as some models ask for.
    """

    name: str
    languages: frozenset[str]
    max_tokens: int = 256
    pooling: str = "none"
    query_prefix: str = ""
    text_prefix: str = ""


class OnnxEmbedder:
    """An `Embedder` on an ONNX file and a tokenizer. Safe to use from several threads."""

    def __init__(self, model: Path, tokenizer: Path, recipe: Recipe, *, threads: int = 0) -> None:
        """Open a model. `threads` texts are embedded at once; 0 takes the number of cores.

        Raises EmbeddingModelError when a file is missing or cannot be read.
        """
        self._recipe = recipe
        self._threads = threads or os.cpu_count() or 1
        self._session = _open_session(model)
        self._tokenizer = open_tokenizer(tokenizer, recipe.max_tokens)
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self._types = {entry.name: entry.type for entry in self._session.get_inputs()}
        self._output = self._choose_output()
        self._dimensions = int(self._run(self.tokens("a")).shape[0])

    @property
    def name(self) -> str:
        """Which model, with its version."""
        return self._recipe.name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes that the model understands."""
        return self._recipe.languages

    def embed(self, texts: Sequence[str]) -> Floats:
        """Vectors of documents, (len(texts), dimensions) float32, each of length 1."""
        return self._embed([self._recipe.text_prefix + text for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Floats:
        """Vectors of needs: the same as `embed` unless the model tells needs from documents by a prefix."""
        return self._embed([self._recipe.query_prefix + text for text in texts])

    def embed_tokens(self, texts: Sequence[list[int]]) -> Floats:
        """Vectors of texts given as the numbers of their tokens, those of beginning and end included."""
        return self._each(texts, self._run)

    def _embed(self, texts: list[str]) -> Floats:
        return self._each(texts, lambda text: self._run(self.tokens(text)))

    def _each(self, items: Sequence[Item], run: Callable[[Item], Floats]) -> Floats:
        vectors = np.empty((len(items), self._dimensions), np.float32)
        if len(items) < 2 or self._threads < 2:
            for row, item in enumerate(items):
                vectors[row] = run(item)
            return vectors
        with ThreadPoolExecutor(self._threads) as pool:
            for row, vector in enumerate(pool.map(run, items)):
                vectors[row] = vector
        return vectors

    def tokens(self, text: str) -> list[int]:
        """The numbers of a text's tokens, as the model reads them."""
        # Lone surrogates cannot be encoded as UTF-8, which the tokenizer works on.
        clean = (
            text[: CHARACTERS_PER_TOKEN * self._recipe.max_tokens].encode("utf-8", "replace").decode("utf-8")
        )
        ids: list[int] = self._tokenizer.encode(clean).ids
        return ids

    def _run(self, ids: list[int]) -> Floats:
        given = {"input_ids": ids, "attention_mask": [1] * len(ids), "token_type_ids": [0] * len(ids)}
        feed = {name: np.array([given[name]], _integer(self._types[name])) for name in self._inputs}
        output = self._session.run([self._output], feed)[0]
        return _unit(_pool(np.asarray(output, np.float32), self._recipe.pooling))

    def _choose_output(self) -> str:
        unknown = self._inputs - {"input_ids", "attention_mask", "token_type_ids"}
        if unknown:
            raise EmbeddingModelError(
                f"The model {self.name} wants the inputs {sorted(unknown)}, which are not known. "
                "Take a model exported for feature extraction.",
                model=self.name,
            )
        names = [entry.name for entry in self._session.get_outputs()]
        wanted = "sentence_embedding" if self._recipe.pooling == "none" else "last_hidden_state"
        return str(wanted if wanted in names else names[0])


def _pool(output: Floats, pooling: str) -> Floats:
    """One vector from a graph's output for one text: (1, d) as it is, (1, tokens, d) by `pooling`."""
    if output.ndim == 2:
        return np.asarray(output[0])
    tokens = output[0]
    if pooling == "cls":
        return np.asarray(tokens[0], np.float32)
    if pooling == "max":
        return np.asarray(tokens.max(axis=0), np.float32)
    return np.asarray(tokens.mean(axis=0, dtype=np.float64), np.float32)


def _unit(vector: Floats) -> Floats:
    length = float(np.linalg.norm(vector.astype(np.float64)))
    return np.asarray(vector / length, np.float32) if length > 0 else vector


def _integer(kind: str) -> type[np.int32] | type[np.int64]:
    return np.int32 if kind == "tensor(int32)" else np.int64


def _open_session(model: Path) -> Any:
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    refusals = (state.Fail, state.InvalidGraph, state.InvalidProtobuf, state.NotImplemented, RuntimeError)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if not model.is_file():
        raise EmbeddingModelError(f"There is no model file {model}.", file=str(model))
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except refusals as error:
        raise EmbeddingModelError(
            f"The model file {model} cannot be opened: {error}", file=str(model)
        ) from error


def open_tokenizer(path: Path, max_tokens: int) -> Any:
    """A tokenizer that pads nothing and cuts after `max_tokens`. Raises EmbeddingModelError if it cannot be read."""
    from tokenizers import Tokenizer

    if not path.is_file():
        raise EmbeddingModelError(f"There is no tokenizer file {path}.", file=str(path))
    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the library raises nothing narrower than Exception
        raise EmbeddingModelError(
            f"The tokenizer file {path} cannot be read: {error}", file=str(path)
        ) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer
