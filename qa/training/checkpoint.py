"""What a run needs to go on: written whole to a new file, made current by one atomic rename."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


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
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as stream:
        torch.save({name: getattr(checkpoint, name) for name in Checkpoint.__slots__}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)


def load_checkpoint(path: Path) -> Checkpoint:
    """Raises FileNotFoundError where the run has not yet saved anything."""
    if not path.exists():
        raise FileNotFoundError(f"no checkpoint at {path}: start without --resume")
    return Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))


def load_weights(path: Path) -> dict[str, Tensor]:
    """The weights of a finished run, or of a checkpoint: averaged where it has begun to average.

    Raises:
        FileNotFoundError: there is no such file.
    """
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state["model"] | state["average"] if "optimizer" in state else state
