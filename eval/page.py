"""Recording figures in the page that reports them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eval.comparison import rows
from eval.marks import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eval.bootstrap import Difference, Estimate
    from eval.runner import Result

PAGE = Path("docs/evaluation.md")


def record(key: str, results: Sequence[Result], page: Path = PAGE) -> None:
    """Put the figures between the marks `eval:KEY`.

    Raises:
        EvaluationError: there is no such page, or the marks are not on it.
    """
    fill(page, {f"eval:{key}": "\n".join(_lines(results))})


def _lines(results: Sequence[Result]) -> Iterator[str]:
    first = results[0]
    day = datetime.now(UTC).date().isoformat()
    yield f"{first.summary.questions} questions of `{first.dataset}`, {day}."
    yield ""
    columns = ["measure", first.name]
    for other in results[1:]:
        columns += [other.name, f"against {first.name}"]
    yield f"| {' | '.join(columns)} |"
    yield "|---|" + "---:|" * (len(columns) - 1)
    for row in rows(results):
        cells = [f"`{row.measure.name}`", _estimate(row.estimates[0])]
        for each, difference in zip(row.estimates[1:], row.differences[1:], strict=True):
            cells += [_estimate(each), _difference(difference)]
        yield f"| {' | '.join(cells)} |"
    total = [result.summary.latency_ms.get("total") for result in results]
    if all(total):
        cells = ["milliseconds, p50 / p95"]
        for number, latency in enumerate(total):
            if latency:
                cells.append(f"{latency['p50'].value:.0f} / {latency['p95'].value:.0f}")
            if number:
                cells.append("")
        yield f"| {' | '.join(cells)} |"


def _estimate(each: Estimate | None) -> str:
    return f"**{each.value:.3f}** {each.low:.3f}-{each.high:.3f}" if each else ""


def _difference(each: Difference | None) -> str:
    if each is None:
        return ""
    chance = "" if each.p is None else f", p {each.p:.3f}"
    return f"{each.value:+.3f} ({each.low:+.3f} to {each.high:+.3f}{chance})"
