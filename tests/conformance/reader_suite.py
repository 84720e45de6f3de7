"""What every reader must do. An implementation inherits `ReaderSuite` and gives it one fixture."""

from __future__ import annotations

import math

import pytest

from qa.reader import Reader, ReaderPassage

QUESTION = "Where did the bridge open?"
PASSAGES = [
    ReaderPassage(
        "A bridge", "The bridge opened in Bergen on 3 May 2012, said Mayor Trude Drevland."
    ),
    ReaderPassage(
        "", "Café owners in Málaga — some 1,200 of them — “never” closed (not even in 2020)."
    ),
    ReaderPassage(
        "Long", " ".join(f"Sentence {n} says little about harbours." for n in range(300))
    ),
    ReaderPassage(
        "Odd", "\u00a0 日本語 text 😀 with\r\nline ends\t and combining e\u0301 marks \u200b."
    ),
]


class ReaderSuite:
    """Inherit and override `reader`."""

    @pytest.fixture
    def reader(self) -> Reader:
        raise NotImplementedError("give the reader under test")

    def test_it_gives_one_reading_for_each_passage_in_order(self, reader: Reader) -> None:
        together = reader.read(QUESTION, PASSAGES)
        turned = reader.read(QUESTION, PASSAGES[::-1])
        assert len(together) == len(PASSAGES)
        for one, other in zip(together, turned[::-1], strict=True):
            assert one.relevance == pytest.approx(other.relevance, abs=0.05)

    def test_it_reads_nothing_from_no_passages(self, reader: Reader) -> None:
        assert reader.read(QUESTION, []) == []

    def test_spans_lie_in_the_text_and_are_not_empty(self, reader: Reader) -> None:
        for passage, reading in zip(PASSAGES, reader.read(QUESTION, PASSAGES), strict=True):
            for span in reading.spans:
                assert 0 <= span.start < span.end <= len(passage.text)
                assert 0 <= span.raw_start < span.raw_end <= len(passage.text)

    def test_spans_come_best_first_and_each_place_once(self, reader: Reader) -> None:
        for reading in reader.read(QUESTION, PASSAGES):
            scores = [span.score for span in reading.spans]
            assert scores == sorted(scores, reverse=True)
            places = [(span.start, span.end) for span in reading.spans]
            assert len(set(places)) == len(places)

    def test_numbers_are_finite(self, reader: Reader) -> None:
        for reading in reader.read(QUESTION, PASSAGES):
            assert math.isfinite(reading.relevance)
            assert all(math.isfinite(span.score) for span in reading.spans)

    def test_a_score_does_not_depend_on_the_other_passages(self, reader: Reader) -> None:
        """Scores compare across passages: none is normalised among its neighbours."""
        alone = reader.read(QUESTION, PASSAGES[:1])[0]
        among = reader.read(QUESTION, PASSAGES)[0]
        assert alone.relevance == pytest.approx(among.relevance, abs=0.05)
        assert alone.spans[0].score == pytest.approx(among.spans[0].score, abs=0.05)

    def test_reading_twice_gives_the_same(self, reader: Reader) -> None:
        assert reader.read(QUESTION, PASSAGES[:2]) == reader.read(QUESTION, PASSAGES[:2])

    @pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "a"])
    def test_a_passage_with_next_to_nothing_in_it_is_read(self, reader: Reader, text: str) -> None:
        (reading,) = reader.read(QUESTION, [ReaderPassage("", text)])
        assert math.isfinite(reading.relevance)
        assert all(span.end <= len(text) for span in reading.spans)

    @pytest.mark.parametrize("question", ["", "?", "why " * 500])
    def test_any_question_is_read(self, reader: Reader, question: str) -> None:
        (reading,) = reader.read(question, PASSAGES[:1])
        assert math.isfinite(reading.relevance)

    def test_confidence_is_a_chance_that_grows_with_the_score(self, reader: Reader) -> None:
        chances = [reader.confidence(score) for score in (-1e9, -20.0, -1.0, 0.0, 1.0, 20.0, 1e9)]
        assert chances == sorted(chances)
        assert all(0 <= chance <= 1 for chance in chances)

    def test_the_threshold_is_a_chance_and_the_name_is_one_line(self, reader: Reader) -> None:
        assert 0 <= reader.threshold <= 1
        assert reader.name
        assert "\n" not in reader.name
