"""Weights stored in eight bits, so that the network takes a quarter of the room.

Only what is stored is rounded: ONNX Runtime turns the matrices back into single precision once,
when it loads them. Its dynamic quantisation, which rounds activations too, is half as fast again
on a CPU with VNNI, but it saturates on CPUs without, loses more, and scales a whole batch
together, so that a passage's score depends on its neighbours (docs/reader.md has the figures).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

_LARGE = 10_000  # elements from which a matrix is stored in bytes


def quantise(source: Path, target: Path) -> None:
    """Writes the network with its matrices in bytes and scales.

    A matrix of a MatMul has a scale for each output channel; a table of a Gather one for each row,
    and its rows are turned back as they are looked up.
    """
    model = onnx.load(source)
    graph = model.graph
    large = {
        tensor.name: tensor
        for tensor in graph.initializer
        if len(tensor.dims) == 2 and np.prod(tensor.dims) >= _LARGE
    }
    tables = {node.input[0] for node in graph.node if node.op_type == "Gather"} & set(large)
    matrices = {node.input[1] for node in graph.node if node.op_type == "MatMul"} & set(large)
    kept = [t for t in graph.initializer if t.name not in tables | matrices]
    stored = [
        *(tensor for name in sorted(tables) for tensor in _in_bytes(large[name], axis=1)),
        *(tensor for name in sorted(matrices) for tensor in _in_bytes(large[name], axis=0)),
    ]
    nodes = [node for name in sorted(matrices) for node in _turned_back(name)]
    for node in graph.node:
        looks_up = node.op_type == "Gather" and node.input[0] in tables
        nodes.extend(_rows_turned_back(node) if looks_up else [node])
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*kept, *stored])
    onnx.save(model, target)


def _in_bytes(tensor: TensorProto, axis: int) -> list[TensorProto]:
    steps, scales = eight_bits(numpy_helper.to_array(tensor), axis)
    return [
        numpy_helper.from_array(steps, f"{tensor.name}.bytes"),
        numpy_helper.from_array(scales, f"{tensor.name}.scales"),
    ]


def _turned_back(name: str) -> Iterator[NodeProto]:
    """The matrix `name` in single precision again; ONNX Runtime folds this when it loads."""
    yield helper.make_node("Cast", [f"{name}.bytes"], [f"{name}.steps"], to=TensorProto.FLOAT)
    yield helper.make_node("Mul", [f"{name}.steps", f"{name}.scales"], [name])


def _rows_turned_back(node: NodeProto) -> list[NodeProto]:
    """The rows that a Gather looks up, in single precision."""
    name, places, output = node.input[0], node.input[1], node.output[0]
    return [
        helper.make_node("Gather", [f"{name}.bytes", places], [f"{output}.bytes"]),
        helper.make_node("Cast", [f"{output}.bytes"], [f"{output}.steps"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}.scales", places], [f"{output}.scales"]),
        helper.make_node("Mul", [f"{output}.steps", f"{output}.scales"], [output]),
    ]


def eight_bits(
    matrix: NDArray[np.float32], axis: int
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(steps from -127 to 127, scales): along `axis`, values are steps times one scale."""
    scales = np.abs(matrix).max(axis=axis, keepdims=True) / 127
    scales = np.where(scales > 0, scales, 1.0).astype(np.float32)
    return np.round(matrix / scales).astype(np.int8), scales
