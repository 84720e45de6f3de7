"""The sentence reader against what every reader must do, and what is its own."""

from __future__ import annotations

import pytest

from index.embedding import load_embedder
from qa.reader import Reader, ReaderPassage
from qa.sentence_reader import SentenceReader
from tests.conformance.reader_suite import ReaderSuite


class TestSentenceReader(ReaderSuite):
    @pytest.fixture(scope="class")
    def reader(self) -> Reader:
        return SentenceReader(load_embedder())

    def test_its_spans_are_the_sentences_without_white_space(self, reader: Reader) -> None:
        text = "The bridge opened in May. \n\nNobody came. "
        (reading,) = reader.read("When did the bridge open?", [ReaderPassage("", text)])
        quotes = [text[span.start : span.end] for span in reading.spans]
        assert quotes == ["The bridge opened in May.", "Nobody came."]
