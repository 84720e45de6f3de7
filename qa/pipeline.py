"""From a question to an answer: understand, retrieve, read, assemble."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from index.article import Filters
from index.errors import ArticleNotFoundError
from qa.answer import Answer, Candidate
from qa.assembly import (
    ALTERNATIVES,
    LEAST_CONFIDENCE,
    Evidence,
    candidate,
    claims,
    nearest,
    nothing_found,
    nothing_read,
)
from qa.citing import Citer
from qa.followup import Turn, read_as
from qa.judge import READER_ALONE, Judge
from qa.question import understand
from qa.reader import ReaderPassage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.archive import Archive
    from index.retriever import Hit, Retrieval, Retriever
    from qa.reader import Reader

ATTEMPTS = 3
"""Tries at one question when another process keeps deleting what was found."""


def unheard(_stage: str) -> None:
    """For those who do not want to know which stage has begun."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Answers questions from one archive.

    Args:
        archive: where bodies and sources are read.
        retriever: finds passages.
        reader: reads them.
        judge: how likely what the reader finds is right.
        passages_read: how many of the best passages are read.
        threshold: the least confidence of an answer; the judge's own if None, or the reader's.
    """

    archive: Archive
    retriever: Retriever
    reader: Reader
    judge: Judge = READER_ALONE
    passages_read: int = 8
    threshold: float | None = None

    def ask(
        self,
        question: str,
        filters: Filters = Filters(),
        *,
        max_citations: int = 5,
        history: Sequence[Turn] = (),
        on_stage: Callable[[str], None] = unheard,
    ) -> Answer:
        """Answer a question.

        Args:
            question: in words, not empty.
            filters: where to look; what the question itself names narrows them further.
            max_citations: most citations of one answer, at least 1.
            history: earlier turns of the thread, oldest first.
            on_stage: told `retrieve`, `read` and `assemble` as each begins.
        """
        meant = read_as(question, history)
        for attempt in range(ATTEMPTS):
            try:
                return self._answer(question, meant, filters, max_citations, on_stage)
            except ArticleNotFoundError:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def _answer(
        self,
        question: str,
        meant: str,
        filters: Filters,
        max_citations: int,
        on_stage: Callable[[str], None],
    ) -> Answer:
        sources = [summary.source for summary in self.archive.sources()]
        narrowed = understand(meant, filters, sources).filters
        on_stage("retrieve")
        found = self.retriever.search(meant, max(self.passages_read, max_citations), narrowed)
        on_stage("read")
        began = perf_counter()
        evidence = self._read(meant, found.hits[: self.passages_read])
        read = perf_counter()
        on_stage("assemble")
        citer = Citer(self.archive)
        candidates = self._candidates(meant, evidence, citer, max_citations)
        threshold = self._threshold()
        best = candidates[0] if candidates else None
        answered = best is not None and best.confidence >= threshold
        if answered or not found.hits:
            reason = None if answered else nothing_found(bool(narrowed))
        else:
            reason = nothing_read(best.confidence if best else 0.0, threshold, len(evidence))
        others = candidates[1:] if answered else candidates
        given = best if answered else None
        return Answer(
            question=question,
            read_as=meant,
            answered=answered,
            answer=given.answer if given else None,
            confidence=best.confidence if best else 0.0,
            support=given.support if given else 0,
            citations=given.citations if given else nearest(found.hits, citer, max_citations),
            alternatives=tuple(others[:ALTERNATIVES]),
            reason=reason,
            sequence=found.sequence,
            timings_ms=_timings(found, (read - began) * 1000, (perf_counter() - read) * 1000),
        )

    def _read(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:
        passages = [ReaderPassage(hit.article.title, hit.passage.text) for hit in hits]
        readings = self.reader.read(question, passages)
        return [Evidence(*pair) for pair in zip(hits, readings, strict=True)]

    def _threshold(self) -> float:
        for threshold in (self.threshold, self.judge.threshold):
            if threshold is not None:
                return threshold
        return self.reader.threshold

    def _candidates(
        self, question: str, evidence: Sequence[Evidence], citer: Citer, most: int
    ) -> list[Candidate]:
        likely = [
            claim
            for claim in claims(evidence, self.judge.for_question(question, self.reader))
            if claim.confidence >= LEAST_CONFIDENCE
        ]
        made = (candidate(claim, citer, most) for claim in likely[: ALTERNATIVES + 1])
        return [one for one in made if one is not None]


def _timings(found: Retrieval, read: float, assemble: float) -> dict[str, float]:
    embed = found.timings_ms.get("embed", 0.0)
    retrieve = sum(found.timings_ms.values()) - embed
    stages = {"embed": embed, "retrieve": retrieve, "read": read, "assemble": assemble}
    return {stage: round(milliseconds, 2) for stage, milliseconds in stages.items()}
