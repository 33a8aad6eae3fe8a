"""A BERT sentence encoder written as an ONNX graph straight from its weights, without torch.

The graph takes token ids (1, tokens) int32 and gives one unit-length vector (1, hidden): embedding, layers in
onnxruntime's fused operators (com.microsoft: EmbedLayerNormalization, Attention, SkipLayerNormalization,
BiasGelu), mean over the tokens, L2 norm. There is no mask because a text is never padded.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Weights = Mapping[str, npt.NDArray[np.float32]]

FUSED = "com.microsoft"
EPSILON = 1e-12


class _Graph:
    """Collects nodes and initial values."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.values: list[Any] = []

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.values.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        outputs = [output, f"{output}.mask"] if kind == "EmbedLayerNormalization" else [output]
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=output, domain=domain, **attributes))
        return output


def write_int8_encoder(weights: Weights, layers: int, heads: int, target: Path) -> None:
    """Write the encoder to `target`, weights in int8 per channel, activations quantised as they come."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    graph = _Graph(weights)
    state = _embed_tokens(graph)
    for layer in range(layers):
        state = _layer(graph, f"encoder.layer.{layer}", state, heads)
    _pool(graph, state)
    hidden = weights["embeddings.LayerNorm.weight"].shape[0]
    model = _model(graph, hidden)
    onnx.checker.check_model(model)
    # The graph is fused already; without the mark the quantiser warns that it may not be.
    add_pre_process_metadata(model)
    # Shape inference does not know the fused operators, so the type of their outputs is named here.
    extra = {"DefaultTensorType": onnx.TensorProto.FLOAT}
    quantize_dynamic(model, target, per_channel=True, weight_type=QuantType.QInt8, extra_options=extra)


def _embed_tokens(graph: _Graph) -> str:
    prefix = "embeddings"
    words = graph.weight(f"{prefix}.word_embeddings.weight")
    # All tokens are of type 0, so its embedding is added to the positions once and for all.
    positions = graph.weights[f"{prefix}.position_embeddings.weight"]
    kind = graph.weights[f"{prefix}.token_type_embeddings.weight"][0]
    table = graph.constant("positions", positions + kind)
    scale, shift = _norm(graph, f"{prefix}.LayerNorm")
    inputs = ["input_ids", "", words, table, "", scale, shift]
    return graph.node("EmbedLayerNormalization", inputs, "embedded", FUSED, epsilon=EPSILON)


def _norm(graph: _Graph, prefix: str) -> tuple[str, str]:
    return graph.weight(f"{prefix}.weight"), graph.weight(f"{prefix}.bias")


def _linear(graph: _Graph, prefix: str, state: str) -> tuple[str, str]:
    """Multiply by a weight; the bias is left for the fused operator that follows."""
    matrix = graph.constant(f"{prefix}.matrix", graph.weights[f"{prefix}.weight"].T)
    return graph.node("MatMul", [state, matrix], f"{prefix}.out"), graph.weight(f"{prefix}.bias")


def _layer(graph: _Graph, prefix: str, state: str, heads: int) -> str:
    parts = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
    matrix = np.concatenate([graph.weights[f"{part}.weight"].T for part in parts], axis=1)
    bias = np.concatenate([graph.weights[f"{part}.bias"] for part in parts])
    inputs = [state, graph.constant(f"{prefix}.qkv", matrix), graph.constant(f"{prefix}.qkv_bias", bias)]
    attended = graph.node("Attention", inputs, f"{prefix}.attended", FUSED, num_heads=heads)
    state = _add_and_norm(graph, f"{prefix}.attention.output", attended, state)
    wide, wide_bias = _linear(graph, f"{prefix}.intermediate.dense", state)
    active = graph.node("BiasGelu", [wide, wide_bias], f"{prefix}.gelu", FUSED)
    return _add_and_norm(graph, f"{prefix}.output", active, state)


def _add_and_norm(graph: _Graph, prefix: str, value: str, residual: str) -> str:
    out, bias = _linear(graph, f"{prefix}.dense", value)
    scale, shift = _norm(graph, f"{prefix}.LayerNorm")
    inputs = [out, residual, scale, shift, bias]
    return graph.node("SkipLayerNormalization", inputs, f"{prefix}.norm", FUSED, epsilon=EPSILON)


def _pool(graph: _Graph, state: str) -> None:
    mean = graph.node("ReduceMean", [state], "mean", axes=[1], keepdims=0)
    length = graph.node("ReduceL2", [mean], "length", axes=[1], keepdims=1)
    graph.node("Div", [mean, length], "sentence_embedding")


def _model(graph: _Graph, hidden: int) -> Any:
    from onnx import TensorProto, helper

    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT32, [1, "tokens"])
    vector = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, [1, hidden])
    body = helper.make_graph(graph.nodes, "encoder", [ids], [vector], graph.values)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=8, producer_name="vidensbro")
