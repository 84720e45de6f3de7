"""What can be scored: the library in this process, or a service over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from eval import wire
from eval.errors import ServiceError
from eval.metrics import Cited
from eval.outcomes import Alternative, Hit, Reply
from index.article import version_of
from qa.question import understand
from qa.settings import PipelineSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eval.questions import Question
    from index.article import Draft
    from qa.answer import Answer, Citation
    from qa.factory import Engine

MAX_CITATIONS = 5
_SERVICE_SECONDS = 60.0
_CHECKED = 5
"""For how many questions a service is asked whether it holds their articles."""
_T = TypeVar("_T")


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
    """A running service, which holds the articles of the set.

    The articles of the first questions are looked for before anything is asked: without them every
    figure would be near 0, whatever the service is worth.

    Args:
        url: where it answers, such as `http://127.0.0.1:8000`.
        client: takes its place in tests.

    Raises:
        ServiceError: from every method, where the service cannot be reached, answers otherwise than
            a Dateline service does, or lacks an article.
    """

    def __init__(self, url: str, client: httpx.Client | None = None) -> None:
        self._url = url.rstrip("/")
        self._client = client or _client(self._url)
        self._bodies: dict[tuple[str, str], str | None] = {}
        self._sources: tuple[str, ...] | None = None
        self._checked: set[str] = set()

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
        """The k best passages, inside the filters that the pipeline would use."""
        if self._sources is None:
            self._sources = self._call("GET", "/v1/sources", wire.source_names)
        self._require_articles(question)
        narrowed = understand(question.text, question.filters, self._sources)
        body = {"query": narrowed.text, "k": k, "filters": wire.filters_sent(narrowed.filters)}
        return self._call("POST", "/v1/search", wire.hits, json=body)

    def ask(self, question: Question) -> Reply:
        """Its answer."""
        body = {
            "question": question.text,
            "filters": wire.filters_sent(question.filters),
            "max_citations": MAX_CITATIONS,
        }
        return self._call("POST", "/v1/ask", wire.reply, json=body)

    def body(self, article: str, version: str) -> str | None:
        """The text of a version as the service gives it, None if it has none; fetched once."""
        key = (article, version)
        if key not in self._bodies:
            self._bodies[key] = self._body(article, {"version": version})
        return self._bodies[key]

    def _require_articles(self, question: Question) -> None:
        relevant = [article for article, grade in question.relevant.items() if grade > 0]
        if not relevant or question.id in self._checked or len(self._checked) == _CHECKED:
            return
        self._checked.add(question.id)
        versions = {answer.article: answer.version for answer in question.answers}
        for article in relevant:
            version = versions.get(article)
            held = self._body(article, {})
            if held is None or version not in (None, version_of(held)):
                raise ServiceError(
                    f"{self._url} does not hold the article {article!r}"
                    f"{f' in the version {version}' if version else ''} that the question "
                    f"{question.id} is about; put the articles of the set into it, or leave --url "
                    "out"
                )

    def _body(self, article: str, parameters: Mapping[str, str]) -> str | None:
        path = f"/v1/articles/{article}"
        response = self._response("GET", path, params=parameters)
        if response.status_code == HTTPStatus.NOT_FOUND:
            return None
        return self._taken(response, f"GET {self._url}{path}", wire.body)

    def _call(
        self, method: str, path: str, take: Callable[[dict[str, Any]], _T], **request: Any
    ) -> _T:
        response = self._response(method, path, **request)
        return self._taken(response, f"{method} {self._url}{path}", take)

    def _response(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            raise ServiceError(
                f"{self._url} does not answer ({error or type(error).__name__}); start a service "
                "with `dateline serve`, or leave --url out"
            ) from error

    def _taken(
        self, response: httpx.Response, asked: str, take: Callable[[dict[str, Any]], _T]
    ) -> _T:
        """What `take` makes of the object in a response."""
        try:
            content = response.json()
        except ValueError:
            content = None
        known = content if isinstance(content, dict) else {}
        said = known.get("detail") or known.get("title")
        if response.is_success and known:
            try:
                return take(known)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                said = f"other JSON than Dateline's, {type(error).__name__} {error}"
        raise ServiceError(
            f"{asked} answered {response.status_code}{f' ({said})' if said else ''}; "
            "is a Dateline service running there?"
        )


def _client(url: str) -> httpx.Client:
    try:
        return httpx.Client(base_url=url, timeout=_SERVICE_SECONDS)
    except httpx.InvalidURL as error:
        raise ServiceError(
            f"{url} is no URL ({error}); give one such as http://127.0.0.1:8000"
        ) from error
