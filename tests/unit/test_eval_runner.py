"""A set is asked question by question, and every citation is held to the text it names."""

from __future__ import annotations

import pytest

from eval.metrics import Cited
from eval.outcomes import Alternative, Hit, Reply
from eval.questions import Accepted, Dataset, Question
from eval.runner import evaluate

BODY = "Kim came in his private train."
START, END = 12, 29
PLACE = Accepted("kim", "v", BODY[START:END], START, END)
DATASET = Dataset(
    "tiny",
    (
        Question("t-1", "How did Kim come?", "what", {"kim": 1}, (PLACE,)),
        Question("t-2", "In what did Kim come?", "what", {"kim": 1}, (PLACE,)),
        Question("t-3", "What did Kim eat?", "unanswerable", {}),
    ),
    (),
)
RIGHT = Cited("kim", "v", BODY[START:END], START, END)
SHIFTED = Cited("kim", "v", BODY[START:END], START + 1, END + 1)
OTHER_VERSION = Cited("kim", "w", BODY[START:END], START, END)


class Told:
    """A system over one article that answers as it is told."""

    name = "told"
    config: dict[str, object] = {}  # noqa: RUF012 - a plain value, never changed
    passages_read = 8

    def __init__(self, **replies: Reply) -> None:
        self._replies = replies

    def search(self, question: Question, k: int) -> tuple[Hit, ...]:
        return (Hit("kim", "v", 0, len(BODY), 1.0),)

    def ask(self, question: Question) -> Reply:
        return self._replies[question.id.replace("-", "")]

    def body(self, article: str, version: str) -> str | None:
        return BODY if (article, version) == ("kim", "v") else None


def told(wrong: Cited) -> Told:
    """Four citations: of two answers, of an alternative and of a declined question."""
    return Told(
        t1=Reply("private train", 0.9, (RIGHT,)),
        t2=Reply("private train", 0.9, (RIGHT,), (Alternative("train", 0.1, (wrong,)),)),
        t3=Reply(None, 0.1, (RIGHT,)),
    )


def test_citations_that_slice_to_their_quotes_are_all_faithful():
    result = evaluate(told(RIGHT), DATASET)
    assert result.summary.figures["citation_fidelity"].value == 1
    assert [outcome.unfaithful for outcome in result.outcomes] == [0, 0, 0]


@pytest.mark.parametrize("wrong", [SHIFTED, OTHER_VERSION], ids=["shifted", "another version"])
def test_a_citation_that_does_not_slice_to_its_quote_is_counted(wrong):
    result = evaluate(told(wrong), DATASET)
    assert result.summary.figures["citation_fidelity"].value == pytest.approx(3 / 4)
    assert [outcome.unfaithful for outcome in result.outcomes] == [0, 1, 0]


def test_each_question_is_reported_and_timed():
    asked: list[int] = []
    result = evaluate(told(RIGHT), DATASET, lambda: asked.append(1))
    assert len(asked) == len(DATASET.questions)
    assert result.seconds > 0
    assert all(outcome.total_ms > 0 for outcome in result.outcomes)
