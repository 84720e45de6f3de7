"""The Reader protocol: what reads passages for an answer, and what it hands back.

Implementations: `qa.onnx_reader.OnnxReader` (what is trained here, the shipped weights) and
`qa.huggingface_reader.HuggingFaceReader` (any question-answering model of the hub or a folder). All
of them pass the suite in `tests/conformance/reader_suite.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa.reader_files import SHIPPED, ReaderFiles

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


def load_reader(name: str = DEFAULT_READER, *, threads: int = 0) -> Reader:
    """The reader called `name`.

    Args:
        name: "default" for the shipped reader; the folder of one that `qa.training.export` wrote;
            or any Hugging Face question-answering model, by hub id or folder.
        threads: of one run of the network; 0 for one a core.

    Raises:
        ReaderError: its files are missing, damaged or of no use; the message says what to do.
    """
    folder = SHIPPED if name == DEFAULT_READER else Path(name)
    if ReaderFiles(folder).manifest.is_file() or name == DEFAULT_READER:
        from qa.onnx_reader import OnnxReader

        return OnnxReader(folder, threads=threads)
    from qa.huggingface_reader import HuggingFaceReader

    return HuggingFaceReader(name, threads=threads)
