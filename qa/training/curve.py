"""A run's log -> the training curve as a picture.

`python -m qa.training.curve --log FILE... --out PNG`.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Curves:
    """Points by tokens: the loss, smoothed, and F1 on the sample of each development file."""

    loss: list[tuple[int, float]]
    f1: dict[str, list[tuple[int, float]]]


def read_logs(paths: Sequence[Path]) -> Curves:
    """The curves of runs, each of which started from the weights of the one before."""
    whole = Curves([], {})
    for path in paths:
        before = whole.loss[-1][0] if whole.loss else 0
        curves = read_log(path)
        whole.loss.extend((before + tokens, loss) for tokens, loss in curves.loss)
        for name, points in curves.f1.items():
            whole.f1.setdefault(name, []).extend((before + tokens, f1) for tokens, f1 in points)
    return whole


def read_log(path: Path, smoothing: float = 0.9) -> Curves:
    """The curves in a log; steps that a resumed run took again count as it took them last."""
    losses: dict[int, tuple[int, float]] = {}
    f1: dict[str, dict[int, float]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if "loss" in entry:
            losses[entry["step"]] = (entry["tokens"], entry["loss"])
        elif "set" in entry:
            f1[entry["set"]][entry["tokens"]] = entry["f1"]
    smoothed, mean = [], None
    for _, (tokens, loss) in sorted(losses.items()):
        mean = loss if mean is None else smoothing * mean + (1 - smoothing) * loss
        smoothed.append((tokens, mean))
    return Curves(smoothed, {name: sorted(points.items()) for name, points in f1.items()})


def draw(curves: Curves, path: Path) -> None:
    """Saves the picture: the loss above, F1 below."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    above.plot(*_columns(curves.loss))
    above.set_ylabel("training loss, smoothed")
    for name, points in curves.f1.items():
        below.plot(*_columns(points), marker="o", label=name)
    below.set_ylabel("F1 of the best span, answerable")
    below.set_xlabel("million tokens")
    below.legend()
    for axes in (above, below):
        axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _columns(points: Sequence[tuple[int, float]]) -> tuple[list[float], list[float]]:
    return [tokens / 1e6 for tokens, _ in points], [value for _, value in points]


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.curve", description=__doc__)
    parser.add_argument(
        "--log", type=Path, nargs="+", required=True, help="log.jsonl of a run, and of its sequels"
    )
    parser.add_argument("--out", type=Path, required=True, help="PNG to write")
    given = parser.parse_args(arguments)
    draw(read_logs(given.log), given.out)


if __name__ == "__main__":
    main()
