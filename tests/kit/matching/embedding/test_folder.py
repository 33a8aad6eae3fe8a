"""Any ONNX model in a folder, shown on small ones whose vectors can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from vidensbro.kit.matching import Document, EmbeddedIndex, Engine, Need
from vidensbro.kit.matching.embedding import open_embedder
from vidensbro.kit.matching.embedding.folder import open_folder
from vidensbro.kit.matching.errors import EmbeddingModelError

WORDS = {"[UNK]": 0, "wound": 1, "sensor": 2, "query": 3, "passage": 4}
TABLE = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [0.5, 0.5, 0], [-1, -1, 0]], np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that looks words up in a table and leaves pooling to the caller."""
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", 3])
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["looked_up"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "axis"], ["wide_mask"]),
        helper.make_node("Mul", ["looked_up", "wide_mask"], ["last_hidden_state"]),
    ]
    values = [numpy_helper.from_array(TABLE, "table"), numpy_helper.from_array(np.array([2]), "axis")]
    graph = helper.make_graph(nodes, "words", inputs, [output], values)
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8),
        tmp_path / "model.onnx",
    )
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": WORDS, "unk_token": "[UNK]"},
    }  # fmt: skip
    write(tmp_path / "tokenizer.json", tokenizer)
    return tmp_path


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def unit(*values: float) -> list[float]:
    return list(np.array(values) / np.linalg.norm(values))


def test_mean_is_the_default(folder: Path) -> None:
    embedder = open_embedder(f"folder:{folder}", folder / "unused")
    assert embedder is not None
    assert embedder.dimensions == 3
    assert np.allclose(embedder.embed(["wound sensor sensor"])[0], unit(1, 2, 0))
    assert embedder.languages == frozenset({"en"})
    assert embedder.name.startswith(f"{folder.name}/")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("cls_token", unit(1, 0, 0)), ("max_tokens", unit(1, 1, 0)), ("mean_tokens", unit(1, 2, 0))],
)
def test_pooling_of_sentence_transformers_is_read(folder: Path, mode: str, expected: list[float]) -> None:
    kinds = (("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize"))
    write(
        folder / "modules.json",
        [
            {"name": n, "path": path, "type": f"sentence_transformers.models.{kind}"}
            for n, path, kind in kinds
        ],
    )
    write(folder / "1_Pooling" / "config.json", {f"pooling_mode_{mode}": True})
    assert np.allclose(open_folder(folder).embed(["wound sensor sensor"])[0], expected)


def test_our_settings_win(folder: Path) -> None:
    settings = {
        "name": "mine", "languages": ["da", "en"], "query_prefix": "query ", "text_prefix": "passage ",
        "pooling": "cls",
    }  # fmt: skip
    write(folder / "vidensbro.json", settings)
    embedder = open_folder(folder)
    assert embedder.name.startswith("mine/")
    assert embedder.languages == frozenset({"da", "en"})
    assert np.allclose(embedder.embed(["wound"])[0], unit(-1, -1, 0))
    assert np.allclose(embedder.embed_queries(["wound"])[0], unit(1, 1, 0))


def test_a_need_is_embedded_as_a_need_and_a_document_as_a_document(folder: Path, tmp_path: Path) -> None:
    """With a model that tells them apart by prefixes, the prefix for needs is put before the need."""
    write(folder / "vidensbro.json", {"query_prefix": "query ", "text_prefix": "passage ", "pooling": "cls"})
    embedder = open_folder(folder)
    seen: list[str] = []
    plain = embedder._embed

    def noted(texts: list[str]) -> npt.NDArray[np.float32]:
        seen.extend(texts)
        return plain(texts)

    embedder._embed = noted  # type: ignore[method-assign]
    with EmbeddedIndex.open(tmp_path / "index", embedder=embedder, writable=True) as index:
        index.add([Document("publication", "1", "en", "wound", "sensor")])
        index.commit()
    engine = Engine(EmbeddedIndex.open(tmp_path / "index").snapshot, embedder=embedder)
    engine.match(Need("wound", language="en"))
    assert seen[-1] == "query wound"
    assert [text for text in seen[:-1] if not text.startswith("passage ")] == []
    assert len(seen) > 1


def test_long_texts_are_cut(folder: Path) -> None:
    write(folder / "vidensbro.json", {"max_tokens": 8})
    text = "wound " * 8 + "sensor " * 100
    assert np.allclose(open_folder(folder).embed([text])[0], [1, 0, 0])


def test_the_name_tells_versions_apart(folder: Path) -> None:
    first = open_folder(folder).name
    model = onnx.load(folder / "model.onnx")
    model.producer_name = "another"
    onnx.save(model, folder / "model.onnx")
    assert open_folder(folder).name != first


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("vidensbro.json", {"langauges": ["da"]}, "langauges"),
        ("vidensbro.json", {"pooling": "median"}, "pooling"),
        ("vidensbro.json", {"max_tokens": 0}, "max_tokens"),
        ("modules.json", [{"path": "2_Dense", "type": "sentence_transformers.models.Dense"}], "Dense"),
        ("tokenizer.json", {"version": "?"}, "tokenizer"),
    ],
)
def test_wrong_files_are_named(folder: Path, file: str, content: Any, message: str) -> None:
    write(folder / file, content)
    with pytest.raises(EmbeddingModelError, match=message):
        open_folder(folder)


def test_missing_and_broken_models(folder: Path) -> None:
    (folder / "modules.json").write_text("{")
    with pytest.raises(EmbeddingModelError, match="not valid JSON"):
        open_folder(folder)
    (folder / "modules.json").unlink()
    (folder / "model.onnx").write_bytes(b"no model")
    with pytest.raises(EmbeddingModelError, match="cannot be opened"):
        open_folder(folder)
    (folder / "model.onnx").unlink()
    with pytest.raises(EmbeddingModelError, match=r"no model\.onnx"):
        open_folder(folder)


@pytest.mark.parametrize("spec", ["", "torch", "folder:", "openai:http://localhost", "minilm:x"])
def test_unknown_specifications_are_explained(tmp_path: Path, spec: str) -> None:
    with pytest.raises(EmbeddingModelError, match="minilm, static, none, folder:PATH"):
        open_embedder(spec, tmp_path)


def test_no_embedder_can_be_asked_for(tmp_path: Path) -> None:
    assert open_embedder("none", tmp_path) is None
