"""The plots of a report, as SVG text made by matplotlib without a display."""

from __future__ import annotations

import io
from itertools import cycle
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from eval.metrics import calibration_curve, risk_coverage
from eval.outcomes import GOOD_F1
from eval.questions import TYPES
from eval.runner import DEPTH
from eval.scoring import judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from matplotlib.axes import Axes

    from eval.bootstrap import Floats
    from eval.runner import Result

# Okabe and Ito's colours: told apart by every kind of colour vision. A seventh system begins anew.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_STYLE: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "dateline",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e7eb",
    "axes.edgecolor": "#7b8794",
    "axes.axisbelow": True,
    "legend.frameon": False,
}


def retrieval_by_k(results: Sequence[Result]) -> str:
    """Share of relevant articles, and of questions with an answer, among the first k."""
    figure, axes = _figure()
    cuts = np.arange(1.0, DEPTH + 1)
    for result, colour in zip(results, cycle(COLOURS), strict=False):
        articles, passages = _recall_by_k(result, cuts), _answer_by_k(result, cuts)
        axes.plot(cuts, articles, color=colour, label=f"{result.name}: articles")
        if passages is not None:
            axes.plot(cuts, passages, color=colour, ls="--", label=f"{result.name}: answer held")
    axes.set(xscale="log", xlabel="k", ylabel="found among the first k", ylim=(None, 1.01))
    axes.set_xticks([1, 2, 5, 10, 20, 50, 100], labels=["1", "2", "5", "10", "20", "50", "100"])
    axes.minorticks_off()
    return _svg(figure, axes)


def _recall_by_k(result: Result, cuts: Floats) -> Floats:
    rows: list[Floats] = []
    for outcome in result.outcomes:
        relevant = {name for name, grade in outcome.question.relevant.items() if grade > 0}
        if relevant:
            ranks = [rank for rank, name in enumerate(outcome.ranking, 1) if name in relevant]
            rows.append(np.searchsorted(np.array(ranks), cuts, side="right") / len(relevant))
    return np.mean(rows, axis=0) if rows else np.zeros(len(cuts))


def _answer_by_k(result: Result, cuts: Floats) -> Floats | None:
    outcomes = [outcome for outcome in result.outcomes if outcome.question.answers]
    if not outcomes:
        return None
    ranks = np.array([outcome.answer_rank or np.inf for outcome in outcomes])
    held: Floats = (ranks[:, None] <= cuts).mean(axis=0)
    return held


def risk_by_coverage(results: Sequence[Result]) -> str:
    """Mean risk when only the surest share of the questions is answered."""
    figure, axes = _figure()
    for result, colour in zip(results, cycle(COLOURS), strict=False):
        judged = judge(result.outcomes)
        coverage, risk = risk_coverage(judged.confidence, 1 - judged.soft_right)
        axes.plot(coverage, risk, color=colour, label=result.name)
        answered = 1 - judged.declined.mean()
        at = min(int(np.searchsorted(coverage, answered)), len(risk) - 1)
        axes.plot(coverage[at], risk[at], "o", color=colour)
    axes.set(xlabel="share of questions answered", ylabel="risk (1 - F1)")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
    return _svg(figure, axes)


def calibration(results: Sequence[Result]) -> str:
    """Confidence against the share of right answers, one dot a bin, its area by its size."""
    figure, axes = _figure()
    axes.plot([0, 1], [0, 1], color="#9aa5b1", lw=1, ls=":")
    for result, colour in zip(results, cycle(COLOURS), strict=False):
        judged = judge(result.outcomes)
        right = (judged.soft_right >= GOOD_F1).astype(np.float64)
        points = calibration_curve(judged.confidence, right)
        confidence, share, counts = (np.array(each) for each in zip(*points, strict=True))
        axes.plot(confidence, share, color=colour, label=result.name)
        axes.scatter(confidence, share, s=20 + 300 * counts / counts.sum(), color=colour, alpha=0.6)
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1.02))
    return _svg(figure, axes)


def by_type(results: Sequence[Result]) -> str:
    """F1 of each type of question with its interval."""
    present = [name for result in results for name in result.summary.by_type]
    types = sorted(dict.fromkeys(present), key=lambda name: _place(name))
    figure, axes = _figure(height=0.9 + 0.22 * len(types) * (len(results) + 1))
    thick = 0.8 / len(results)
    for number, (result, colour) in enumerate(zip(results, cycle(COLOURS), strict=False)):
        for place, name in enumerate(types):
            if name not in result.summary.by_type:
                continue
            score = result.summary.by_type[name].figures["f1"]
            spread = [[score.value - score.low], [score.high - score.value]]
            axes.barh(
                place + thick * (number - (len(results) - 1) / 2),
                score.value,
                height=thick * 0.9,
                xerr=spread,
                color=colour,
                error_kw={"lw": 1, "ecolor": "#323f4b"},
                label=result.name if place == 0 else None,
            )
    axes.set_yticks(range(len(types)), labels=[name.replace("_", " ") for name in types])
    axes.invert_yaxis()
    axes.set(xlabel="F1 (unanswerable: share declined)", xlim=(0, 1.02))
    axes.grid(visible=False, axis="y")
    return _svg(figure, axes)


def _place(name: str) -> tuple[int, str]:
    return (TYPES.index(name) if name in TYPES else len(TYPES), name)


def latency(results: Sequence[Result]) -> str:
    """Milliseconds of each stage: the bar is the median, the line reaches the 95th percentile."""
    stages = list(dict.fromkeys(stage for each in results for stage in each.summary.latency_ms))
    figure, axes = _figure(height=0.9 + 0.25 * len(stages) * (len(results) + 1))
    thick = 0.8 / len(results)
    for number, (result, colour) in enumerate(zip(results, cycle(COLOURS), strict=False)):
        for stage, figures in result.summary.latency_ms.items():
            middle, slow = figures["p50"].value, figures["p95"].value
            place = stages.index(stage) + thick * (number - (len(results) - 1) / 2)
            axes.barh(
                place,
                middle,
                height=thick * 0.9,
                xerr=[[0], [max(0.0, slow - middle)]],
                color=colour,
                error_kw={"lw": 1, "ecolor": "#323f4b"},
                label=result.name if stage == "total" else None,
            )
    axes.set_yticks(range(len(stages)), labels=stages)
    axes.invert_yaxis()
    axes.set(xlabel="milliseconds (bar: median, line: to the 95th percentile)")
    axes.grid(visible=False, axis="y")
    return _svg(figure, axes)


def style() -> AbstractContextManager[None]:
    """The look of every plot."""
    return mpl.rc_context(_STYLE)


def _figure(height: float = 3.6) -> tuple[Figure, Axes]:
    with style():
        figure = Figure(figsize=(5.6, height), layout="constrained")
        return figure, figure.add_subplot()


def _svg(figure: Figure, axes: Axes) -> str:
    out = io.StringIO()
    with style():
        if len(axes.get_legend_handles_labels()[1]) > 1:
            axes.legend(fontsize=8)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]
