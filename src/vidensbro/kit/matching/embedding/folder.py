"""Any ONNX sentence-embedding model that lies in a folder.

Wanted: `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`. Read where they are there: the pooling of
sentence-transformers (`modules.json` and the pooling module's `config.json`), its `sentence_bert_config.json`
for the longest text, and our own `vidensbro.json`, which wins:

    {"name": "...", "languages": ["da", "en"], "query_prefix": "query: ", "text_prefix": "passage: ",
     "max_tokens": 512, "pooling": "mean"}

Without `languages` a model is taken to know English only, which is safe: other texts are carried over first.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vidensbro.kit.matching.embedding.session import OnnxEmbedder, Recipe
from vidensbro.kit.matching.errors import EmbeddingModelError

SETTINGS = "vidensbro.json"
DEFAULT_TOKENS = 256


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = ""
    languages: list[str] = ["en"]
    query_prefix: str = ""
    text_prefix: str = ""
    max_tokens: int | None = Field(default=None, ge=8, le=8192)
    pooling: str | None = Field(default=None, pattern="^(none|mean|cls|max)$")


def open_folder(folder: Path, *, threads: int = 0) -> OnnxEmbedder:
    """Open the model in `folder`. Its name carries a digest of the model file, so that vectors of two
    versions are never mixed. Raises EmbeddingModelError saying which file is wrong and why."""
    model = _find_model(folder)
    settings = _read_settings(folder / SETTINGS)
    digest = _digest(model)
    recipe = Recipe(
        name=f"{settings.name or folder.resolve().name}/{digest}",
        languages=frozenset(settings.languages),
        max_tokens=settings.max_tokens or _longest(folder),
        pooling=settings.pooling or _pooling(folder),
        query_prefix=settings.query_prefix,
        text_prefix=settings.text_prefix,
    )
    return OnnxEmbedder(model, folder / "tokenizer.json", recipe, threads=threads)


def _find_model(folder: Path) -> Path:
    for path in (folder / "model.onnx", folder / "onnx" / "model.onnx"):
        if path.is_file():
            return path
    raise EmbeddingModelError(
        f"There is no model.onnx in {folder}. Export the model to ONNX (feature extraction) and put it there "
        "with its tokenizer.json.",
        folder=str(folder),
    )


def _read_settings(path: Path) -> _Settings:
    try:
        return _Settings.model_validate(_read_json(path) or {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise EmbeddingModelError(f"{path}: {where}: {first['msg']}", file=str(path), field=where) from error


def _pooling(folder: Path) -> str:
    modules = _read_json(folder / "modules.json")
    if not isinstance(modules, list):
        return "mean"
    for module in modules:
        kind = str(module.get("type", "")).rpartition(".")[2]
        if kind == "Pooling":
            return _pooling_mode(_read_json(folder / str(module["path"]) / "config.json"))
        if kind not in {"Transformer", "Normalize"}:
            raise EmbeddingModelError(
                f"{folder} has a module of type {kind}, which is not applied here. Export the whole model "
                f'to ONNX and set "pooling": "none" in {SETTINGS}.',
                folder=str(folder),
                module=kind,
            )
    return "mean"


def _pooling_mode(config: Any) -> str:
    modes = {
        "pooling_mode_cls_token": "cls",
        "pooling_mode_max_tokens": "max",
        "pooling_mode_mean_tokens": "mean",
    }
    chosen = [mode for key, mode in modes.items() if isinstance(config, dict) and config.get(key)]
    return chosen[0] if len(chosen) == 1 else "mean"


def _longest(folder: Path) -> int:
    config = _read_json(folder / "sentence_bert_config.json")
    length = config.get("max_seq_length") if isinstance(config, dict) else None
    return int(length) if isinstance(length, int) and length > 0 else DEFAULT_TOKENS


def _read_json(path: Path) -> Any:
    """The content of a JSON file, None when there is no such file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise EmbeddingModelError(f"{path} is not valid JSON: {error}", file=str(path)) from error


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]
