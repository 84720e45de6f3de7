"""Figures recorded in a page stand between its marks and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.outcomes import Hit, Outcome
from eval.page import record
from eval.questions import Question
from eval.runner import Result
from eval.scoring import summarise

if TYPE_CHECKING:
    from pathlib import Path

MARKS = "# Page\n\n<!-- eval:tune -->\nstale\n<!-- /eval:tune -->\n\nThe end.\n"


def result(name: str, *articles: str) -> Result:
    question = Question("q", "who came", "judged", {"kim": 1})
    hits = tuple(Hit(article, "v", 0, 9, 1.0) for article in articles)
    outcomes = (Outcome(question, hits),)
    return Result(name, {}, 8, "gold", outcomes, summarise(outcomes, 8), 1.0)


def test_the_figures_replace_what_stood_between_the_marks(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(MARKS)
    for _ in range(2):
        record("tune", [result("default", "putin", "kim")], page)
    text = page.read_text()
    assert "stale" not in text
    assert text.count("| `RR@10` | **0.500** 0.500-0.500 |") == 1
    assert text.startswith("# Page\n\n<!-- eval:tune -->\n1 questions of `gold`")
    assert text.endswith("<!-- /eval:tune -->\n\nThe end.\n")


def test_further_systems_come_with_their_difference(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(MARKS)
    record("tune", [result("default", "putin", "kim"), result("other", "kim")], page)
    assert "**0.500** 0.500-0.500 | **1.000** 1.000-1.000 | +0.500 (" in page.read_text()
