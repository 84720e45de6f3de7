"""What each setting does to quality and latency: one is moved, the others stay as they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from eval.configs import Config
from eval.plots import COLOURS, style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from eval.bootstrap import Estimate
    from eval.runner import Result

SETTINGS: Mapping[str, Sequence[float]] = {
    "chunk_tokens": (64, 96, 128, 192, 256),
    "overlap_tokens": (0, 16, 32, 48),
    "dense_weight": (0.0, 0.3, 0.5, 0.6, 0.7, 1.0),
    "passages_read": (2, 4, 8, 12, 16),
}
SHOWN = ("f1", "passage_Success@5", "unanswerable_answered")
_LABELS = {
    "chunk_tokens": "most tokens of a passage (chunk_tokens)",
    "overlap_tokens": "tokens repeated (overlap_tokens)",
    "dense_weight": "share of the dense view (dense_weight)",
    "passages_read": "passages read (passages_read)",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a setting and what it gave.

    Attributes:
        total_ms: median wall time of an answer.
    """

    setting: str
    value: float
    figures: Mapping[str, Estimate]
    total_ms: Estimate


def sweep(
    settings: Sequence[str],
    score: Callable[[Config], Result],
    fixed: Mapping[str, Any],
    centre: Mapping[str, float],
) -> Iterator[Point]:
    """Score every value of the settings named, one moved at a time; each comes when it is done.

    Args:
        settings: names in `SETTINGS`.
        score: gives the result of a configuration.
        fixed: changes to the defaults that every configuration has.
        centre: the settings' values where they are not moved, scored once for all of them.
    """
    results: dict[tuple[str, float] | None, Result] = {}
    for setting in settings:
        for value in SETTINGS[setting]:
            key = None if value == centre[setting] else (setting, value)
            if key not in results:
                results[key] = score(Config(f"{setting}={value:g}", {**fixed, setting: value}))
            summary = results[key].summary
            yield Point(setting, value, summary.figures, summary.latency_ms["total"]["p50"])


def as_rows(points: Sequence[Point]) -> list[dict[str, Any]]:
    """For JSON."""
    return [asdict(point) for point in points]


def as_markdown(points: Sequence[Point]) -> str:
    """A table for the documentation."""
    shown = [name for name in SHOWN if all(name in point.figures for point in points)]
    columns = ["setting", "value", *(f"`{name}`" for name in shown), "milliseconds, p50"]
    lines = [f"| {' | '.join(columns)} |", "|---|" + "---:|" * (len(columns) - 1)]
    for point in points:
        figures = [
            f"**{each.value:.3f}** {each.low:.3f}-{each.high:.3f}"
            for each in (point.figures[name] for name in shown)
        ]
        cells = [f"`{point.setting}`", f"{point.value:g}", *figures, f"{point.total_ms.value:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def plot(points: Sequence[Point], path: Path, defaults: Mapping[str, float]) -> None:
    """A panel a setting: measures with their intervals on the left axis, latency on the right.

    Of `SHOWN`, what the set allows is drawn: one in which every question has an answer has no
    `unanswerable_answered`.
    """
    settings = list(dict.fromkeys(point.setting for point in points))
    with style():
        figure = Figure(figsize=(11, 3.6 * ((len(settings) + 1) // 2)), layout="constrained")
        for number, setting in enumerate(settings, start=1):
            axes = figure.add_subplot((len(settings) + 1) // 2, 2, number)
            _panel(axes, [point for point in points if point.setting == setting])
            axes.axvline(defaults[setting], color="#9aa5b1", lw=1, ls=":")
            axes.set(xlabel=_LABELS[setting], ylim=(0, 1.02))
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels))
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=110)


def _panel(axes: Axes, points: Sequence[Point]) -> None:
    values = [point.value for point in points]
    for name, colour in zip(SHOWN, COLOURS, strict=False):
        if not all(name in point.figures for point in points):
            continue
        known = [point.figures[name] for point in points]
        axes.plot(values, [each.value for each in known], "o-", color=colour, ms=4, label=name)
        low, high = [each.low for each in known], [each.high for each in known]
        axes.fill_between(values, low, high, color=colour, alpha=0.12, lw=0)
    axes.plot([], [], "s--", color="#616e7c", ms=4, label="median milliseconds (right axis)")
    latency = axes.twinx()
    latency.plot(
        values, [point.total_ms.value for point in points], "s--", color="#616e7c", ms=4, lw=1
    )
    top = float(np.max([point.total_ms.value for point in points]))
    latency.set(ylim=(0, top * 1.25))
    latency.grid(visible=False)
