"""Embeddings from any endpoint that speaks the OpenAI embeddings API (POST {base}/embeddings)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching.errors import EmbeddingServiceError

Floats = npt.NDArray[np.float32]

LANGUAGES = frozenset({"da", "en", "no", "nb", "nn", "sv", "de"})
RETRY_STATUS = frozenset({408, 429, 500, 502, 503, 504})
BATCH = 64
MAX_CHARACTERS = 8000
"""Longer texts are cut: services refuse what is longer than their context, usually 8,192 tokens."""


class RemoteEmbedder:
    """An `Embedder` behind HTTP. Whether the same text gives the same vector to the bit is up to the
    service."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        languages: frozenset[str] = LANGUAGES,
        timeout: float = 30.0,
        attempts: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is asked of the service before the first text. `timeout` is in seconds, for one request;
        a request is tried `attempts` times when the service is busy or fails, waiting 0.5, 1, 2 ... seconds
        or as long as it says (at most 60), with `sleep`."""
        self._url = url.rstrip("/") + "/embeddings"
        self._model = model
        self._languages = languages
        self._attempts = attempts
        self._sleep = sleep
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=timeout, headers=headers)
        self._dimensions = 0

    @property
    def name(self) -> str:
        """The model's name at the service."""
        return f"openai/{self._model}"

    @property
    def dimensions(self) -> int:
        """Length of a vector; asks the service once. Raises EmbeddingServiceError."""
        if not self._dimensions:
            self._dimensions = int(self._ask(["dimensions"]).shape[1])
        return self._dimensions

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes that the model understands."""
        return self._languages

    def embed(self, texts: Sequence[str]) -> Floats:
        """Vectors (len(texts), dimensions) of length 1. Raises EmbeddingServiceError."""
        # An empty input is refused by the API, so a space stands for it.
        cut = [text[:MAX_CHARACTERS].encode("utf-8", "replace").decode() or " " for text in texts]
        parts = [self._ask(cut[start : start + BATCH]) for start in range(0, len(cut), BATCH)]
        if not parts:
            return np.empty((0, self.dimensions), np.float32)
        return np.concatenate(parts)

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _ask(self, texts: list[str]) -> Floats:
        payload = {"model": self._model, "input": texts, "encoding_format": "float"}
        answer = self._post(payload)
        try:
            vectors = _vectors(answer.json(), len(texts))
        except (ValueError, KeyError, TypeError) as error:
            raise self._error(f"gave an answer that is no list of embeddings ({error})") from error
        if self._dimensions and vectors.shape[1] != self._dimensions:
            raise self._error(f"gave vectors of length {vectors.shape[1]} after {self._dimensions}")
        self._dimensions = vectors.shape[1]
        return vectors

    def _post(self, payload: dict[str, Any]) -> httpx.Response:
        problem, cause = "", None
        for attempt in range(self._attempts):
            wait = 0.5 * 2**attempt
            try:
                answer = self._client.post(self._url, json=payload)
            except httpx.HTTPError as error:
                problem, cause = f"cannot be reached ({type(error).__name__}: {error})", error
            except httpx.InvalidURL as error:
                raise self._error(f"is not an address ({error})") from error
            else:
                if answer.status_code == httpx.codes.OK:
                    return answer
                problem, cause = f"answered {answer.status_code}: {answer.text[:200]}", None
                if answer.status_code not in RETRY_STATUS:
                    raise self._error(problem)
                wait = _asked_wait(answer, wait)
            if attempt + 1 < self._attempts:
                self._sleep(wait)
        raise self._error(f"{problem}, {self._attempts} times") from cause

    def _error(self, problem: str) -> EmbeddingServiceError:
        return EmbeddingServiceError(
            f"The embeddings service {self._url} {problem}. Check its address, the model name and the key.",
            url=self._url,
            model=self._model,
        )


def _vectors(answer: Any, count: int) -> Floats:
    """Unit vectors in the order asked. Raises ValueError, KeyError or TypeError for anything else."""
    rows = sorted(answer["data"], key=lambda row: int(row["index"]))
    if [int(row["index"]) for row in rows] != list(range(count)):
        raise ValueError(f"{len(rows)} vectors for {count} texts")
    vectors = np.array([row["embedding"] for row in rows], np.float64)
    if vectors.ndim != 2 or vectors.shape[1] == 0 or not np.isfinite(vectors).all():
        raise ValueError("vectors are empty or not finite")
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1.0), np.float32)


def _asked_wait(answer: httpx.Response, default: float) -> float:
    """Seconds that a Retry-After header asks for (RFC 9110, section 10.2.3), at most a minute."""
    value = answer.headers.get("retry-after", "")
    return min(float(value), 60.0) if value.isdigit() else default
