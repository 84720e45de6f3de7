"""What tables, plots and the report show of a result."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from eval.measures import MEASURES
from eval.metrics import Cited
from eval.outcomes import Alternative, Hit, Outcome, Reply
from eval.plots import COLOURS, retrieval_by_k
from eval.questions import Accepted, Question
from eval.report import write_report
from eval.runner import Result
from eval.scoring import summarise
from eval.table import tables

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "<img src=x onerror=alert(1)>"
PLACE = Accepted("kim", "v", "private train", 4, 17)
ASKED = Question("t-1", "How did he come?", "what", {"kim": 1}, (PLACE,))
UNKNOWN = Question("t-2", "What did he eat?", "unanswerable", {})


def cited(quote: str) -> Cited:
    return Cited("kim", "v", quote, 4, 4 + len(quote))


def result(name: str = "default", milliseconds: tuple[float, float] = (10.0, 30.0)) -> Result:
    """One question answered rightly, one declined with a candidate and a nearest passage."""
    hits = (Hit("kim", "v", 0, 90, 1.0),)
    right = Reply("private train", 0.9, (cited("private train"),))
    candidate = Alternative(f"soup {HOSTILE}", 0.11, (cited(f"a bowl of soup {HOSTILE}"),))
    declined = Reply(None, 0.11, (cited(f"the nearest {HOSTILE}"),), (candidate,), "read", HOSTILE)
    outcomes = (
        Outcome(ASKED, hits, right, total_ms=milliseconds[0]),
        Outcome(UNKNOWN, hits, declined, total_ms=milliseconds[1]),
    )
    return Result(name, {}, 8, "gold", outcomes, summarise(outcomes, 8), 1.0)


def report(tmp_path: Path, *results: Result) -> str:
    path = tmp_path / "report.html"
    write_report(path, results, {"kim": "Kim comes"})
    return path.read_text(encoding="utf-8")


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_a_declined_question_shows_its_candidates_and_the_nearest_passages(tmp_path: Path) -> None:
    page = report(tmp_path, result())
    shown = plain(page[page.index("t-2") : page.index("<script>")])
    escaped = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
    for words in (
        f"Candidates soup {escaped} confidence 0.11 a bowl of soup {escaped} Kim comes",
        f"Nearest passages the nearest {escaped} Kim comes",
    ):
        assert words in shown
    assert HOSTILE not in page


def test_an_answer_shows_the_citations_of_what_was_less_likely(tmp_path: Path) -> None:
    others = (Alternative("by plane", 0.2, (cited("he came by plane"),)),)
    outcomes = (Outcome(ASKED, (), Reply("train", 0.8, (), others)),)
    made = Result("it", {}, 8, "gold", outcomes, summarise(outcomes, 8), 1.0)
    shown = plain(report(tmp_path, made))
    assert "Instead of by plane confidence 0.20 he came by plane Kim comes" in shown
    assert "Nearest passages" not in shown


def test_the_report_says_which_aims_are_met(tmp_path: Path) -> None:
    shown = plain(report(tmp_path, result()))
    assert "R@5 1.000 1.000–1.000 aim met &gt;= 0.97" in shown
    outcomes = (Outcome(ASKED, (), Reply("by plane", 0.8)),)
    poor = Result("it", {}, 8, "gold", outcomes, summarise(outcomes, 8), 1.0)
    page = report(tmp_path, poor)
    assert "f1 0.000 0.000–0.000 aim missed &gt;= 0.85" in plain(page)
    assert '<small class="missed">' in page


def test_an_aim_is_reached_from_its_better_side() -> None:
    assert MEASURES["f1"].goal == ">= 0.85"
    assert MEASURES["f1"].met(0.85)
    assert not MEASURES["f1"].met(0.84)
    assert MEASURES["unanswerable_answered"].goal == "<= 0.05"
    assert MEASURES["unanswerable_answered"].met(0.05)
    assert not MEASURES["unanswerable_answered"].met(0.06)
    assert MEASURES["AURC"].goal == ""


def test_latency_is_shown_with_its_interval(tmp_path: Path) -> None:
    shown = plain(report(tmp_path, result(milliseconds=(10.0, 30.0))))
    assert "total 10.0 10.0–30.0 30.0 10.0–30.0" in shown
    out = StringIO()
    for table in tables([result(milliseconds=(10.0, 30.0))]):
        Console(file=out, width=120).print(table)
    assert "10.0 10.0-30.0 / 30.0 10.0-30.0" in out.getvalue()


@pytest.mark.parametrize("systems", [1, len(COLOURS), len(COLOURS) + 2])
def test_every_system_is_in_a_plot(systems: int) -> None:
    svg = retrieval_by_k([result(f"system {number}") for number in range(systems)])
    lines = re.findall(r'<path d="[^"]*" clip-path="[^"]*" style="[^"]*stroke: (#\w+)', svg)
    drawn = [colour for colour in lines if colour in COLOURS]
    assert len(drawn) == 2 * systems  # articles, and answers held
