"""Recording figures in the page that reports them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eval import marks
from eval.comparison import chance, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eval.bootstrap import Difference, Estimate
    from eval.runner import Result

PAGE = Path("docs/evaluation.md")


def check(key: str, page: Path = PAGE) -> None:
    """See that there is a place for the figures, before they are worked out.

    Raises:
        EvaluationError: there is no such page, or the marks `eval:KEY` are not on it.
    """
    marks.check(page, [_mark(key)])


def record(key: str, results: Sequence[Result], page: Path = PAGE) -> None:
    """Put the figures between the marks `eval:KEY`.

    Raises:
        EvaluationError: there is no such page, or the marks are not on it.
    """
    put(key, "\n".join(_lines(results)), page)


def put(key: str, content: str, page: Path = PAGE) -> None:
    """Put Markdown between the marks `eval:KEY`.

    Raises:
        EvaluationError: there is no such page, or the marks are not on it.
    """
    marks.fill(page, {_mark(key): content})


def _mark(key: str) -> str:
    return f"eval:{key}"


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
    total = [result.summary.latency_ms.get("total", {}).values() for result in results]
    if any(total):
        latencies = [" / ".join(map(_milliseconds, each)) for each in total]
        yield _row("milliseconds, p50 / p95", latencies)
    yield _row("seconds, the whole run", [f"**{result.seconds:.0f}**" for result in results])


def _row(name: str, values: Sequence[str]) -> str:
    """A row of values that are not compared: the cells of differences are left empty."""
    cells = [name, values[0], *(cell for value in values[1:] for cell in (value, ""))]
    return f"| {' | '.join(cells)} |"


def _estimate(each: Estimate | None) -> str:
    return f"**{each.value:.3f}** {each.low:.3f}-{each.high:.3f}" if each else ""


def _difference(each: Difference | None) -> str:
    if each is None:
        return ""
    interval = f"{each.low:+.3f} to {each.high:+.3f}"
    return f"{each.value:+.3f} ({', '.join(filter(None, (interval, chance(each))))})"


def _milliseconds(each: Estimate) -> str:
    return f"**{each.value:.0f}** {each.low:.0f}-{each.high:.0f}"
