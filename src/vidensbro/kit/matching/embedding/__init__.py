"""Embedders: what turns texts into vectors. `open_embedder` opens one from a short specification."""

from __future__ import annotations

from pathlib import Path

from vidensbro.kit.matching.errors import EmbeddingModelError
from vidensbro.kit.matching.protocols import Embedder

SPECIFICATIONS = ("minilm", "static", "none", "folder:PATH", "openai:URL#model")


def open_embedder(spec: str, folder: Path, *, key: str = "", threads: int = 0) -> Embedder | None:
    """The embedder that `spec` names, or None for "none".

    "minilm" is the bundled English model, kept in `folder`; "static" the first-stage model distilled from it, some
    hundred times as fast; "folder:PATH" any ONNX sentence-embedding model;
    "openai:URL#model" an endpoint that speaks the OpenAI embeddings API, asked with `key`. Local models embed
    `threads` texts at once; 0 takes the number of cores. Raises EmbeddingModelError.
    """
    kind, _, rest = spec.strip().partition(":")
    if kind == "none" and not rest:
        return None
    if kind == "minilm" and not rest:
        from vidensbro.kit.matching.embedding.minilm import open_minilm

        return open_minilm(folder, threads=threads)
    if kind == "static" and not rest:
        from vidensbro.kit.matching.embedding.static import open_static

        return open_static(folder, threads=threads)
    if kind == "folder" and rest:
        from vidensbro.kit.matching.embedding.folder import open_folder

        return open_folder(Path(rest), threads=threads)
    if kind == "openai" and "#" in rest:
        from vidensbro.kit.matching.embedding.remote import RemoteEmbedder

        url, _, model = rest.rpartition("#")
        return RemoteEmbedder(url, model, key=key)
    raise EmbeddingModelError(
        f"{spec!r} names no embedder. Write one of: {', '.join(SPECIFICATIONS)}.", specification=spec
    )
