"""The Reader protocol: what reads passages for an answer, and what it hands back.

Implementations: `qa.onnx_reader.OnnxReader` (the shipped weights) and
`qa.huggingface_reader.HuggingFaceReader` (any question-answering model of the hub or a folder). All
of them pass the suite in `tests/conformance/reader_suite.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

DEFAULT_READER = "default"


@dataclass(frozen=True, slots=True)
class ReaderPassage:
    """What a reader sees of a passage."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """One candidate answer, in characters of `ReaderPassage.text`.

    `start` and `end` are trimmed to what a person would quote; `raw_start` and `raw_end` are what
    the model pointed at. `score` is the span's start and end logits against those of "no answer",
    and may take in the passage's relevance logit: raw, so that it compares across passages.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one passage gave: how well it answers the question at all, and its spans, best first."""

    relevance: float
    spans: tuple[Span, ...]


class Reader(Protocol):
    """Reads passages for the answer to a question."""

    @property
    def name(self) -> str:
        """A fingerprint for logs and timings: the model and, where there is one, its hash."""
        ...

    @property
    def threshold(self) -> float:
        """The confidence below which to abstain, chosen on development data."""
        ...

    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[Reading]:
        """One reading for each passage, in their order."""
        ...

    def confidence(self, score: float) -> float:
        """The calibrated chance, in [0, 1], that the best span is right if it has this score."""
        ...


def load_reader(name: str = DEFAULT_READER) -> Reader:
    """The reader called `name`: "default" for the shipped one, else a hub id or a local folder.

    Raises:
        ReaderError: its files are missing, damaged or of no use; the message says what to do.
    """
    if name == DEFAULT_READER:
        from qa.onnx_reader import OnnxReader

        return OnnxReader.shipped()
    from qa.huggingface_reader import HuggingFaceReader

    return HuggingFaceReader(name)
