"""Figures recorded in a page stand between its marks and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eval.errors import EvaluationError
from eval.outcomes import Hit, Outcome, Reply
from eval.page import check, record
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


def test_the_time_the_run_took_is_recorded(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(MARKS)
    record("tune", [result("default", "kim")], page)
    assert "| seconds, the whole run | **1** |\n" in page.read_text()
    record("tune", [result("default", "kim"), result("other", "kim")], page)
    assert "| seconds, the whole run | **1** | **1** |  |\n" in page.read_text()


def test_latency_is_recorded_with_its_interval(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(MARKS)
    question = Question("q", "who came", "who", {"kim": 1})
    outcomes = tuple(
        Outcome(question, (), Reply("Kim", 0.9), total_ms=each) for each in (10.0, 20.0, 30.0)
    )
    record("tune", [Result("it", {}, 8, "gold", outcomes, summarise(outcomes, 8), 1.0)], page)
    assert "| milliseconds, p50 / p95 | **20** 10-30 / **30** 10-30 |\n" in page.read_text()


def test_a_page_is_checked_without_a_change(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(MARKS)
    check("tune", page)
    with pytest.raises(EvaluationError, match="has no <!-- eval:blind -->"):
        check("blind", page)
    with pytest.raises(EvaluationError, match="has no <!-- eval:tune -->"):
        check("tune", tmp_path / "none.md")
    assert page.read_text() == MARKS
