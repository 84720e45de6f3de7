"""What a system found and answered for a question, and where it went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from eval.metrics import Cited, holds
from qa.squad import exact_match, f1

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.questions import Accepted, Question

GOOD_F1 = 0.5
"""An answer whose F1 with an accepted one is at least this counts as right."""


class Verdict(StrEnum):
    """How a question went; for a wrong answer, the first stage that lost it."""

    RIGHT = "right"
    NEARLY = "nearly right"
    NOT_RETRIEVED = "not retrieved"
    NOT_READ = "retrieved, not read"
    NOT_CHOSEN = "read, not chosen"
    DECLINED = "declined"
    RIGHTLY_DECLINED = "rightly declined"
    MADE_UP = "answered, not in the archive"
    NOT_JUDGED = "answer not judged"


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage."""

    article: str
    version: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """An answer that the system held for less likely."""

    answer: str
    confidence: float
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system said to a question.

    Attributes:
        answer: None where it declined.
        stage: of a decline, which stage decided it.
        timings_ms: milliseconds by stage.
    """

    answer: str | None
    confidence: float
    citations: tuple[Cited, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    stage: str = ""
    detail: str = ""
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def best(self) -> str:
        """The answer given, or the one that would have been; empty where there was none."""
        if self.answer is not None:
            return self.answer
        return self.alternatives[0].answer if self.alternatives else ""

    @property
    def all_citations(self) -> tuple[Cited, ...]:
        """Citations of the answer and of the alternatives."""
        others = (cited for each in self.alternatives for cited in each.citations)
        return (*self.citations, *others)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, what was found for it and what was answered.

    Attributes:
        hits: passages, best first.
        reply: None for sets that judge retrieval alone.
        unfaithful: citations whose offsets do not slice to their quote.
        total_ms: wall time of the answer, as the asker sees it.
    """

    question: Question
    hits: tuple[Hit, ...]
    reply: Reply | None = None
    unfaithful: int = 0
    total_ms: float = 0.0

    @property
    def ranking(self) -> tuple[str, ...]:
        """Articles, best first: an article ranks as its best passage."""
        return tuple(dict.fromkeys(hit.article for hit in self.hits))

    @property
    def answer_rank(self) -> int | None:
        """Rank, from 1, of the first passage that holds a whole accepted answer."""
        for rank, hit in enumerate(self.hits, start=1):
            if holds(
                Cited(hit.article, hit.version, "", hit.start, hit.end), self.question.answers
            ):
                return rank
        return None

    @property
    def exact_match(self) -> float:
        """SQuAD's exact match of what was said; declining says nothing."""
        return exact_match(self._said, self.question.texts)

    @property
    def f1(self) -> float:
        """SQuAD's F1 of what was said; declining says nothing."""
        return f1(self._said, self.question.texts)

    @property
    def _said(self) -> str:
        return self.reply.answer or "" if self.reply else ""

    @property
    def sides_shown(self) -> float:
        """Share of the disagreeing values that the answer or an alternative gives.

        0 where the system declined: what it lists then it does not call an answer. nan where the
        articles do not disagree.
        """
        if not self.reply or not self.question.sides:
            return float("nan")
        if self.reply.answer is None:
            return 0.0
        said = (self.reply.answer, *(each.answer for each in self.reply.alternatives))
        shown = {_side(text, self.question.answers) for text in said} - {None}
        return len(shown) / len(self.question.sides)

    def verdict(self, passages_read: int) -> Verdict:
        """How it went, when the best `passages_read` passages are read."""
        if self.reply is None:
            return Verdict.NOT_JUDGED
        declined = self.reply.answer is None
        if not self.question.answers:
            return Verdict.RIGHTLY_DECLINED if declined else Verdict.MADE_UP
        if self.exact_match == 1:
            return Verdict.RIGHT
        if self.f1 >= GOOD_F1:
            return Verdict.NEARLY
        rank = self.answer_rank
        if rank is None:
            return Verdict.NOT_RETRIEVED
        if rank > passages_read:
            return Verdict.NOT_READ
        return Verdict.DECLINED if declined else Verdict.NOT_CHOSEN


def _side(text: str, accepted: Sequence[Accepted]) -> str | None:
    """The side whose wording a text is nearest to; None if it is near none, or two equally.

    Wordings of different sides share words ("four hours", "five hours"), so that a good F1 with
    one alone would give the text to both.
    """
    best: dict[str, float] = {}
    for answer in accepted:
        if answer.side is not None:
            best[answer.side] = max(best.get(answer.side, 0.0), f1(text, (answer.text,)))
    highest = max(best.values(), default=0.0)
    nearest = [side for side, overlap in best.items() if overlap == highest]
    return nearest[0] if highest >= GOOD_F1 and len(nearest) == 1 else None
