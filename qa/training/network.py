"""The model as ONNX, in single precision."""

from __future__ import annotations

from pathlib import Path

import torch

from qa.training.model import SpanModel

OPSET = 17


def export_onnx(model: SpanModel, path: Path) -> None:
    """Writes the model in single precision, with free batch and length."""
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    outputs = ["start", "end", "relevance"]
    free = {name: {0: "batch", 1: "length"} for name in (*inputs, "start", "end")}
    example = torch.ones((2, 16), dtype=torch.long)
    example[0, 12:] = 0
    torch.onnx.export(
        model.eval(),
        (torch.full((2, 16), 100), example, torch.zeros_like(example)),
        str(path),
        input_names=inputs,
        output_names=outputs,
        dynamic_axes={**free, "relevance": {0: "batch"}},
        opset_version=OPSET,
        dynamo=False,
    )
