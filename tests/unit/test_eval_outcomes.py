"""Where a question went, and which questions each figure is taken over."""

from __future__ import annotations

import math

import pytest

from eval.bootstrap import Difference
from eval.comparison import chance, rows
from eval.metrics import Cited
from eval.outcomes import Alternative, Hit, Outcome, Reply, Verdict
from eval.questions import Accepted, Question
from eval.runner import Result
from eval.scoring import summarise

PLACE = Accepted("kim", "v", "in his private train", 12, 32)
ASKED = Question("t-1", "How did he come?", "what", {"kim": 1}, (PLACE,))
UNKNOWN = Question("t-2", "What did he eat?", "unanswerable", {})
GOOD = Hit("kim", "v", 0, 60, 0.9)
OTHER = Hit("putin", "v", 0, 60, 0.8)
SAME_ARTICLE = Hit("kim", "v", 60, 120, 0.7)
CITED = Cited("kim", "v", "in his private train", 12, 32)


def reply(answer: str | None, *cited: Cited, confidence: float = 0.8, instead: str = "") -> Reply:
    others = (Alternative(instead, 0.1, (CITED,)),) if instead else ()
    return Reply(answer, confidence, cited, others, timings_ms={"read": 10.0})


@pytest.mark.parametrize(
    ("question", "hits", "answer", "verdict"),
    [
        (ASKED, [GOOD], "In his private train.", Verdict.RIGHT),
        (ASKED, [GOOD], "his train", Verdict.NEARLY),
        (ASKED, [GOOD], "by plane", Verdict.NOT_CHOSEN),
        (ASKED, [GOOD], None, Verdict.DECLINED),
        (ASKED, [OTHER, SAME_ARTICLE, GOOD], "by plane", Verdict.NOT_READ),
        (ASKED, [OTHER, SAME_ARTICLE, GOOD], None, Verdict.NOT_READ),
        (ASKED, [OTHER, SAME_ARTICLE], None, Verdict.NOT_RETRIEVED),
        (UNKNOWN, [OTHER], None, Verdict.RIGHTLY_DECLINED),
        (UNKNOWN, [OTHER], "soup", Verdict.MADE_UP),
    ],
)
def test_a_wrong_answer_is_put_down_to_the_first_stage_that_lost_it(
    question, hits, answer, verdict
):
    assert Outcome(question, tuple(hits), reply(answer)).verdict(passages_read=2) is verdict


def test_a_passage_that_cuts_through_the_answer_does_not_hold_it():
    assert Outcome(ASKED, (Hit("kim", "v", 0, 31, 1.0), GOOD)).answer_rank == 2


def test_an_article_ranks_as_its_best_passage():
    assert Outcome(ASKED, (OTHER, GOOD, SAME_ARTICLE)).ranking == ("putin", "kim")


def test_what_would_have_been_answered_is_the_first_alternative():
    assert reply(None, instead="by train").best == "by train"
    assert reply("by plane", instead="by train").best == "by plane"
    assert reply(None).best == ""


def test_sides_shown_is_the_share_of_values_given():
    sides = (Accepted("a", "v", "2,900", 0, 5, "a"), Accepted("b", "v", "3,000", 0, 5, "b"))
    asked = Question("t-3", "How many died?", "disagreeing", {"a": 1, "b": 1}, sides)
    assert Outcome(asked, (), reply("2,900")).sides_shown == pytest.approx(1 / 2)
    assert Outcome(asked, (), reply("2,900", instead="3,000")).sides_shown == 1
    assert math.isnan(Outcome(ASKED, (), reply("2,900")).sides_shown)


def asked_on_both_sides(**wordings: tuple[str, ...]) -> Question:
    sides = (Accepted("a", "v", text, 0, 5, side) for side in wordings for text in wordings[side])
    return Question("t-3", "How long was it?", "disagreeing", {"a": 1}, tuple(sides))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (("four hours",), 1 / 2),
        (("five hours", "about five hours"), 1 / 2),
        (("four hours", "five hours"), 2 / 2),
        (("hours",), 0),
        (("four or five hours",), 0),
        (("all day", "no time at all"), 0),
    ],
    ids=["one", "one, twice", "both", "neither alone", "both at once", "something else"],
)
def test_what_is_said_shows_the_side_it_is_nearest_to(said, shown):
    """Half of "four hours" is "five hours": a good F1 with a side is not enough."""
    asked = asked_on_both_sides(a=("four hours", "four"), b=("five hours", "five"))
    first, *others = said
    alternatives = tuple(Alternative(each, 0.1, ()) for each in others)
    assert Outcome(asked, (), Reply(first, 0.8, (), alternatives)).sides_shown == shown


def test_a_declined_question_shows_no_side():
    asked = asked_on_both_sides(a=("four hours",), b=("five hours",))
    assert Outcome(asked, (), reply(None, instead="four hours")).sides_shown == 0


@pytest.fixture
def outcomes() -> list[Outcome]:
    wrong_place = Cited("putin", "v", "train", 1, 6)
    return [
        Outcome(ASKED, (GOOD,), reply("in his private train", CITED, confidence=0.9), 0, 20.0),
        Outcome(
            ASKED, (OTHER, GOOD), reply("his train", CITED, wrong_place, confidence=0.7), 1, 30
        ),
        Outcome(ASKED, (OTHER,), reply(None, confidence=0.2), 0, 10.0),
        Outcome(UNKNOWN, (OTHER,), reply(None, confidence=0.1), 0, 10.0),
        Outcome(UNKNOWN, (OTHER,), reply("soup", wrong_place, confidence=0.5), 0, 40.0),
    ]


def test_each_figure_is_taken_over_its_own_questions(outcomes):
    figures = summarise(outcomes, passages_read=8).figures
    half = 2 * 2 / (2 + 4)  # F1 of "his train": 2 words said, 4 expected, 2 shared
    expected = {
        "exact_match": 1 / 3,
        "f1": (1 + half + 0) / 3,
        "f1_all": (1 + half + 0 + 1 + 0) / 5,
        "answered": 2 / 3,
        "citation_precision": (1 + 1 / 2 + 0) / 3,
        "citation_fidelity": 3 / 4,
        "abstention_precision": 1 / 2,
        "abstention_recall": 1 / 2,
        "unanswerable_answered": 1 / 2,
        # pairs in order: 0.9 and 0.7 above both others, 0.2 above 0.1 and not above 0.5
        "AUROC": (2 + 2 + 1) / 6,
        # mean risk when 1, 2, ... 5 are answered: none, 1 - half, then one more each time
        "AURC": (0 + (1 - half) / 2 + (2 - half) / 3 + (3 - half) / 4 + (4 - half) / 5) / 5,
        "ECE": (abs(0.9 - 1) + abs(0.7 - 1) + 0.5 + 0.2 + 0.1) / 5,
    }
    answers = {name: each.value for name, each in figures.items() if "@" not in name}
    assert answers == pytest.approx(expected)


def test_passages_are_judged_by_the_answers_they_hold(outcomes):
    figures = summarise(outcomes, passages_read=8).figures
    assert figures["passage_Success@1"].value == pytest.approx(1 / 3)
    assert figures["passage_Success@5"].value == pytest.approx(2 / 3)


def test_latency_has_the_stages_and_the_whole(outcomes):
    latency = summarise(outcomes, passages_read=8).latency_ms
    assert latency["read"]["p50"].value == 10.0
    assert latency["total"]["p50"].value == 20.0
    assert latency["total"]["p95"].value == 40.0


def test_types_are_scored_apart(outcomes):
    by_type = summarise(outcomes, passages_read=8).by_type
    assert by_type["what"].count == 3
    assert by_type["what"].figures["exact_match"].value == pytest.approx(1 / 3)
    assert by_type["unanswerable"].figures["f1"].value == pytest.approx(1 / 2)


def test_a_set_that_judges_retrieval_alone_has_no_figures_of_answers():
    asked = Question("q", "who came", "judged", {"kim": 1})
    outcomes = (Outcome(asked, (GOOD,)),)
    summary = summarise(outcomes, passages_read=8)
    assert set(summary.figures) == {"nDCG@10", "R@5", "R@100", "RR@10", "Success@1"}
    assert summary.by_type == {}
    assert summary.latency_ms == {}
    result = Result("fused", {}, 8, "tiny", outcomes, summary, 0.1)
    assert [row.measure.name for row in rows([result])] == list(summary.figures)


def test_the_second_system_is_compared_with_the_first(outcomes):
    summary = summarise(outcomes, passages_read=8)
    first = Result("first", {}, 8, "tiny", tuple(outcomes), summary, 0.1)
    better = [*outcomes[:2], Outcome(ASKED, (GOOD,), reply("in his private train", CITED))]
    better += outcomes[3:]
    second = Result("second", {}, 8, "tiny", tuple(better), summarise(better, 8), 0.1)
    [row] = [row for row in rows([first, second]) if row.measure.name == "exact_match"]
    assert row.differences[0] is None
    assert row.differences[1].value == pytest.approx(2 / 3 - 1 / 3)
    areas = [row for row in rows([first, second]) if row.measure.name in ("AUROC", "AURC", "ECE")]
    assert len(areas) == 3
    assert all(0 < row.differences[1].p <= 1 for row in areas)


@pytest.mark.parametrize(
    ("p", "words"), [(None, ""), (0.0234, "p 0.023"), (0.001, "p 0.001"), (1 / 2001, "p <0.001")]
)
def test_a_chance_is_never_said_to_be_zero(p, words):
    assert chance(Difference(0.1, 0.0, 0.2, p)) == words
