"""Finding passages without asking for an answer."""

from datetime import date
from typing import ClassVar, Self

from pydantic import ConfigDict, Field, JsonValue

from api.schemas.common import CleanText, Reply, Request
from api.schemas.filters import NO_FILTERS, FilterFields
from index.retriever import Hit, Retrieval

EXAMPLE: dict[str, JsonValue] = {"query": "armoured train", "k": 10, "filters": {}}


class SearchRequest(Request):
    """A search for passages."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    query: CleanText = Field(
        description="Words or a question; not empty, and at most `DATELINE_MAX_QUESTION_CHARS` "
        "characters."
    )
    k: int = Field(10, ge=1, le=100, strict=True, description="Most passages to give.")
    filters: FilterFields = NO_FILTERS


class HitReply(Reply):
    """A passage that was found: characters `[start, end)` of the body of that version."""

    article_id: str
    version: str
    title: str
    source: str | None
    published_at: date | None
    text: str
    start: int
    end: int
    score: float = Field(description="Fused, 0 to 1; it orders the passages of one search.")
    dense_score: float | None = Field(description="Similarity; null outside the dense list.")
    lexical_score: float | None = Field(description="BM25; null outside the lexical list.")

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """A hit, ready to be sent."""
        return cls(
            article_id=hit.article.id,
            version=hit.passage.version,
            title=hit.article.title,
            source=hit.article.source,
            published_at=hit.article.published_at,
            text=hit.passage.text,
            start=hit.passage.start,
            end=hit.passage.end,
            score=hit.score,
            dense_score=hit.dense_score,
            lexical_score=hit.lexical_score,
        )


class SearchReply(Reply):
    """Passages, best first, all from one state of the archive."""

    passages: tuple[HitReply, ...]
    sequence: int

    @classmethod
    def of(cls, retrieval: Retrieval) -> Self:
        """What a search found, ready to be sent."""
        return cls(
            passages=tuple(HitReply.of(hit) for hit in retrieval.hits), sequence=retrieval.sequence
        )
