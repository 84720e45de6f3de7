"""Spans of several passages put together: one answer with its citations, or none.

Spans that agree after normalisation support one answer together. A span that stands inside another
("Putin", "Vladimir Putin") agrees with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from qa.answer import Candidate, Citation, Reason
from qa.citing import trimmed
from qa.squad import normalise_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.article import Article
    from index.retriever import Hit
    from qa.citing import Citer
    from qa.reader import Reading, Span

PARAGRAPHS = re.compile(r"\n\s*\n|\r\s*\r")
"""No answer runs over the end of a paragraph."""
SPANS_PER_PASSAGE = 3
ALTERNATIVES = 4
LEAST_CONFIDENCE = 0.01
"""A candidate less likely than this is not worth a person's look."""
SUPPORTING_SHARE = 0.5
"""A span supports its answer if its own confidence is at least this share of the best span's."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that was found and what the reader made of it."""

    hit: Hit
    reading: Reading


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a candidate answer stands: characters `[start, end)` of a version's body."""

    text: str
    article: Article
    version: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Claim:
    """Mentions that agree, the most confident first."""

    mentions: tuple[Mention, ...]

    @property
    def confidence(self) -> float:
        """That of its best mention."""
        return self.mentions[0].confidence

    @property
    def supporting(self) -> tuple[Mention, ...]:
        """The mentions sure enough to be cited for it."""
        least = self.confidence * SUPPORTING_SHARE
        return tuple(mention for mention in self.mentions if mention.confidence >= least)


def claims(evidence: Sequence[Evidence], chance: Callable[[Hit, Span], float]) -> list[Claim]:
    """What the passages say, grouped by what agrees, the most likely claim first.

    Args:
        evidence: passages with what the reader found in them.
        chance: how likely a span found in a passage is right.
    """
    groups: list[tuple[list[str], list[Mention]]] = []
    for mention in _mentions(evidence, chance):
        words = normalise_answer(mention.text).split()
        for known, members in groups:
            if _agree(known, words):
                members.append(mention)
                break
        else:
            groups.append((words, [mention]))
    return [Claim(tuple(members)) for _, members in groups]


def candidate(claim: Claim, citer: Citer, most: int) -> Candidate | None:
    """A claim with citations that hold, or None if none does."""
    supporting = claim.supporting
    citations = _cited(supporting, citer, most)
    if not citations:
        return None
    return Candidate(
        answer=citations[0].quote,
        confidence=claim.confidence,
        support=len({mention.article.id for mention in supporting}),
        citations=citations,
    )


def nearest(hits: Sequence[Hit], citer: Citer, most: int) -> tuple[Citation, ...]:
    """The passages a person may want to see where there is no answer, each cited whole."""
    citations = []
    for hit in hits[:most]:
        passage = hit.passage
        first, last = trimmed(passage.text, 0, len(passage.text))
        citation = citer.cite(
            hit.article,
            passage.version,
            passage.start + first,
            passage.start + last,
            passage.text[first:last],
            hit.score,
        )
        if citation:
            citations.append(citation)
    return tuple(citations)


def nothing_found(narrowed: bool) -> Reason:
    """Why there is no answer where no passage was found."""
    where = "inside these filters" if narrowed else "in the archive"
    return Reason("retrieve", f"No passage {where} has anything in common with the question.")


def nothing_read(best: float, threshold: float, passages: int) -> Reason:
    """Why there is no answer where passages were read."""
    return Reason(
        "read",
        f"The {passages} nearest passages were read, and none answers the question clearly enough "
        f"(best candidate {best:.0%}, needed {threshold:.0%}).",
    )


def _mentions(evidence: Sequence[Evidence], chance: Callable[[Hit, Span], float]) -> list[Mention]:
    """Every place a span was found, each once, the most likely first."""
    best: dict[tuple[str, int, int], Mention] = {}
    for item in evidence:
        passage = item.hit.passage
        for span in quotable(passage.text, item.reading.spans):
            text = passage.text[span.start : span.end]
            start, end = passage.start + span.start, passage.start + span.end
            likely = chance(item.hit, span)
            key = (passage.article_id, start, end)
            if key not in best or best[key].confidence < likely:
                best[key] = Mention(text, item.hit.article, passage.version, start, end, likely)
    return sorted(best.values(), key=lambda mention: -mention.confidence)


def quotable(text: str, spans: Sequence[Span]) -> list[Span]:
    """The best few spans of a passage's text that stand within one paragraph."""
    whole = (span for span in spans if not PARAGRAPHS.search(text, span.start, span.end))
    return list(islice(whole, SPANS_PER_PASSAGE))


def _cited(mentions: Sequence[Mention], citer: Citer, most: int) -> tuple[Citation, ...]:
    """The mentions as citations; of places that overlap only the best."""
    cited: list[Citation] = []
    for mention in mentions:
        if len(cited) == most:
            break
        if any(
            c.article.id == mention.article.id and c.start < mention.end and mention.start < c.end
            for c in cited
        ):
            continue
        citation = citer.cite(
            mention.article,
            mention.version,
            mention.start,
            mention.end,
            mention.text,
            mention.confidence,
        )
        if citation:
            cited.append(citation)
    return tuple(cited)


def _agree(one: Sequence[str], other: Sequence[str]) -> bool:
    short, long = sorted((list(one), list(other)), key=len)
    if not short:
        return short == long
    return any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))
