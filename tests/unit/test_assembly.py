"""Spans of several passages put together."""

from __future__ import annotations

from datetime import date

import pytest

from index.article import Article, Passage
from index.retriever import Hit
from qa.assembly import Evidence, claims, nothing_found, nothing_read
from qa.reader import Reading, Span


def evidence(article: str, text: str, *spans: tuple[str, float], start: int = 0) -> Evidence:
    """A passage with the spans a reader found in it, each given by its text and score."""
    known = Article(article, "", None, None, None, date(2023, 9, 13), "v")
    passage = Passage(hash(text) % 1000, article, "v", start, start + len(text), text)
    found = []
    for quote, score in spans:
        at = text.index(quote)
        found.append(Span(at, at + len(quote), at, at + len(quote), score))
    return Evidence(Hit(passage, known, 1.0, None, None), Reading(0.0, tuple(found)))


def as_confidence(_hit: Hit, span: Span) -> float:
    return span.score


def test_spans_that_agree_after_normalisation_make_one_claim() -> None:
    made = claims(
        [
            evidence("a", "He came in the train.", ("the train", 0.9)),
            evidence("b", "A train!", ("train", 0.8)),
            evidence("c", "By Train, they said.", ("Train", 0.7)),
        ],
        as_confidence,
    )
    assert len(made) == 1
    assert [mention.article.id for mention in made[0].mentions] == ["a", "b", "c"]
    assert made[0].confidence == 0.9


def test_a_span_inside_another_agrees_with_it() -> None:
    made = claims(
        [
            evidence("a", "It was Vladimir Putin.", ("Vladimir Putin", 0.9)),
            evidence("b", "Putin came.", ("Putin", 0.8)),
        ],
        as_confidence,
    )
    assert len(made) == 1


def test_other_words_make_another_claim_and_the_surest_comes_first() -> None:
    made = claims(
        [
            evidence("a", "It had 12 ships.", ("12 ships", 0.4)),
            evidence("b", "It had 13 ships.", ("13 ships", 0.6)),
        ],
        as_confidence,
    )
    assert [claim.mentions[0].text for claim in made] == ["13 ships", "12 ships"]


def test_a_number_does_not_agree_with_a_longer_number() -> None:
    made = claims(
        [
            evidence("a", "In all 12 ships.", ("12", 0.4)),
            evidence("b", "In all 120 ships.", ("120", 0.6)),
        ],
        as_confidence,
    )
    assert len(made) == 2


def test_one_place_read_in_two_overlapping_passages_counts_once() -> None:
    made = claims(
        [
            evidence("a", "first. It was red.", ("red", 0.5)),
            evidence("a", "It was red.", ("red", 0.7), start=7),
        ],
        as_confidence,
    )
    assert len(made) == 1
    assert [mention.confidence for mention in made[0].mentions] == [0.7]


def test_an_unsure_mention_does_not_support_a_sure_claim() -> None:
    made = claims(
        [
            evidence("a", "It was red.", ("red", 0.9)),
            evidence("b", "Something red.", ("red", 0.2)),
        ],
        as_confidence,
    )
    assert [mention.article.id for mention in made[0].supporting] == ["a"]


def test_a_span_over_the_end_of_a_paragraph_is_no_answer() -> None:
    text = "It was red.\n\nIt was blue."
    assert claims([evidence("a", text, (text, 0.9))], as_confidence) == []


def test_nothing_said_makes_no_claim() -> None:
    assert claims([evidence("a", "It was red.")], as_confidence) == []


@pytest.mark.parametrize("narrowed", [True, False])
def test_the_reason_says_whether_filters_were_in_the_way(narrowed: bool) -> None:
    assert ("filters" in nothing_found(narrowed).detail) is narrowed


def test_the_reason_gives_the_figures_that_decided() -> None:
    reason = nothing_read(0.123, 0.4, 8)
    assert (reason.stage, "12%" in reason.detail, "40%" in reason.detail) == ("read", True, True)
