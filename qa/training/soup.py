"""Weights averaged: `python -m qa.training.soup --config FILE --add WEIGHTS SHARE... --out FILE`.

A run that started from the weights of another lies in one valley with them, and a point between the
two reads better than either (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models",
https://arxiv.org/abs/2109.01903; "Model soups", https://arxiv.org/abs/2203.05482).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from qa.training.checkpoint import load_weights
from qa.training.config import load_config
from qa.training.files import written_whole


def average(ingredients: Sequence[tuple[Mapping[str, Tensor], float]]) -> dict[str, Tensor]:
    """The weighted mean of weights of the same names and shapes.

    Raises:
        ValueError: the shares do not add up to 1, or the names differ.
    """
    total = sum(share for _, share in ingredients)
    if abs(total - 1) > 1e-6:
        raise ValueError(f"the shares add up to {total:g}: they must add up to 1")
    names = ingredients[0][0].keys()
    if any(weights.keys() != names for weights, _ in ingredients):
        raise ValueError("the weights are of different models")
    return {
        name: torch.stack([share * weights[name] for weights, share in ingredients]).sum(0)
        for name in names
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Average as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.soup", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="TOML file of the runs")
    parser.add_argument(
        "--add",
        nargs=2,
        action="append",
        required=True,
        metavar=("WEIGHTS", "SHARE"),
        help="weights.pt, checkpoint.pt or a reader's folder, and its share",
    )
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    given = parser.parse_args(arguments)
    encoder = load_config(given.config).encoder
    mixed = average(
        [(load_weights(Path(path), encoder), float(share)) for path, share in given.add]
    )
    with written_whole(given.out) as stream:
        torch.save(mixed, stream)


if __name__ == "__main__":
    main()
