"""Questions and answers."""

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from api.schemas.common import CleanText, Reply, Request
from api.schemas.filters import NO_FILTERS, FilterFields
from qa.answer import Answer, Candidate, Citation
from qa.followup import Turn

EXAMPLE: dict[str, JsonValue] = {
    "question": "How did Kim Jong Un travel to Vladivostok?",
    "filters": {"published_from": "2023-09-01", "published_to": "2023-09-30"},
    "max_citations": 5,
    "history": [],
}


MOST_HISTORY_CHARACTERS = 100_000


class TurnFields(Request):
    """An earlier question of the thread with the answer it got."""

    question: Annotated[CleanText, Field(min_length=1, max_length=10_000)]
    answer: Annotated[CleanText, Field(max_length=10_000)] | None = None

    def to_turn(self) -> Turn:
        """The turn as the pipeline knows it."""
        return Turn(self.question, self.answer)


def _fits(history: tuple[TurnFields, ...]) -> tuple[TurnFields, ...]:
    size = sum(len(turn.question) + len(turn.answer or "") for turn in history)
    if size > MOST_HISTORY_CHARACTERS:
        raise PydanticCustomError(
            "history",
            "its turns have {size} characters, over the limit of {limit}; send only the latest",
            {"size": f"{size:,}", "limit": f"{MOST_HISTORY_CHARACTERS:,}"},
        )
    return history


class AskRequest(Request):
    """A question to the archive."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    question: CleanText = Field(
        description="In plain words; not empty, and at most `DATELINE_MAX_QUESTION_CHARS` "
        "characters (1,000 unless set)."
    )
    filters: FilterFields = NO_FILTERS
    max_citations: int = Field(
        5, ge=1, le=20, strict=True, description="Most citations of one answer."
    )
    history: Annotated[tuple[TurnFields, ...], Field(max_length=50), AfterValidator(_fits)] = Field(
        (),
        description="Earlier turns of the thread, oldest first, for follow-up questions; at most "
        f"{MOST_HISTORY_CHARACTERS:,} characters in all.",
    )


class CitationReply(Reply):
    """Where an answer stands: characters `[start, end)` of the body of that version.

    Offsets count Unicode code points.
    """

    article_id: str
    version: str
    title: str
    source: str | None
    author: str | None
    url: str | None
    published_at: date | None
    quote: str = Field(description="Verbatim: body[start:end].")
    start: int
    end: int
    context: str = Field(description="The sentence or two around the quote, verbatim.")
    context_start: int
    context_end: int
    score: float

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """A citation, ready to be sent."""
        article = citation.article
        return cls(
            article_id=article.id,
            version=citation.version,
            title=article.title,
            source=article.source,
            author=article.author,
            url=article.url,
            published_at=article.published_at,
            quote=citation.quote,
            start=citation.start,
            end=citation.end,
            context=citation.context,
            context_start=citation.context_start,
            context_end=citation.context_end,
            score=citation.score,
        )


class CandidateReply(Reply):
    """Another possible answer with what supports it."""

    answer: str
    confidence: float
    support: int
    citations: tuple[CitationReply, ...]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """A candidate, ready to be sent."""
        return cls(
            answer=candidate.answer,
            confidence=candidate.confidence,
            support=candidate.support,
            citations=tuple(CitationReply.of(citation) for citation in candidate.citations),
        )


class ReasonReply(Reply):
    """Why there is no answer: the stage that decided it, and a sentence for the person."""

    stage: str
    detail: str


class AnswerReply(Reply):
    """An answer in the articles' own words, or an honest "the archive does not say".

    Where `answered` is false, `reason` says why and `citations` are the nearest passages.
    """

    question: str
    read_as: str = Field(description="The question as it was understood.")
    answered: bool
    answer: str | None
    confidence: float = Field(description="Calibrated chance that the best candidate is right.")
    support: int = Field(description="How many articles say so.")
    citations: tuple[CitationReply, ...] = Field(description="Best first.")
    alternatives: tuple[CandidateReply, ...]
    reason: ReasonReply | None
    sequence: int = Field(description="The state of the archive that the answer was read from.")
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """An answer, ready to be sent."""
        return cls(
            question=answer.question,
            read_as=answer.read_as,
            answered=answer.answered,
            answer=answer.answer,
            confidence=answer.confidence,
            support=answer.support,
            citations=tuple(CitationReply.of(citation) for citation in answer.citations),
            alternatives=tuple(CandidateReply.of(other) for other in answer.alternatives),
            reason=ReasonReply.model_validate(answer.reason) if answer.reason else None,
            sequence=answer.sequence,
            timings_ms=answer.timings_ms,
        )
