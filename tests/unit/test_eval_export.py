"""Rankings and judgements are written as other programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ir_measures
import pytest

from eval.export import write_qrels, write_trec_run
from eval.outcomes import Hit, Outcome
from eval.questions import Question
from eval.runner import Result
from eval.scoring import summarise

if TYPE_CHECKING:
    from pathlib import Path


def outcome(name: str, relevant: dict[str, int], *articles: str) -> Outcome:
    hits = tuple(Hit(article, "v", 0, 9, 1.0) for article in articles)
    return Outcome(Question(name, "who came", "judged", relevant), hits)


def test_trec_eval_finds_the_same_figures_in_the_files(tmp_path: Path):
    outcomes = (
        outcome("q1", {"kim": 2, "putin": 1, "zoo": 0}, "zoo", "putin", "kim"),
        outcome("q2", {"zoo": 1}, "kim", "putin"),
        outcome("q3", {"kim": 1}, "kim", "zoo"),
    )
    result = Result("fused, k 3", {}, 8, "tiny", outcomes, summarise(outcomes, 8), 1.0)
    run, qrels = tmp_path / "tiny.run", tmp_path / "tiny.qrels"
    write_trec_run(run, result)
    write_qrels(qrels, [each.question for each in outcomes])
    assert qrels.read_text().splitlines()[:3] == ["q1 0 kim 2", "q1 0 putin 1", "q1 0 zoo 0"]
    figures = {name: each.value for name, each in result.summary.figures.items()}
    found = ir_measures.calc_aggregate(
        [ir_measures.parse_measure(name) for name in figures],
        ir_measures.read_trec_qrels(str(qrels)),
        ir_measures.read_trec_run(str(run)),
    )
    assert {str(measure): value for measure, value in found.items()} == pytest.approx(figures)
