"""A reader without training of its own: the sentence most like the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.chunking import sentence_spans
from qa.calibration import Calibration
from qa.citing import trimmed
from qa.reader import Reading, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.embedding import Embedder
    from qa.reader import ReaderPassage


class SentenceReader:
    """Scores every sentence by its cosine similarity to the question.

    Cosines compare across passages by nature. The logistic curve that turns them into confidence
    was fitted on whether the best sentence held an accepted answer.
    """

    threshold = 0.35
    _CALIBRATION = Calibration(slope=8.0, intercept=-4.4)

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def name(self) -> str:
        """`sentence` and the embedding model."""
        return f"sentence/{self._embedder.fingerprint}"

    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[Reading]:
        """One reading for each passage; its spans are its sentences, the most similar first."""
        places = [
            [
                span
                for s in sentence_spans(passage.text)
                if (span := trimmed(passage.text, *s))[1] > span[0]
            ]
            for passage in passages
        ]
        texts = [
            passage.text[start:end]
            for passage, spans in zip(passages, places, strict=True)
            for start, end in spans
        ]
        vectors = self._embedder.embed([question, *texts])
        scores = iter((vectors[1:] @ vectors[0]).tolist())
        readings = []
        for spans in places:
            found = [Span(start, end, start, end, next(scores)) for start, end in spans]
            found.sort(key=lambda span: -span.score)
            readings.append(Reading(found[0].score if found else -1.0, tuple(found)))
        return readings

    def confidence(self, score: float) -> float:
        """The chance that a sentence of this similarity holds the answer."""
        return self._CALIBRATION.confidence(score)
