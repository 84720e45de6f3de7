"""The law of passages: exact, in order, nothing left out, within the budget."""

from __future__ import annotations

import base64
import random
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import TextSpan
from index.chunking import Chunker, sentence_spans
from index.embedding.minilm import MiniLMEmbedder
from tests.parts import HashEmbedder

HARD_SIGNS = [
    *"ab.!?\n\r\t \"'()-,…。\u00a0\u2028\x85\ufeff\u200b\u202e\u200f\u0301é",
    "😀",
    "👨‍👩‍👧",
    "🇳🇴",
    "שלום ",
    "عربي ",
    "日本語",
    "\r\n",
    "\n\n\n",
    "e\u0301",
]
FRAGMENTS = st.one_of(
    st.sampled_from(HARD_SIGNS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["Mr. Kim went to Khasan. ", "He said “no.” ", "word " * 60, "ab-" * 90, "x" * 30]
    ),
)
BODIES = st.lists(FRAGMENTS, max_size=40).map("".join)
MONSTERS = st.lists(
    FRAGMENTS | st.sampled_from(["a" * 3000, "1234567890" * 40, "$%&" * 99, "é" * 400]), max_size=12
).map("".join)


def assert_covered(body: str, spans: list[TextSpan]) -> None:
    """In order of their starts, without a gap, from the first character to the last."""
    assert spans[0].start == 0
    assert spans[-1].end == len(body)
    for one, next_one in pairwise(spans):
        assert one.start < next_one.start <= one.end < next_one.end


@settings(max_examples=250, deadline=None)
@given(BODIES, st.integers(80, 128), st.integers(0, 40))
def test_passages_cover_any_body_within_the_budget(
    minilm: MiniLMEmbedder, body: str, tokens: int, overlap: int
) -> None:
    spans = Chunker(tokens, overlap).spans(body, minilm)
    if not spans:
        assert not any(sign.isalnum() for sign in body)
        return
    assert_covered(body, spans)
    passages = minilm.token_ends([body[start:end] for start, end in spans])
    assert max(map(len, passages)) <= tokens
    repeated = [body[b.start : a.end] for a, b in pairwise(spans)]
    assert all(len(ends) <= overlap for ends in minilm.token_ends(repeated))


@settings(max_examples=150, deadline=None)
@given(MONSTERS, st.integers(4, 64))
def test_endless_words_are_cut_and_still_covered(
    minilm: MiniLMEmbedder, body: str, tokens: int
) -> None:
    spans = Chunker(tokens, tokens // 4).spans(body, minilm)
    if spans:
        assert_covered(body, spans)
        # Signs a model leaves out, such as U+FEFF, add no token and so no bound.
        letters = [sum(sign.isalnum() for sign in body[a:b]) for a, b in spans]
        assert max(letters) <= 100 * tokens


@pytest.mark.parametrize("body", ["", " ", "\n\r\n\t", "\u200b\ufeff\u202e", "\u00a0\u2028"])
def test_a_body_without_a_visible_character_has_no_passage(body: str) -> None:
    assert Chunker().spans(body, HashEmbedder()) == []


def test_a_short_body_is_one_passage_with_its_blanks() -> None:
    body = "\n\n  One. Two.\r\n\r\n "
    assert Chunker().spans(body, HashEmbedder()) == [TextSpan(0, len(body))]


def test_passages_end_with_sentences_where_these_fit() -> None:
    body = "One two three. Four five six. Seven eight nine."
    spans = Chunker(8, 0).spans(body, HashEmbedder())
    assert [body[a:b] for a, b in spans] == ["One two three. Four five six. ", "Seven eight nine."]


def test_the_overlap_is_whole_sentences() -> None:
    body = "One two three. Four five. Six seven eight nine. Ten."
    spans = Chunker(8, 3).spans(body, HashEmbedder())
    assert [body[a:b] for a, b in spans] == [
        "One two three. Four five. ",
        "Four five. Six seven eight nine. ",
        "Ten.",
    ]


def test_a_long_sentence_is_cut_between_words() -> None:
    body = "alpha beta gamma delta epsilon zeta eta theta"
    spans = Chunker(3, 0).spans(body, HashEmbedder())
    assert [body[a:b] for a, b in spans] == [
        "alpha beta gamma",
        " delta epsilon zeta",
        " eta theta",
    ]


def test_blanks_belong_to_the_sentence_before_them() -> None:
    body = "One.\r\n\r\n\r\nTwo.\n\n\n"
    spans = Chunker(2, 0).spans(body, HashEmbedder())
    assert [body[a:b] for a, b in spans] == ["One.\r\n\r\n\r\n", "Two.\n\n\n"]


def test_an_abbreviation_ends_no_sentence() -> None:
    body = "Mr. Kim met Gen. Lee in the U.S. on Jan. 3. They talked."
    assert [body[a:b] for a, b in sentence_spans(body)][-1] == "They talked."


@settings(deadline=None)
@given(BODIES)
def test_sentences_tile_a_text(body: str) -> None:
    spans = sentence_spans(body)
    assert "".join(body[start:end] for start, end in spans) == body


@pytest.mark.parametrize(("tokens", "overlap"), [(8, 8), (8, 9), (8, -1), (0, 0)])
def test_an_overlap_that_could_not_go_forward_is_refused(tokens: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="overlap"):
        Chunker(tokens, overlap)


def large(kind: str) -> str:
    draw = random.Random(7)
    match kind:
        case "prose":
            words = "the talks in Vladivostok on Tuesday were “long”, said Mr. Peskov.\n".split(" ")
            return " ".join(draw.choice(words) for _ in range(100_000))
        case "one word":
            return "a" * 300_000
        case "base64":
            return base64.b64encode(draw.randbytes(75_000)).decode()
        case "dots":
            return "." * 100_000
        case _:
            return "日本語の長い文章" * 10_000


@pytest.mark.parametrize("kind", ["prose", "one word", "base64", "dots", "no blanks"])
def test_a_large_body_is_cut_in_seconds(minilm: MiniLMEmbedder, kind: str) -> None:
    body = large(kind)
    began = perf_counter()
    spans = Chunker().spans(body, minilm)
    took = perf_counter() - began
    assert_covered(body, spans)
    assert max(end - start for start, end in spans) <= 100 * 128
    # Generous: machines are busy. What grew with the square would take minutes.
    assert took < 15, f"{took:.1f} s"
