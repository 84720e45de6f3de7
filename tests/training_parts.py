"""Parts that the tests of training share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from transformers import BertConfig, BertModel

if TYPE_CHECKING:
    from pathlib import Path


def save_tiny_bert(folder: Path, layers: int) -> None:
    """A BERT with random weights, the same ones every time."""
    torch.manual_seed(1)
    size = {"hidden_size": 32, "num_hidden_layers": layers, "num_attention_heads": 2}
    BertModel(BertConfig(**size, intermediate_size=64)).save_pretrained(folder)
