"""`python -m eval reader`: its figures by hand, and its halves, thresholds and wrong passages."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from eval.__main__ import app, main
from eval.errors import DatasetError, EvaluationError
from eval.reader_calibration import calibrate, choose_threshold, draw, fitting_half
from eval.reader_card import card
from eval.reader_figures import best_threshold, figures
from eval.reader_outcomes import (
    Outcome,
    load_outcomes,
    read_question,
    write_outcomes,
    wrong_passages,
)
from qa.reader import ReaderPassage, Reading, Span
from qa.reader_files import SHIPPED
from qa.squad import Answer, SquadQuestion


def outcome(number: int, answerable: bool, f1: float, score: float, **more: float) -> Outcome:
    confidence = 1 / (1 + np.exp(-score))
    made = Outcome(f"q{number}", answerable, f1, float(f1 == 1), score, score, float(confidence))
    values = {name: getattr(made, name) for name in Outcome.__slots__}
    return Outcome(**(values | more))


def pair(own: tuple[float, float], wrong: tuple[float, float]) -> dict[str, float]:
    """Score and relevance of two passages."""
    return {
        "own_passage_score": own[0],
        "own_passage_relevance": own[1],
        "wrong_passage_score": wrong[0],
        "wrong_passage_relevance": wrong[1],
    }


FOUR = [
    outcome(0, True, 1.0, 4.0, **pair(own=(4.0, 4.0), wrong=(-3.0, -3.0))),
    outcome(1, True, 0.5, 2.5, **pair(own=(-1.0, -1.0), wrong=(0.0, -2.0))),
    outcome(2, False, 0.0, 1.0),
    outcome(3, False, 0.0, -2.0),
]


def test_figures_by_hand() -> None:
    values = {name: figure.value for name, figure in figures(FOUR, threshold=0.5).items()}
    assert values["f1"] == pytest.approx((1.0 + 0.5) / 2)
    assert values["exact_match"] == pytest.approx(1 / 2)
    # answered at 0.5: numbers 0, 1 and 2; right to decline: number 3
    assert values["f1_at_threshold"] == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    assert values["answerable_f1_at_threshold"] == pytest.approx(1.5 / 2)
    assert values["declined_unanswerable"] == pytest.approx(1 / 2)
    # best: answer numbers 0 and 1, decline both unanswerable ones
    assert values["f1_best_threshold"] == pytest.approx((1 + 0.5 + 1 + 1) / 4)
    # pairs of answerable and unanswerable in the right order: all
    assert values["AUROC_close_misses"] == pytest.approx(4 / 4)
    # pairs of own and wrong passage in the right order: all but (-1.0, 0.0)
    assert values["AUROC"] == pytest.approx(3 / 4)
    assert values["AUROC_relevance"] == pytest.approx(4 / 4)


def test_without_pairs_of_passages_there_is_no_auroc_against_wrong_ones() -> None:
    lacking = outcome(0, True, 1.0, 4.0, wrong_passage_score=0.0, wrong_passage_relevance=0.0)
    assert {"AUROC", "AUROC_relevance"}.isdisjoint(figures([lacking, *FOUR[2:]], threshold=0.5))


class LengthReader:
    """Finds one span in each passage; its score is the passage's length."""

    name, threshold = "length", 0.5

    def __init__(self) -> None:
        self.seen: list[ReaderPassage] = []

    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[Reading]:
        self.seen += passages
        return [
            Reading(-float(len(each.text)), (Span(0, 4, 0, 4, float(len(each.text))),))
            for each in passages
        ]

    def confidence(self, score: float) -> float:
        return 0.5


WRONG = ReaderPassage("Other", "Something else.")


def test_the_own_passage_is_the_cut_of_a_long_context_that_holds_the_answer() -> None:
    filler = "Nothing is said here about it at all. " * 40
    context = f"{filler}Anna Berg won. {filler}"
    answer = Answer("Anna Berg", context.index("Anna"))
    reader = LengthReader()
    made = read_question(reader, SquadQuestion("1", "A_B", context, "Who?", (answer,)), WRONG)
    assert [each.title for each in reader.seen] == ["A B", "Other", "A B"]
    cut = reader.seen[2].text
    assert "Anna Berg won." in cut
    assert cut in context
    assert len(cut) <= 902 < len(context)
    assert (made.score, made.wrong_passage_score) == (len(context), len(WRONG.text))
    assert (made.own_passage_score, made.own_passage_relevance) == (len(cut), -len(cut))


def test_a_context_of_one_cut_is_read_once() -> None:
    reader = LengthReader()
    question = SquadQuestion("1", "A", "Anna Berg won.", "Who?", (Answer("Anna Berg", None),))
    made = read_question(reader, question, WRONG)
    assert [each.text for each in reader.seen] == ["Anna Berg won.", WRONG.text]
    assert made.own_passage_score == made.score == len("Anna Berg won.")


def test_no_own_passage_is_read_where_none_is_compared() -> None:
    context = "Anna Berg won. " * 100
    answerable = SquadQuestion("1", "A", context, "Who?", (Answer("Anna Berg", 0),))
    unanswerable = SquadQuestion("2", "A", context, "When?", ())
    for question, wrong in ((answerable, None), (unanswerable, WRONG)):
        reader = LengthReader()
        assert read_question(reader, question, wrong).own_passage_score is None
        assert len(reader.seen) == (1 if wrong is None else 2)


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped reader with a card to be filled."""
    made = tmp_path / "reader"
    shutil.copytree(SHIPPED, made)
    (made / "MODEL_CARD.md").write_text("<!-- reader:figures -->\n<!-- /reader:figures -->\nend\n")
    return made


def drawn(count: int, seed: int = 0) -> list[Outcome]:
    """Three answerable questions in four, right where the score is above 0."""
    scores = np.random.default_rng(seed).normal(1, 2, count).tolist()
    return [
        outcome(n, n % 4 > 0, float(n % 4 > 0 and score > 0), score)
        for n, score in enumerate(scores)
    ]


def test_calibrating_writes_manifest_card_and_picture(tmp_path: Path, folder: Path) -> None:
    picture = tmp_path / "risk.png"
    made = drawn(200)
    write_outcomes(made, tmp_path / "news.jsonl")
    calibrate([tmp_path / "news.jsonl"], folder, picture)
    manifest = json.loads((folder / "reader.json").read_text())
    assert manifest["calibration"]["slope"] > 0
    text = (folder / "MODEL_CARD.md").read_text()
    assert "| `news` | 200 (150) |" in text
    assert f"a confidence of {manifest['threshold']:.2f}" in text
    assert text.endswith("<!-- /reader:figures -->\nend\n")
    assert picture.exists()


def test_what_abstaining_does_is_told_of_the_half_not_chosen_on() -> None:
    made = drawn(100)
    unseen = [each for each in made if not fitting_half(each.id)]
    text = card({"news": made}, {"news": unseen}, 0.5)
    told = figures(unseen, 0.5)["f1_at_threshold"]
    assert told != figures(made, 0.5)["f1_at_threshold"]
    row = f"| `news` | {len(unseen)} | **{told.value:.3f}** {told.low:.3f}-{told.high:.3f} |"
    assert row in text
    assert "on the half of the questions that it was not chosen on" in text


def test_a_card_without_its_marks_leaves_the_manifest_as_it_is(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "MODEL_CARD.md").write_text("no marks\n")
    before = (folder / "reader.json").read_bytes()
    write_outcomes(drawn(200), tmp_path / "news.jsonl")
    with pytest.raises(EvaluationError, match="reader:figures"):
        calibrate([tmp_path / "news.jsonl"], folder)
    assert (folder / "reader.json").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{}\n", r"news\.jsonl:1 is no outcome"),
        (b"\xff\n", "cannot be read"),
        (b"", "too few questions"),
    ],
)
def test_outcomes_that_are_none_are_refused(
    tmp_path: Path, folder: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "news.jsonl").write_bytes(content)
    with pytest.raises(DatasetError, match=reason):
        calibrate([tmp_path / "news.jsonl"], folder)


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


def squad_file(path: Path, *questions: dict[str, object]) -> Path:
    paragraphs = [{"context": "Anna Berg won the race.", "qas": list(questions)}]
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": paragraphs}]}))
    return path


ASKED: dict[str, object] = {"id": "1", "question": "Who won?", "answers": [{"text": "Anna Berg"}]}


def test_json_is_one_object_with_intervals(tmp_path: Path) -> None:
    path = squad_file(tmp_path / "one.json", ASKED)
    result = CliRunner().invoke(app, ["reader", "--squad", str(path), "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["questions"] == 1
    assert report["config"]["squad"] == "one.json"
    assert set(report["metrics"]["f1"]) == {"value", "low", "high"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["none.json"], "cannot be read"),
        (["empty.json"], "holds no question"),
        (["other.json"], "the whole lacks data"),
        (["one.json", "--outcomes", "no/such/folder"], "cannot be written"),
    ],
)
def test_what_the_command_cannot_use_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    squad_file(tmp_path / "one.json", ASKED)
    squad_file(tmp_path / "empty.json")
    (tmp_path / "other.json").write_text("{}")
    monkeypatch.setattr(sys, "argv", ["eval", "reader", "--squad", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert reason in said
    assert said.count("\n") == 1


def test_a_limit_is_one_question_or_more(tmp_path: Path) -> None:
    path = squad_file(tmp_path / "one.json", ASKED)
    result = CliRunner().invoke(app, ["reader", "--squad", str(path), "--limit", "0"])
    assert result.exit_code == 2
