"""How likely a span is right, by what reader, retriever and question say of it together.

A reader judges a passage as if it were the only one. Over a whole archive that is too trusting:
among the passages of any question one will look like an answer. So the log-odds of the reader's
confidence are added to what retrieval knows (how similar the passage is to the question), to how
many of the question's words stand around the span, and to whether its form is that of an answer to
such a question. The weights are fitted with `python -m eval.fit_judge` on the tuning half of the
gold set and on questions about news, with Platt scaling of the sum, and kept in
`qa/models/judge.json` (docs/evaluation.md has the figures).
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.chunking import sentence_spans
from index.lexical import words
from qa.expectation import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.article import TextSpan
    from index.retriever import Hit
    from qa.reader import Reader, Span

SHIPPED = Path(__file__).parent / "models" / "judge.json"
UNSEEN_SIMILARITY = 0.2
"""Taken for a passage that is not in the dense list: less similar than all that are."""
_EXTREME = 1e-9


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one span."""

    log_odds: float
    """Of the reader's confidence."""
    similarity: float
    """Cosine of question and passage."""
    fused: float
    """The passage's retrieval score, 0 to 1."""
    overlap: float
    """Share of the question's words in the span's sentence and the one before, 0 to 1."""
    mismatch: float
    """1 where the span has not the form of such an answer, else 0."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A weighted sum of a span's features, and the line that turns it into a chance.

    The defaults take the reader's word for everything.

    Args:
        similarity, fused, overlap, mismatch: weights, in log-odds.
        slope, intercept: Platt scaling of the sum.
        threshold: the least chance of an answer; the reader's own if None.
    """

    similarity: float = 0.0
    fused: float = 0.0
    overlap: float = 0.0
    mismatch: float = 0.0
    slope: float = 1.0
    intercept: float = 0.0
    threshold: float | None = None

    def value(self, features: Features) -> float:
        """The weighted sum; it orders spans, whatever passage they stand in."""
        return (
            features.log_odds
            + self.similarity * features.similarity
            + self.fused * features.fused
            + self.overlap * features.overlap
            - self.mismatch * features.mismatch
        )

    def chance(self, features: Features) -> float:
        """The chance that a span with these features is right."""
        return 1 / (1 + math.exp(-max(-700, self.slope * self.value(features) + self.intercept)))

    def for_question(self, question: str, reader: Reader) -> Callable[[Hit, Span], float]:
        """Judges the spans that a reader found for one question."""
        look = observer(question, reader)
        return lambda hit, span: self.chance(look(hit, span))


READER_ALONE = Judge()
"""For readers that no weights were fitted for."""


@dataclass(frozen=True, slots=True)
class FittedJudge:
    """A judge, and the reader and embedding model whose figures it was fitted to."""

    reader: str
    """The reader's name, which holds its hash."""
    embedding: str
    """The embedding model's fingerprint."""
    judge: Judge

    def write(self, path: Path = SHIPPED) -> None:
        """Keep it as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path = SHIPPED) -> FittedJudge:
        """What `write` kept."""
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(content["reader"], content["embedding"], Judge(**content["judge"]))


def judge_for(reader: str, embedding: str) -> Judge:
    """The shipped judge for the reader and the model it was fitted to, `READER_ALONE` for others.

    Args:
        reader: the reader's name.
        embedding: the embedding model's fingerprint.
    """
    fitted = FittedJudge.load()
    alike = (fitted.reader, fitted.embedding) == (reader, embedding)
    return fitted.judge if alike else READER_ALONE


def observer(question: str, reader: Reader) -> Callable[[Hit, Span], Features]:
    """Takes the features of spans found for one question."""
    kind = Kind.asked(question)
    asked = words(question)
    tiled: dict[int, Sequence[TextSpan]] = {}

    def look(hit: Hit, span: Span) -> Features:
        text = hit.passage.text
        sentences = tiled.setdefault(hit.passage.id, sentence_spans(text))
        similarity = UNSEEN_SIMILARITY if hit.dense_score is None else hit.dense_score
        return Features(
            log_odds=_log_odds(reader.confidence(span.score)),
            similarity=similarity,
            fused=hit.score,
            overlap=_overlap(asked, text, span, sentences),
            mismatch=float(not kind.fits(text[span.start : span.end])),
        )

    return look


def _overlap(asked: set[str], text: str, span: Span, sentences: Sequence[TextSpan]) -> float:
    touched = [n for n, s in enumerate(sentences) if s.start < span.end and span.start < s.end]
    if not asked or not touched:
        return 0.0
    around = text[sentences[max(touched[0] - 1, 0)].start : sentences[touched[-1]].end]
    near = words(around) - words(text[span.start : span.end])
    return len(asked & near) / len(asked)


def _log_odds(chance: float) -> float:
    held = min(max(chance, _EXTREME), 1 - _EXTREME)
    return math.log(held / (1 - held))
