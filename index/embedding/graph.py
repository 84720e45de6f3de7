"""The compute graph of the default embedding model, for ONNX Runtime.

The graph holds no weights: they stay in the `model.safetensors` of the model's own package and are
handed over when a session is made. It uses ONNX Runtime's fused transformer operators, and ends
with the model's own mean pooling and normalisation. `python -m index.embedding.graph` writes it
anew; that needs the `onnx` package, running it does not.

The architecture is BERT (Devlin et al., 2019) as published for all-MiniLM-L6-v2.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

GRAPH_FILE = Path(__file__).with_name("minilm.onnx")
LAYERS, HEADS, HIDDEN, INNER, VOCABULARY, POSITIONS = 6, 12, 384, 1536, 30522, 512
EPSILON = 1e-12


class _Graph:
    """Collects nodes and the names and shapes of the weights they read."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, tuple[int, ...]] = {}

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        node = helper.make_node(kind, inputs, [output], domain=domain, **attributes)
        self.nodes.append(node)
        return output

    def fused(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.node(kind, *inputs, domain="com.microsoft", **attributes)

    def weight(self, name: str, *shape: int) -> str:
        self.weights[name] = shape
        return name


def build() -> onnx.ModelProto:
    """The model: token ids and mask, each (batch, length), to unit vectors (batch, 384)."""
    graph = _Graph()
    graph.nodes.append(
        helper.make_node("Cast", ["attention_mask"], ["mask_int32"], to=TensorProto.INT32)
    )
    hidden = _embeddings(graph)
    for layer in range(LAYERS):
        hidden = _layer(graph, hidden, f"layer.{layer}")
    _pooled(graph, hidden)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", HIDDEN])
    constants = [
        helper.make_tensor("one", TensorProto.INT64, [1], [1]),
        helper.make_tensor("zero", TensorProto.INT64, [1], [0]),
        helper.make_tensor("two", TensorProto.INT64, [1], [2]),
    ]
    made = helper.make_graph(
        graph.nodes,
        "minilm",
        inputs,
        [output],
        [*constants, *(_external(name, shape) for name, shape in graph.weights.items())],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=9)


def _embeddings(graph: _Graph) -> str:
    words = graph.node("Gather", graph.weight("embeddings.word", VOCABULARY, HIDDEN), "input_ids")
    shape = graph.node("Shape", "input_ids")
    length = graph.node("Slice", shape, "one", "two")
    table = graph.weight("embeddings.position", POSITIONS, HIDDEN)
    positions = graph.node("Slice", table, "zero", length, "zero")
    summed = graph.node("Add", words, positions)
    return graph.node(
        "LayerNormalization",
        summed,
        graph.weight("embeddings.norm.weight", HIDDEN),
        graph.weight("embeddings.norm.bias", HIDDEN),
        epsilon=EPSILON,
    )


def _layer(graph: _Graph, hidden: str, name: str) -> str:
    attended = graph.fused(
        "Attention",
        hidden,
        graph.weight(f"{name}.qkv.weight", HIDDEN, 3 * HIDDEN),
        graph.weight(f"{name}.qkv.bias", 3 * HIDDEN),
        "mask_int32",
        num_heads=HEADS,
    )
    projected = graph.node("MatMul", attended, graph.weight(f"{name}.out.weight", HIDDEN, HIDDEN))
    hidden = _add_and_norm(graph, projected, hidden, f"{name}.out")
    inner = graph.node("MatMul", hidden, graph.weight(f"{name}.inner.weight", HIDDEN, INNER))
    active = graph.fused("BiasGelu", inner, graph.weight(f"{name}.inner.bias", INNER))
    outer = graph.node("MatMul", active, graph.weight(f"{name}.outer.weight", INNER, HIDDEN))
    return _add_and_norm(graph, outer, hidden, f"{name}.outer")


def _add_and_norm(graph: _Graph, change: str, hidden: str, name: str) -> str:
    return graph.fused(
        "SkipLayerNormalization",
        change,
        hidden,
        graph.weight(f"{name}.norm.weight", HIDDEN),
        graph.weight(f"{name}.norm.bias", HIDDEN),
        graph.weight(f"{name}.bias", HIDDEN),
        epsilon=EPSILON,
    )


def _pooled(graph: _Graph, hidden: str) -> None:
    mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    column = graph.node("Unsqueeze", mask, "two")
    total = graph.node("ReduceSum", graph.node("Mul", hidden, column), "one", keepdims=0)
    # The mean's divisor would cancel out in the normalisation that follows.
    graph.nodes.append(helper.make_node("LpNormalization", [total], ["vectors"], axis=1, p=2))


def _external(name: str, shape: tuple[int, ...]) -> onnx.TensorProto:
    """A weight whose values come with the session, not with the graph."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="given-with-the-session")
    return tensor


if __name__ == "__main__":
    GRAPH_FILE.write_bytes(build().SerializeToString(deterministic=True))
