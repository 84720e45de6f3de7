"""Fitting the judge: the weights follow what tells right spans from wrong ones."""

from __future__ import annotations

from eval.fit_judge import Example, fit
from eval.questions import Accepted, Question
from qa.judge import Features


def question(number: int, *, answerable: bool) -> Question:
    accepted = (Accepted("a", "v", "x", 0, 1),) if answerable else ()
    return Question(f"q{number}", "Who?", "who", {"a": 1} if answerable else {}, accepted)


def example(log_odds: float, similarity: float, f1: float) -> Example:
    return Example(Features(log_odds, similarity, 0.5, 0.5, 0.0), f1)


def test_a_feature_that_tells_right_from_wrong_is_given_weight_and_the_silent_are_told_apart() -> (
    None
):
    """The reader is surer of the wrong span each time; similarity knows better."""
    asked = [
        (
            question(number, answerable=number % 4 != 0),
            [
                example(1.0, 0.2, 0.0),
                example(0.0, 0.8, 1.0) if number % 4 else example(0.0, 0.3, 0.0),
            ],
        )
        for number in range(40)
    ]
    judge = fit([asked])
    assert judge.similarity > 1.0 / (0.8 - 0.2)
    sure = judge.chance(asked[1][1][1].features)
    unsure = max(judge.chance(found.features) for found in asked[0][1])
    assert judge.threshold is not None
    assert unsure < judge.threshold <= sure
