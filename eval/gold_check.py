"""What holds between the questions of a gold set: nothing is asked twice, nothing given away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.squad import normalise_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eval.questions import Question


def leaks(questions: Sequence[Question]) -> Iterator[str]:
    """Questions that spell out an answer, their own or another's, and questions asked twice.

    The fullest wording of an answer counts: one of two words or more must stand in no question;
    one of one word (a year, a city) not in its own nor in one answered by the same article.
    """
    texts = [f" {normalise_answer(question.text)} " for question in questions]
    asked: dict[str, str] = {}
    for question, text in zip(questions, texts, strict=True):
        if text in asked:
            yield f"{question.id} asks the same as {asked[text]}; leave one out"
        asked.setdefault(text, question.id)
    for question in questions:
        for fullest in sorted(_fullest(question)):
            for other, text in zip(questions, texts, strict=True):
                if f" {fullest} " in text and _counts(fullest, question, other):
                    yield (
                        f"{other.id} spells out the answer of {question.id} ({fullest!r}); "
                        "word one of them differently"
                    )


def _counts(fullest: str, question: Question, other: Question) -> bool:
    if question is other or " " in fullest:
        return True
    return bool(question.relevant.keys() & other.relevant.keys())


def _fullest(question: Question) -> set[str]:
    """The longest wording of an answer, of each side where articles disagree."""
    longest: dict[str | None, str] = {}
    for answer in question.answers:
        wording = normalise_answer(answer.text)
        if len(wording) > len(longest.get(answer.side, "")):
            longest[answer.side] = wording
    return set(longest.values())
