"""Results as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from eval.comparison import chance, rows
from eval.outcomes import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eval.bootstrap import Difference, Estimate
    from eval.measures import Measure
    from eval.runner import Result


def tables(results: Sequence[Result]) -> Iterator[Table]:
    """Figures, where questions went, and latency."""
    yield _figures(results)
    yield _verdicts(results)
    if any(result.summary.latency_ms for result in results):
        yield _latency(results)


def _figures(results: Sequence[Result]) -> Table:
    summary = results[0].summary
    table = Table(
        title=f"{results[0].dataset}: {summary.questions} questions", title_justify="left"
    )
    table.add_column("measure", no_wrap=True)
    for number, result in enumerate(results):
        table.add_column(result.name, justify="right")
        if number:
            table.add_column(f"against {results[0].name}", justify="right")
    table.add_column("aim" if len(results) == 1 else "", justify="right")
    group = ""
    for row in rows(results):
        if group and row.measure.group != group:
            table.add_section()
        group = row.measure.group
        cells = [row.measure.name + ("" if row.measure.higher_is_better else " ↓")]
        for number, each in enumerate(row.estimates):
            cells.append(_estimate(each))
            if number:
                cells.append(_difference(row.differences[number]))
        table.add_row(*cells, _aim(row.measure, row.estimates[0]) if len(results) == 1 else "")
    return table


def _estimate(each: Estimate | None) -> str:
    return f"[bold]{each.value:.3f}[/] [dim]{each.low:.3f}-{each.high:.3f}[/]" if each else ""


def _difference(each: Difference | None) -> str:
    if each is None:
        return ""
    interval = f"{each.low:+.3f} to {each.high:+.3f} {chance(each)}".rstrip()
    shown = f"{each.value:+.3f} [dim]{interval}[/]"
    return f"[bold]{shown}[/]" if each.low > 0 or each.high < 0 else shown


def _aim(measure: Measure, reached: Estimate | None) -> str:
    if measure.aim is None or reached is None:
        return ""
    return f"[{'green' if measure.met(reached.value) else 'red'}]{measure.goal}[/]"


def _verdicts(results: Sequence[Result]) -> Table:
    table = Table(title="Where the questions went", title_justify="left")
    table.add_column("outcome")
    for result in results:
        table.add_column(result.name, justify="right")
    for verdict in Verdict:
        counts = [each.summary.verdicts.get(verdict, 0) for each in results]
        if any(counts):
            table.add_row(verdict, *map(str, counts))
    return table


def _latency(results: Sequence[Result]) -> Table:
    table = Table(title="Milliseconds a question, p50 / p95", title_justify="left")
    table.add_column("stage")
    for result in results:
        table.add_column(result.name, justify="right")
    for stage in dict.fromkeys(name for each in results for name in each.summary.latency_ms):
        cells = []
        for result in results:
            figures = result.summary.latency_ms.get(stage)
            cells.append(" / ".join(_milliseconds(each) for each in (figures or {}).values()))
        table.add_row(stage, *cells)
    return table


def _milliseconds(each: Estimate) -> str:
    return f"[bold]{each.value:.1f}[/] [dim]{each.low:.1f}-{each.high:.1f}[/]"
