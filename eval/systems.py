"""What can be scored: the library in this process, or a service over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import httpx

from eval.errors import ServiceError
from eval.metrics import Cited
from eval.outcomes import Alternative, Hit, Reply
from index.article import version_of
from qa.question import understand
from qa.settings import PipelineSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.questions import Question
    from index.article import Draft, Filters
    from qa.answer import Answer, Citation
    from qa.factory import Engine

MAX_CITATIONS = 5
_SERVICE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class LibrarySystem:
    """The pipeline in this process.

    Attributes:
        bodies: of the articles that were put in, by id and version: what citations are held to.
    """

    name: str
    engine: Engine
    settings: PipelineSettings
    bodies: Mapping[tuple[str, str], str]
    sources: tuple[str, ...]

    @classmethod
    def over(
        cls, name: str, engine: Engine, settings: PipelineSettings, articles: Sequence[Draft]
    ) -> Self:
        """The pipeline of an engine whose archive holds these articles."""
        bodies = {(draft.id or "", version_of(draft.body)): draft.body for draft in articles}
        sources = tuple(dict.fromkeys(draft.source for draft in articles if draft.source))
        return cls(name, engine, settings, bodies, sources)

    @property
    def config(self) -> Mapping[str, Any]:
        """All settings but the folder, which is the evaluation's own."""
        return self.settings.model_dump(mode="json", exclude={"archive"})

    @property
    def passages_read(self) -> int:
        """How many passages the reader reads."""
        return self.settings.passages_read

    def search(self, question: Question, k: int) -> tuple[Hit, ...]:
        """The k best passages, inside the filters that the pipeline would use."""
        narrowed = understand(question.text, question.filters, self.sources)
        found = self.engine.retriever.search(narrowed.text, k, narrowed.filters)
        return tuple(
            Hit(hit.article.id, hit.passage.version, hit.passage.start, hit.passage.end, hit.score)
            for hit in found.hits
        )

    def ask(self, question: Question) -> Reply:
        """The pipeline's answer."""
        return _reply(
            self.engine.pipeline.ask(
                question.text, filters=question.filters, max_citations=MAX_CITATIONS
            )
        )

    def body(self, article: str, version: str) -> str | None:
        """The text that was put in."""
        return self.bodies.get((article, version))


def _reply(answer: Answer) -> Reply:
    return Reply(
        answer=answer.answer if answer.answered else None,
        confidence=answer.confidence,
        citations=tuple(_cited(citation) for citation in answer.citations),
        alternatives=tuple(
            Alternative(each.answer, each.confidence, tuple(_cited(c) for c in each.citations))
            for each in answer.alternatives
        ),
        stage=answer.reason.stage if answer.reason else "",
        detail=answer.reason.detail if answer.reason else "",
        timings_ms=answer.timings_ms,
    )


def _cited(citation: Citation) -> Cited:
    return Cited(
        citation.article.id,
        citation.version,
        citation.quote,
        citation.start,
        citation.end,
        citation.context,
        citation.context_start,
    )


class ServiceSystem:
    """A running service.

    Args:
        url: where it answers, such as `http://127.0.0.1:8000`.
        client: takes its place in tests.
    """

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self._url = url.rstrip("/")
        self._client = client or httpx.Client(base_url=self._url, timeout=_SERVICE_SECONDS)
        self._bodies: dict[tuple[str, str], str | None] = {}

    @property
    def name(self) -> str:
        """Its address."""
        return self._url

    @property
    def config(self) -> Mapping[str, Any]:
        """All that is known of its settings."""
        return {"url": self._url}

    @property
    def passages_read(self) -> int:
        """The default: a service does not say."""
        return int(PipelineSettings.model_fields["passages_read"].default)

    def search(self, question: Question, k: int) -> tuple[Hit, ...]:
        """The k best passages."""
        body = {"query": question.text, "k": k, "filters": _filters(question.filters)}
        return tuple(
            Hit(each["article_id"], each["version"], each["start"], each["end"], each["score"])
            for each in self._call("POST", "/v1/search", json=body)["passages"]
        )

    def ask(self, question: Question) -> Reply:
        """Its answer."""
        body = {
            "question": question.text,
            "filters": _filters(question.filters),
            "max_citations": MAX_CITATIONS,
        }
        said = self._call("POST", "/v1/ask", json=body)
        reason = said["reason"] or {"stage": "", "detail": ""}
        return Reply(
            answer=said["answer"] if said["answered"] else None,
            confidence=said["confidence"],
            citations=_wire_cited(said["citations"]),
            alternatives=tuple(
                Alternative(each["answer"], each["confidence"], _wire_cited(each["citations"]))
                for each in said["alternatives"]
            ),
            stage=reason["stage"],
            detail=reason["detail"],
            timings_ms=said["timings_ms"],
        )

    def body(self, article: str, version: str) -> str | None:
        """The text of a version as the service gives it; each is fetched once."""
        key = (article, version)
        if key not in self._bodies:
            given = self._call("GET", f"/v1/articles/{article}", params={"version": version})
            self._bodies[key] = given["body"]
        return self._bodies[key]

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            response = self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            raise ServiceError(
                f"{self._url} does not answer ({error or type(error).__name__}); start a service "
                "with `dateline serve`, or leave --url out"
            ) from error
        try:
            content = response.json()
        except ValueError:
            content = None
        if response.is_success and isinstance(content, dict):
            return content
        said = content.get("detail") or content.get("title") if isinstance(content, dict) else None
        raise ServiceError(
            f"{method} {self._url}{path} answered {response.status_code}"
            f"{f' ({said})' if said else ''}; is a Dateline service running there?"
        )


def _filters(filters: Filters) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if filters.sources:
        found["sources"] = list(filters.sources)
    if filters.published_from:
        found["published_from"] = filters.published_from.isoformat()
    if filters.published_to:
        found["published_to"] = filters.published_to.isoformat()
    return found


def _wire_cited(citations: Sequence[Mapping[str, Any]]) -> tuple[Cited, ...]:
    return tuple(
        Cited(
            each["article_id"],
            each["version"],
            each["quote"],
            each["start"],
            each["end"],
            each["context"],
            each["context_start"],
        )
        for each in citations
    )
