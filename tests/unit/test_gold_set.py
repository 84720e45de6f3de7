"""The gold set itself: every offset stands, every type is there, nothing is given away."""

from __future__ import annotations

from collections import Counter

import pytest

from eval.bodies import load_articles
from eval.datasets import GOLD
from eval.gold import load_gold
from eval.gold_check import leaks
from eval.questions import TYPES

HALVES = ("gold_tune", "gold_blind")


@pytest.fixture(scope="module")
def articles():
    return load_articles(GOLD / "articles")


@pytest.fixture(scope="module")
def halves(articles):
    return {name: load_gold(GOLD / f"{name}.jsonl", articles) for name in HALVES}


@pytest.mark.parametrize("half", HALVES)
def test_a_half_has_150_questions_of_every_type(halves, half):
    assert len(halves[half]) == 150
    counts = Counter(question.type for question in halves[half])
    assert set(counts) == set(TYPES)
    assert min(counts.values()) >= 5


@pytest.mark.parametrize("half", HALVES)
def test_every_offset_slices_to_its_answer(articles, halves, half):
    for question in halves[half]:
        for answer in question.answers:
            assert articles[answer.article].body[answer.start : answer.end] == answer.text


def test_at_least_forty_have_no_answer_and_half_of_those_are_close_misses(halves):
    unanswerable = [q for half in halves.values() for q in half if not q.answers]
    assert len(unanswerable) >= 40
    assert sum(question.close_miss for question in unanswerable) >= len(unanswerable) / 2


def test_ids_tell_the_halves_apart(halves):
    assert all(question.id.startswith("t-") for question in halves["gold_tune"])
    assert all(question.id.startswith("b-") for question in halves["gold_blind"])


def test_no_question_spells_out_an_answer_of_either_half(halves):
    assert not list(leaks([question for half in halves.values() for question in half]))


def test_agreeing_questions_are_answered_by_three_articles_or_more(halves):
    agreeing = [q for half in halves.values() for q in half if q.type == "agreeing"]
    assert all(len(question.relevant) >= 3 for question in agreeing)


def test_most_articles_are_asked_about(articles, halves):
    asked = {name for half in halves.values() for q in half for name in q.relevant}
    assert len(asked) >= 0.9 * len(articles)
