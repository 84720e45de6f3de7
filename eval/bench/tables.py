"""Sections as tables for a terminal, as Markdown and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.bench.figures import Figure, Section

COLUMNS = ("what", "median", "p95", "lowest - highest", "times", "aim")


def table(section: Section) -> Table:
    """A section for the terminal."""
    made = Table(title=f"\n{section.title}", title_justify="left", title_style="bold")
    for number, column in enumerate(COLUMNS):
        made.add_column(column, justify="right" if number else "left")
    for figure in section.figures:
        name, middle, *others, aim = _cells(figure)
        if figure.aim:
            aim = f"[{'green' if figure.aim.met(figure.p50) else 'red'}]{aim}[/]"
        made.add_row(name, f"[bold]{middle}[/]", *others, aim)
    made.caption = "\n".join([section.how, *section.notes])
    made.caption_justify = "left"
    return made


def markdown(section: Section) -> str:
    """A section for a page of the documentation, without its heading."""
    lines = [section.how, "", f"| {' | '.join(COLUMNS)} |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    lines += [f"| {' | '.join(_cells(figure))} |" for figure in section.figures]
    for note in section.notes:
        lines += ["", note]
    return "\n".join(lines)


def values(machine: str, sections: Sequence[Section]) -> dict[str, Any]:
    """Everything measured, for machines."""
    return {
        "machine": machine,
        "sections": {
            section.key: {
                figure.name: {
                    "unit": figure.unit,
                    "p50": figure.p50,
                    "p95": figure.p95,
                    "values": figure.values,
                }
                for figure in section.figures
            }
            for section in sections
        },
    }


def _cells(figure: Figure) -> list[str]:
    unit = f" {figure.unit}" if figure.unit else ""
    middle = f"{_short(figure.p50)}{unit}"
    aim = ""
    if figure.aim:
        aim = f"{figure.aim} {'met' if figure.aim.met(figure.p50) else 'MISSED'}"
    if len(figure.values) == 1:
        return [figure.name, middle, "", "", "1", aim]
    spread = f"{_short(figure.low)} - {_short(figure.high)}"
    return [figure.name, middle, _short(figure.p95), spread, str(len(figure.values)), aim]


def _short(value: float) -> str:
    """Three significant digits, and no more decimals than that takes."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
