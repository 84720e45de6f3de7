"""An exported reader -> the weights to train it further, as eight bits kept them.

The exporter gives matrices names of its own. Which is which is found out by exporting a model of
the same shape whose weights are all different; matrices are then paired by the order of their use.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from qa.onnx_reader import OnnxReader
from qa.reader import ReaderPassage
from qa.reader_files import ReaderFiles
from qa.training.model import SpanModel, build_model
from qa.training.network import export_onnx

_SAMPLE = "Who opened the bridge?", ReaderPassage("Bridge", "Anna Berg opened the bridge.")
_TOLERANCE = 1e-3  # of a logit: two libraries adding up in another order


@dataclass(frozen=True, slots=True)
class _Network:
    """What an ONNX file stores: arrays by name, and the names of its matrices as they are used."""

    stored: Mapping[str, NDArray[np.generic]]
    matrices: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> _Network:
        graph = onnx.load(path).graph
        stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        factors = (node.input[1] for node in graph.node if node.op_type == "MatMul")
        return cls(stored, tuple(n for n in factors if n in stored or f"{n}.bytes" in stored))

    def array(self, name: str) -> NDArray[np.float32]:
        """A weight in single precision, whether it is stored so or in bytes and scales."""
        if name in self.stored:
            return self.stored[name].astype(np.float32)
        steps, scales = self.stored[f"{name}.bytes"], self.stored[f"{name}.scales"]
        return np.asarray(steps.astype(np.float32) * scales.astype(np.float32))


def restore(folder: Path, encoder: str) -> dict[str, Tensor]:
    """The weights of the reader in `folder`, by the names of `SpanModel`.

    They are tried out: the model must say what the network says.

    Args:
        folder: what `qa.training.export` wrote; its hashes are checked.
        encoder: the encoder that the reader was trained on, as the configuration names it.

    Raises:
        ReaderError: a file is missing or damaged.
        ValueError: the reader was trained on another encoder.
    """
    network = _Network.load(ReaderFiles(folder).network)
    model = build_model(encoder)
    try:
        weights = _weights(model, network)
        model.load_state_dict(weights)
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"{folder} was not trained on {encoder}: {error}") from error
    if _disagreement(model, OnnxReader(folder)) > _TOLERANCE:
        raise ValueError(f"the weights of {folder} cannot be told apart: train from a weights.pt")
    return weights


def _weights(model: SpanModel, network: _Network) -> dict[str, Tensor]:
    with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
        for weight in model.parameters():
            weight.normal_()
        path = Path(folder) / "probe.onnx"
        export_onnx(model, path)
        probe = _Network.load(path)
    places = {array.tobytes(): name for name, array in probe.stored.items()}
    renamed = dict(zip(probe.matrices, network.matrices, strict=False))
    weights = {}
    for name, weight in model.named_parameters():
        straight = places.get(weight.detach().numpy().tobytes())
        turned = places.get(np.ascontiguousarray(weight.detach().numpy().T).tobytes())
        place = straight or turned
        if place is None:
            raise KeyError(name)
        array = network.array(renamed.get(place, place))
        weights[name] = torch.from_numpy(np.array(array if straight else array.T))
    return weights


@torch.no_grad()
def _disagreement(model: SpanModel, reader: OnnxReader) -> float:
    """The largest difference of a logit on a sample."""
    question, passage = _SAMPLE
    (given,) = reader.inputs(question, [passage])
    names = ("input_ids", "attention_mask", "token_type_ids")
    said = model.eval()(*(torch.from_numpy(given[name]) for name in names))
    pairs = zip(said, reader.forward(given), strict=True)
    return max(float(np.abs(one.numpy() - other).max()) for one, other in pairs)
