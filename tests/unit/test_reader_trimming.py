"""Spans trimmed to what a person would quote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.trimming import trim_span


@pytest.mark.parametrize(
    ("text", "pointed_at", "quoted"),
    [
        ("It was “a good day” for all.", "“a good day", "a good day"),
        ("It was “a good day” for all.", "a good day” for", "“a good day” for"),
        ('He said "never again" twice.', '"never again', "never again"),
        ("Sen. Smith (D-Ohio) spoke.", "Smith (D", "Smith (D-Ohio)"),
        ("Sen. Smith (D-Ohio) spoke.", "(D-Ohio", "D-Ohio"),
        ("Sen. Smith (D-Ohio) spoke.", "Smith (", "Smith"),
        ("It cost $1,200,000 in all.", "200", "$1,200,000"),
        ("It cost $5.3 million in all.", "5", "$5.3 million"),
        ("About 40% of them", "40", "40%"),
        ("About 40 percent of them", "40", "40 percent"),
        ("It fell by 3 million in May.", "3", "3 million"),
        ("on 3 May 2012.", "3 May 2012.", "3 May 2012"),
        ("in the U.S. yesterday", "the U.S.", "the U.S."),
        ("said Acme Inc. today", "Acme Inc.", "Acme Inc."),
        ("the Wagner Group's leader", "Wagner Group's", "Wagner Group"),
        ("It was bought at McDonald's.", "McDonald's", "McDonald's"),
        ("Moody’s said on Monday", "Moody’s", "Moody’s"),
        ("They flew 650 kilometers east", "650", "650 kilometers"),
        ("It holds 2.5 million barrels of oil", "2.5", "2.5 million barrels"),
        ("an area of 40 square miles", "40", "40 square miles"),
        ("he was 20 years old", "20", "20"),
        ("In 2019 hours of footage", "2019", "2019"),
        ("said Conan O’Brien today", "Brien", "O’Brien"),
        ("in the Côte d'Ivoire", "Côte d", "Côte d'Ivoire"),
        ("He said 'Never' twice", "Never", "Never"),
        ("the 25 crew members", "25", "25"),
        ("in Vladivostok, Russia", "ladivos", "Vladivostok"),
        ("at -40 degrees", "-40 degrees", "-40 degrees"),
        ("by train — and then", "by train —", "by train"),
        ("Oslo", "Oslo", "Oslo"),
    ],
)
def test_a_span_becomes_what_a_person_would_quote(text: str, pointed_at: str, quoted: str) -> None:
    start = text.index(pointed_at)
    begin, end = trim_span(text, start, start + len(pointed_at))
    assert text[begin:end] == quoted


def test_a_span_of_marks_alone_comes_back_as_it_was() -> None:
    assert trim_span("a — b", 2, 3) == (2, 3)


text_and_span = st.text(alphabet=st.sampled_from("ab Z19.,'\"“”‘’()[]$%-\n "), min_size=1).flatmap(
    lambda text: st.tuples(
        st.just(text), st.integers(0, len(text) - 1), st.integers(1, len(text))
    ).filter(lambda drawn: drawn[1] < drawn[2])
)


@given(text_and_span)
def test_a_trimmed_span_lies_in_the_text_and_is_not_empty(drawn: tuple[str, int, int]) -> None:
    text, start, end = drawn
    begin, stop = trim_span(text, start, end)
    assert 0 <= begin < stop <= len(text)


@given(text_and_span)
def test_trimming_twice_changes_nothing_more(drawn: tuple[str, int, int]) -> None:
    text, start, end = drawn
    once = trim_span(text, start, end)
    assert trim_span(text, *once) == once


@given(text_and_span)
def test_a_trimmed_span_overlaps_what_the_model_pointed_at(drawn: tuple[str, int, int]) -> None:
    text, start, end = drawn
    begin, stop = trim_span(text, start, end)
    assert begin < end
    assert start < stop
