"""One HTML file that shows a run: figures, plots, and every question with its answer.

Everything is inside the file: no font, script or picture is fetched. What articles and answers say
goes in as text, escaped by the template.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from eval import plots
from eval.comparison import chance, rows
from eval.outcomes import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from eval.outcomes import Outcome
    from eval.questions import Question
    from eval.runner import Result


@dataclass(frozen=True, slots=True)
class Answered:
    """How one system answered one question."""

    outcome: Outcome
    verdict: Verdict
    hits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A question of the browsable list, with the answer of every system."""

    question: Question
    answered: tuple[Answered, ...]


def write_report(path: Path, results: Sequence[Result], titles: Mapping[str, str]) -> None:
    """Write the report of one or more systems on one set.

    Args:
        path: the HTML file; its folder is made.
        results: the first is the one the others are compared with.
        titles: of the articles, by id.
    """
    environment = Environment(
        loader=PackageLoader("eval", ""),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2").render(
        results=results,
        rows=rows(results),
        chance=chance,
        stages=list(dict.fromkeys(name for each in results for name in each.summary.latency_ms)),
        plots=list(_plots(results)),
        entries=_entries(results),
        titles=titles,
        verdicts=[
            verdict.value
            for verdict in Verdict
            if any(verdict.value in result.summary.verdicts for result in results)
        ],
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _plots(results: Sequence[Result]) -> Iterator[tuple[str, Markup]]:
    """Titles and pictures. matplotlib escapes what it writes, so its SVG goes in as it is."""
    yield "Retrieval by k", Markup(plots.retrieval_by_k(results))  # noqa: S704
    if any(result.summary.by_type for result in results):
        yield "By type of question", Markup(plots.by_type(results))  # noqa: S704
        yield "Risk and coverage", Markup(plots.risk_by_coverage(results))  # noqa: S704
        yield "Calibration", Markup(plots.calibration(results))  # noqa: S704
        yield "Latency", Markup(plots.latency(results))  # noqa: S704


def _entries(results: Sequence[Result]) -> list[Entry]:
    together = zip(*(result.outcomes for result in results), strict=True)
    return [
        Entry(
            outcomes[0].question,
            tuple(
                Answered(outcome, outcome.verdict(result.passages_read), outcome.ranking[:5])
                for outcome, result in zip(outcomes, results, strict=True)
            ),
        )
        for outcomes in together
    ]
