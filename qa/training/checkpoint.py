"""What a run needs to go on: written whole to a new file, made current by one atomic rename."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from qa.reader_files import ReaderFiles
from qa.training.files import written_whole
from qa.training.restore import restore


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State after `step` steps and `tokens` tokens; `average` is empty before the decay phase."""

    step: int
    tokens: int
    model: dict[str, Tensor]
    optimizer: dict[str, Any]
    average: dict[str, Tensor]


def save_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Writes the checkpoint; a run cut off while writing leaves the one before it."""
    with written_whole(path) as stream:
        torch.save({name: getattr(checkpoint, name) for name in Checkpoint.__slots__}, stream)


def load_checkpoint(path: Path) -> Checkpoint:
    """Raises FileNotFoundError where the run has not yet saved anything."""
    if not path.exists():
        raise FileNotFoundError(f"no checkpoint at {path}: start without --resume")
    return Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))


def load_weights(path: Path, encoder: str) -> dict[str, Tensor]:
    """The weights of a finished run, of a checkpoint, or of the folder of an exported reader.

    A checkpoint's are averaged where it has begun to average; a reader's are restored from eight
    bits. `encoder` is the one that the configuration names.

    Raises:
        FileNotFoundError: there is no such file, or the folder is not that of a reader.
        ReaderError: the reader's folder is damaged.
        ValueError: the reader was trained on another encoder.
    """
    if path.is_dir():
        if not ReaderFiles(path).manifest.exists():
            raise FileNotFoundError(
                f"{path} is not an exported reader: give the weights.pt or checkpoint.pt in it"
            )
        return restore(path, encoder)
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state["model"] | state["average"] if "optimizer" in state else state
