"""`python -m eval reader`: its figures by hand, and its halves, thresholds and wrong passages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from eval.reader import reader as reader_command
from eval.reader_calibration import calibrate, choose_threshold, draw, fitting_half
from eval.reader_figures import best_threshold, figures
from eval.reader_outcomes import Outcome, load_outcomes, write_outcomes, wrong_passages
from qa.reader_files import SHIPPED
from qa.squad import Answer, SquadQuestion


def outcome(number: int, answerable: bool, f1: float, score: float, **more: float) -> Outcome:
    confidence = 1 / (1 + np.exp(-score))
    made = Outcome(f"q{number}", answerable, f1, float(f1 == 1), score, score, float(confidence))
    values = {name: getattr(made, name) for name in Outcome.__slots__}
    return Outcome(**(values | more))


FOUR = [
    outcome(0, True, 1.0, 4.0, wrong_passage_score=-3.0, wrong_passage_relevance=-3.0),
    outcome(1, True, 0.5, -1.0, wrong_passage_score=0.0, wrong_passage_relevance=-2.0),
    outcome(2, False, 0.0, 1.0),
    outcome(3, False, 0.0, -2.0),
]


def test_figures_by_hand() -> None:
    values = {name: figure.value for name, figure in figures(FOUR, threshold=0.5).items()}
    assert values["f1"] == pytest.approx((1.0 + 0.5) / 2)
    assert values["exact_match"] == pytest.approx(1 / 2)
    # answered at 0.5: numbers 0 and 2; right to decline: number 3
    assert values["f1_at_threshold"] == pytest.approx((1 + 0 + 0 + 1) / 4)
    assert values["answerable_f1_at_threshold"] == pytest.approx(1 / 2)
    assert values["declined_unanswerable"] == pytest.approx(1 / 2)
    # best: answer number 0 alone, decline both unanswerable ones
    assert values["f1_best_threshold"] == pytest.approx((1 + 0 + 1 + 1) / 4)
    # pairs of answerable and unanswerable in the right order: (0,2) (0,3) (1,3)
    assert values["AUROC_close_misses"] == pytest.approx(3 / 4)
    # pairs of right and wrong passage in the right order: all but (-1.0, 0.0)
    assert values["AUROC"] == pytest.approx(3 / 4)
    assert values["AUROC_relevance"] == pytest.approx(4 / 4)


def test_the_best_threshold_equals_trying_every_threshold() -> None:
    random = np.random.default_rng(3)
    score = random.normal(size=50)
    credit, answerable = random.random(50), random.random(50) < 0.6
    tried = [
        np.where(score >= level, credit * answerable, ~answerable).mean()
        for level in [*score, np.inf]
    ]
    best = best_threshold(score, credit, answerable)(np.ones((1, 50)))[0]
    assert best == pytest.approx(max(tried))


def test_outcomes_survive_writing(tmp_path: Path) -> None:
    write_outcomes(FOUR, tmp_path / "o.jsonl")
    assert list(load_outcomes(tmp_path / "o.jsonl")) == FOUR


def test_the_halves_are_fixed_and_nearly_equal() -> None:
    halves = [fitting_half(f"id-{number}") for number in range(2_000)]
    assert 0.45 < np.mean(halves) < 0.55
    assert fitting_half("id-1") == halves[1]


def test_the_threshold_parts_what_can_be_answered() -> None:
    sure = [outcome(number, True, 1.0, 2.0) for number in range(5)]
    unsure = [outcome(number, False, 0.0, -2.0) for number in range(5)]
    chosen = choose_threshold([[*sure, *unsure]])
    assert unsure[0].confidence < chosen <= sure[0].confidence


def test_the_risk_coverage_curve_is_drawn(tmp_path: Path) -> None:
    draw({"set": FOUR}, 0.5, tmp_path / "images" / "curve.png")
    assert (tmp_path / "images" / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_calibrating_writes_manifest_card_and_picture(tmp_path: Path) -> None:
    folder, picture = tmp_path / "reader", tmp_path / "risk.png"
    shutil.copytree(SHIPPED, folder)
    (folder / "MODEL_CARD.md").write_text(
        "<!-- reader:figures -->\n<!-- /reader:figures -->\nend\n"
    )
    random = np.random.default_rng(0)
    made = [
        outcome(n, n % 4 > 0, float(n % 4 > 0 and score > 0), score)
        for n, score in enumerate(random.normal(1, 2, 200).tolist())
    ]
    write_outcomes(made, tmp_path / "news.jsonl")
    calibrate([tmp_path / "news.jsonl"], folder, picture)
    manifest = json.loads((folder / "reader.json").read_text())
    assert manifest["calibration"]["slope"] > 0
    text = (folder / "MODEL_CARD.md").read_text()
    assert "| `news` | 200 (150) |" in text
    assert f"a confidence of {manifest['threshold']:.2f}" in text
    assert text.endswith("<!-- /reader:figures -->\nend\n")
    assert picture.exists()


def test_a_wrong_passage_is_of_another_article_and_holds_no_answer() -> None:
    def asked(title: str, context: str, text: str, answer: str) -> SquadQuestion:
        return SquadQuestion(title, title, context, text, (Answer(answer, None),))

    questions = [
        asked("A", "Anna Berg won the race in Oslo.", "Who won the race?", "Anna Berg"),
        asked("B", "Lars Holm lost the race in Oslo.", "Who lost the race?", "Lars Holm"),
        asked("C", "Anna Berg won the race again.", "Who won again?", "Anna Berg"),
    ]
    found = wrong_passages(questions, questions)
    assert found[0] is not None
    assert found[0].title == "B"


def test_json_is_one_object_with_intervals(tmp_path: Path) -> None:
    entry = {"id": "1", "question": "Who won?", "answers": [{"text": "Anna Berg"}]}
    paragraphs = [{"context": "Anna Berg won the race.", "qas": [entry]}]
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": paragraphs}]}))
    app = typer.Typer()
    app.command()(reader_command)
    result = CliRunner().invoke(app, ["--squad", str(path), "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["questions"] == 1
    assert report["config"]["squad"] == "one.json"
    assert set(report["metrics"]["f1"]) == {"value", "low", "high"}
