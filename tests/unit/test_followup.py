"""Follow-up questions are read with the thread's names in mind, and others left as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.followup import Turn, names_in, read_as

MET = Turn("Who met Vladimir Putin at the Vostochny Cosmodrome?", "Kim Jong Un")


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        (
            "and when did he leave?",
            [MET],
            "When did Kim Jong Un leave? (Vladimir Putin, Vostochny Cosmodrome)",
        ),
        (
            "What was his train called?",
            [MET],
            "What was Kim Jong Un’s train called? (Vladimir Putin, Vostochny Cosmodrome)",
        ),
        (
            "What did they sign?",
            [Turn("Where did Kim and Putin meet?", "Vostochny Cosmodrome")],
            "What did Kim and Putin sign? (Vostochny Cosmodrome)",
        ),
        (
            "How deep was it?",
            [Turn("When did the Titan lose contact?", "1 hour 45 minutes")],
            "How deep was Titan?",
        ),
        (
            "How many people died there?",
            [Turn("Where did the earthquake strike?", "Al Haouz")],
            "How many people died in Al Haouz?",
        ),
        (
            "What about Sweden?",
            [Turn("When did Finland join NATO?", "April 4, 2023")],
            "When did Sweden join NATO?",
        ),
        (
            "Why?",
            [Turn("When did Kim Jong Un travel to Russia?", "on Sunday")],
            "Why did Kim Jong Un travel to Russia?",
        ),
        (
            "What did she say about him?",
            [Turn("Who is Christine Dawood?", "the mother of Suleman")],
            "What did Christine Dawood say about him?",
        ),
    ],
)
def test_what_a_follow_up_leaves_out_is_put_in(
    question: str, history: list[Turn], expected: str
) -> None:
    assert read_as(question, history) == expected


@pytest.mark.parametrize(
    "question",
    [
        "When was the Ever Given refloated?",
        "Is there a correction to the story?",
        "How many people were killed in the Beirut explosion?",
        "Who is Sergei Shoigu?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert read_as(question, [MET]) == question


def test_without_a_thread_nothing_is_changed() -> None:
    assert read_as("and when did he leave?", []) == "and when did he leave?"


def test_names_are_looked_for_in_the_last_turn_that_has_any() -> None:
    history = [MET, Turn("why was that?", None)]
    assert read_as("and when did he leave?", history).startswith(
        "When did Vladimir Putin leave?"
    ) or (read_as("and when did he leave?", history).startswith("When did Kim Jong Un leave?"))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        (
            "What did Kim Jong Un and Vladimir Putin say in Vladivostok on Tuesday?",
            ["Kim Jong Un", "Vladimir Putin", "Vladivostok"],
        ),
        ("how did NASA's DART mission end?", ["NASA's DART"]),
        ("According to Kestrel Wire, who won?", ["Kestrel Wire"]),
        ("why did it fail in September 2023?", []),
    ],
)
def test_names_are_what_is_written_with_capitals(question: str, names: list[str]) -> None:
    assert names_in(question) == names


@given(st.text(max_size=200), st.text(max_size=80), st.none() | st.text(max_size=40))
def test_any_thread_can_be_read(question: str, before: str, answer: str | None) -> None:
    assert isinstance(read_as(question, [Turn(before, answer)]), str)
