"""`python -m eval run --url`: a service is scored as the library is, and refused in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from eval.archives import library_system
from eval.configs import parse_config
from eval.errors import ServiceError
from eval.metrics import Cited, faithful
from eval.questions import Accepted, Dataset, Question
from eval.runner import evaluate
from eval.systems import ServiceSystem
from index.article import version_of
from tests.conftest import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi.testclient import TestClient

URL = "http://testserver"
TELLER = Question("q1", "How did Kim travel, according to Courier?", "what", {"kim-by-rail": 1})
DATED = Question("q2", "What do articles of August 2023 say?", "what", {"moon-landing": 1})
SET = Dataset("small", (TELLER, DATED), ARTICLES)


@pytest.mark.parametrize("question", [TELLER, DATED])
def test_a_service_and_the_library_give_the_same_hits(
    client: TestClient, tmp_path: Path, question: Question
) -> None:
    served = ServiceSystem(URL, client).search(question, 10)
    with library_system(parse_config("reader=sentence"), SET, tmp_path) as library:
        found = library.search(question, 10)
    assert {hit.article for hit in found} == set(question.relevant)
    assert [(hit.article, hit.version, hit.start, hit.end) for hit in served] == [
        (hit.article, hit.version, hit.start, hit.end) for hit in found
    ]


def test_the_sources_are_asked_for_once(client: TestClient) -> None:
    asked = []

    def passed_on(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        path, kind = str(request.url.raw_path, "ascii"), request.headers.get("Content-Type")
        headers = {"Content-Type": kind} if kind else {}
        given = client.request(request.method, path, content=request.content, headers=headers)
        return httpx.Response(given.status_code, content=given.content)

    system = ServiceSystem(URL, answering(passed_on))
    for _ in range(2):
        assert system.search(TELLER, 10)
    assert asked.count("/v1/sources") == 1
    assert asked.count("/v1/articles/kim-by-rail") == 1


def test_a_version_that_the_service_has_not_is_an_unfaithful_citation(client: TestClient) -> None:
    system = ServiceSystem(URL, client)
    assert system.body("bakery", "0" * 64) is None
    assert system.body("no-such-article", "0" * 64) is None
    assert not faithful(Cited("bakery", "0" * 64, "", 0, 0), system.body("bakery", "0" * 64))


def test_a_service_without_the_articles_of_the_set_is_refused(client: TestClient) -> None:
    other = Question("q9", "Who came?", "who", {"judged-bad": 0, "elsewhere": 1})
    with pytest.raises(ServiceError, match=r"does not hold the article 'elsewhere' that .*q9"):
        evaluate(ServiceSystem(URL, client), Dataset("other", (other,), ()))


def test_a_service_with_another_version_of_an_article_is_refused(client: TestClient) -> None:
    version = version_of("another body")
    answers = (Accepted("bakery", version, "another", 0, 7),)
    question = Question("q9", "Which?", "what", {"bakery": 1}, answers)
    with pytest.raises(ServiceError, match=rf"'bakery' in the version {version}"):
        evaluate(ServiceSystem(URL, client), Dataset("other", (question,), ()))


@pytest.mark.parametrize(
    "content",
    [
        {"ok": True},
        {"sources": None},
        {"sources": ["Harbor Wire"]},
        {"sources": [{"source": None}]},
        {"sources": [], "body": "text", "passages": [{"article_id": "a", "version": "v"}]},
        {"sources": [], "body": "text", "passages": 7},
        {"sources": [], "body": 7},
        [],
    ],
)
def test_other_json_than_that_of_a_service_is_a_sentence(content: object) -> None:
    other = answering(lambda _: httpx.Response(200, json=content))
    with pytest.raises(ServiceError, match=r"answered 200.*; is a Dateline service running there"):
        ServiceSystem("http://other", other).search(TELLER, 10)


@pytest.mark.parametrize(
    "content", [{"answered": True}, {"reason": None, "answered": False, "confidence": "sure"}]
)
def test_another_answer_than_that_of_a_service_is_a_sentence(content: object) -> None:
    other = answering(lambda _: httpx.Response(200, json=content))
    with pytest.raises(ServiceError, match=r"/v1/ask answered 200 \(other JSON than Dateline's"):
        ServiceSystem("http://other", other).ask(TELLER)


def test_what_is_no_url_is_a_sentence() -> None:
    with pytest.raises(ServiceError, match="is no URL"):
        ServiceSystem("http://localhost:eighty")


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(base_url="http://other", transport=httpx.MockTransport(handler))
