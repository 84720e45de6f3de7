"""What goes to a Dateline service and comes back as JSON.

Each function that takes `content` raises KeyError, TypeError, ValueError or AttributeError where it
is not what the service answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eval.metrics import Cited
from eval.outcomes import Alternative, Hit, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.article import Filters


def filters_sent(filters: Filters) -> dict[str, Any]:
    """Filters as the service takes them."""
    found: dict[str, Any] = {}
    if filters.sources:
        found["sources"] = list(filters.sources)
    if filters.published_from:
        found["published_from"] = filters.published_from.isoformat()
    if filters.published_to:
        found["published_to"] = filters.published_to.isoformat()
    return found


def source_names(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Of `GET /v1/sources`."""
    return tuple(_text(each["source"]) for each in content["sources"])


def hits(content: Mapping[str, Any]) -> tuple[Hit, ...]:
    """Of `POST /v1/search`."""
    return tuple(
        Hit(
            _text(each["article_id"]),
            _text(each["version"]),
            int(each["start"]),
            int(each["end"]),
            float(each["score"]),
        )
        for each in content["passages"]
    )


def body(content: Mapping[str, Any]) -> str:
    """Of `GET /v1/articles/{id}`."""
    return _text(content["body"])


def reply(content: Mapping[str, Any]) -> Reply:
    """Of `POST /v1/ask`."""
    reason = content["reason"] or {"stage": "", "detail": ""}
    return Reply(
        answer=_text(content["answer"]) if content["answered"] else None,
        confidence=float(content["confidence"]),
        citations=_citations(content["citations"]),
        alternatives=tuple(
            Alternative(
                _text(each["answer"]), float(each["confidence"]), _citations(each["citations"])
            )
            for each in content["alternatives"]
        ),
        stage=_text(reason["stage"]),
        detail=_text(reason["detail"]),
        timings_ms={stage: float(each) for stage, each in content["timings_ms"].items()},
    )


def _citations(citations: Sequence[Mapping[str, Any]]) -> tuple[Cited, ...]:
    return tuple(
        Cited(
            _text(each["article_id"]),
            _text(each["version"]),
            _text(each["quote"]),
            int(each["start"]),
            int(each["end"]),
            _text(each["context"]),
            int(each["context_start"]),
        )
        for each in citations
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a string")
    return value
