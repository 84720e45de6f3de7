"""Bars for the documentation, as PNG files made by matplotlib without a display."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure as Canvas

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from eval.bench.figures import Section

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#7b8794"
DRAWN = ("ingest", "search", "ask", "start")


def draw(sections: Sequence[Section], folder: Path) -> list[Path]:
    """Draw the sections there is a picture for; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for section in sections:
        if section.key in DRAWN:
            file = folder / f"bench-{section.key}.png"
            _bars(section).savefig(file, dpi=144, metadata={"Software": None})
            written.append(file)
    return written


def _bars(section: Section) -> Canvas:
    """A bar to the median with a line from the smallest value to the 95th percentile."""
    unit = section.figures[0].unit
    figures = [figure for figure in section.figures if figure.unit == unit]
    canvas = Canvas(figsize=(7.2, 1.1 + 0.36 * len(figures)), layout="constrained")
    axes = canvas.add_subplot()
    for place, figure in enumerate(figures):
        spread = [[figure.p50 - figure.low], [max(0.0, figure.p95 - figure.p50)]]
        missed = figure.aim is not None and not figure.aim.met(figure.p50)
        axes.barh(
            place,
            figure.p50,
            height=0.62,
            xerr=spread,
            color=ORANGE if missed else BLUE,
            error_kw={"lw": 1, "ecolor": GREY},
        )
        axes.annotate(
            f" {figure.p50:,.3g}",
            (max(figure.p95, figure.p50), place),
            va="center",
            fontsize=9,
        )
    aims = {figure.aim.value for figure in figures if figure.aim}
    for aim in aims:
        axes.axvline(aim, color=ORANGE, ls="--", lw=1)
        axes.annotate(f"aim {aim:g} {unit}", (aim, -0.75), color=ORANGE, fontsize=8, ha="center")
    _dress(axes, [figure.name for figure in figures], section.title, unit)
    return canvas


def _dress(axes: Axes, names: Sequence[str], title: str, unit: str) -> None:
    axes.set_yticks(range(len(names)), labels=names)
    axes.invert_yaxis()
    axes.set_xlim(left=0, right=axes.get_xlim()[1] * 1.08)
    axes.set_xlabel(f"{unit} (bar: median; line: lowest to 95th percentile)", fontsize=9)
    axes.set_title(title, loc="left", fontsize=11, pad=14)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", color="#e4e7eb")
    axes.set_axisbelow(True)
