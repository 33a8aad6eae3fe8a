"""The bundled model against the same arithmetic written out in numpy from the original weights."""

from __future__ import annotations

import importlib.util
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from vidensbro.kit.matching.embedding import minilm
from vidensbro.kit.matching.embedding.session import OnnxEmbedder
from vidensbro.kit.matching.errors import EmbeddingModelError

Floats = npt.NDArray[np.float64]

TEXTS = [
    "A sensor that detects pressure ulcers early in nursing home residents",
    "wound care",
    "Quantum sensing with nitrogen-vacancy centres in diamond at room temperature. " * 3,
    "We developed a low-cost catheter coating that prevents urinary tract infections in hospitals.",
    "",
    "x " * 600,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("minilm")


@pytest.fixture(scope="module")
def embedder(folder: Path) -> OnnxEmbedder:
    return minilm.open_minilm(folder, threads=2)


def weights_folder() -> Path:
    found = importlib.util.find_spec(minilm.PACKAGE)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "model"


def reference(texts: list[str]) -> Floats:
    """BERT (Devlin et al. 2019), mean pooling and L2 norm (Reimers & Gurevych 2019), in double precision."""
    weights = {
        name: np.asarray(w, np.float64)
        for name, w in load_file(weights_folder() / "model.safetensors").items()
    }
    tokenizer = Tokenizer.from_file(str(weights_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    return np.array([_encode(weights, np.array(tokenizer.encode(text).ids)) for text in texts])


def _encode(weights: dict[str, Floats], ids: npt.NDArray[np.int64]) -> Floats:
    def linear(name: str, x: Floats) -> Floats:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(name: str, x: Floats) -> Floats:
        spread = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-12)
        return (x - x.mean(axis=-1, keepdims=True)) / spread * weights[f"{name}.weight"] + weights[
            f"{name}.bias"
        ]

    tables = [weights[f"embeddings.{part}_embeddings.weight"] for part in ("word", "position", "token_type")]
    x = norm("embeddings.LayerNorm", tables[0][ids] + tables[1][: len(ids)] + tables[2][0])
    for layer in range(6):
        at = f"encoder.layer.{layer}"
        x = norm(
            f"{at}.attention.output.LayerNorm",
            x + linear(f"{at}.attention.output.dense", _attend(at, linear, x)),
        )
        wide = linear(f"{at}.intermediate.dense", x)
        active = wide * 0.5 * (1 + np.vectorize(math.erf)(wide / math.sqrt(2)))
        x = norm(f"{at}.output.LayerNorm", x + linear(f"{at}.output.dense", active))
    mean = x.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _attend(at: str, linear: Callable[[str, Floats], Floats], x: Floats) -> Floats:
    parts = [
        linear(f"{at}.attention.self.{part}", x).reshape(len(x), 12, 32) for part in ("query", "key", "value")
    ]
    query, key, value = (part.transpose(1, 0, 2) for part in parts)
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(32)
    weight = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = weight / weight.sum(axis=-1, keepdims=True) @ value
    return mixed.transpose(1, 0, 2).reshape(len(x), 384)


def test_vectors_agree_with_the_written_out_model(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    agreement = (vectors * reference(TEXTS)).sum(axis=1)
    assert agreement.min() > 0.97
    assert agreement.mean() > 0.985


def test_a_vector_depends_on_its_text_alone(embedder: OnnxEmbedder, folder: Path) -> None:
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert embedder.embed(TEXTS).tobytes() == alone.tobytes()
    assert embedder.embed(TEXTS[::-1])[::-1].tobytes() == alone.tobytes()
    assert embedder.embed_queries(TEXTS).tobytes() == alone.tobytes()
    single = minilm.open_minilm(folder, threads=1)
    assert single.embed(TEXTS).tobytes() == alone.tobytes()


def test_texts_alike_are_near(embedder: OnnxEmbedder) -> None:
    need, near, far = embedder.embed(
        [
            "a wearable that finds bedsores early",
            "early detection of pressure ulcers",
            "tax law for companies",
        ]
    )
    assert need @ near > need @ far + 0.2


def test_what_it_is(embedder: OnnxEmbedder) -> None:
    assert (embedder.dimensions, embedder.languages) == (384, frozenset({"en"}))
    assert embedder.name == minilm.NAME
    assert embedder.embed([]).shape == (0, 384)


def test_long_and_broken_texts_are_embedded(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed(["word " * 200_000, "\ud800 broken", "\x00", "🧬" * 50])
    assert np.isfinite(vectors).all()


def test_it_is_built_once_and_again_when_damaged(embedder: OnnxEmbedder, folder: Path) -> None:
    model = folder / "model.onnx"
    before = model.stat().st_mtime_ns
    minilm.open_minilm(folder)
    assert model.stat().st_mtime_ns == before
    whole = model.read_bytes()
    model.write_bytes(whole[:-1000])
    vectors = minilm.open_minilm(folder).embed(TEXTS[:2])
    assert vectors.tobytes() == embedder.embed(TEXTS[:2]).tobytes()
    assert json.loads((folder / "build.json").read_text())["builder"] == minilm.BUILDER
    assert sorted(path.name for path in folder.iterdir()) == ["build.json", "model.onnx", "tokenizer.json"]


def test_missing_or_foreign_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(EmbeddingModelError, match="SHA-256 differs"):
        minilm.open_minilm(tmp_path)
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package_here")
    with pytest.raises(EmbeddingModelError, match="not installed"):
        minilm.open_minilm(tmp_path)
    assert list(tmp_path.iterdir()) == []
