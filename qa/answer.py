"""What the pipeline hands back: an answer with its citations, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.article import Article


@dataclass(frozen=True, slots=True)
class Citation:
    """A span with the article and version it stands in: `body[start:end] == quote`."""

    article: Article
    version: str
    quote: str
    start: int
    end: int
    context: str
    """The sentence or two around the quote, verbatim."""
    context_start: int
    context_end: int
    score: float
    """Chance that this span, taken alone, is right; for a nearest passage, its retrieval score."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible answer and everything that supports it."""

    answer: str
    confidence: float
    support: int
    """How many articles say so."""
    citations: tuple[Citation, ...]
    """Best first, never empty."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no answer."""

    stage: str
    """`retrieve` or `read`: the stage that decided it."""
    detail: str
    """A sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one question."""

    question: str
    read_as: str
    """The question as it was understood: with what a follow-up leaves out put in."""
    answered: bool
    answer: str | None
    confidence: float
    """Calibrated chance that the best candidate is right, also when it was not given."""
    support: int
    citations: tuple[Citation, ...]
    """Best first; where there is no answer, the nearest passages."""
    alternatives: tuple[Candidate, ...]
    reason: Reason | None
    sequence: int
    """The archive's sequence number that the answer was read from."""
    timings_ms: dict[str, float]
