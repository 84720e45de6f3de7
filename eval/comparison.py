"""Systems side by side: every measure, and how sure it is that they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.bootstrap import Difference, Estimate, compare
from eval.measures import MEASURES, Measure
from eval.scoring import statistics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.runner import Result

LEAST_SHOWN = 0.001
"""Of p: as many samples as are drawn cannot tell smaller ones apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measure of every system; the differences are to the first."""

    measure: Measure
    estimates: tuple[Estimate | None, ...]
    differences: tuple[Difference | None, ...]


def chance(difference: Difference) -> str:
    """The p value in words, `p 0.012` or `p <0.001`; empty where there is none."""
    if difference.p is None:
        return ""
    return f"p {difference.p:.3f}" if difference.p >= LEAST_SHOWN else f"p <{LEAST_SHOWN}"


def rows(results: Sequence[Result]) -> list[Row]:
    """The measures that any system has, in the order they are shown."""
    first = results[0]
    others = [differences(first, other) for other in results[1:]]
    return [
        Row(
            measure,
            tuple(result.summary.figures.get(name) for result in results),
            (None, *(other.get(name) for other in others)),
        )
        for name, measure in MEASURES.items()
        if any(name in result.summary.figures for result in results)
    ]


def differences(first: Result, second: Result) -> dict[str, Difference]:
    """How much higher the second scores on each measure that both have, on the same questions."""
    one, other = statistics(first.outcomes), statistics(second.outcomes)
    count = first.summary.questions
    return {
        name: compare(one[name], other[name], count)
        for name in first.summary.figures
        if name in second.summary.figures
    }
