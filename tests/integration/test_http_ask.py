import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

KEYS = {
    "question", "read_as", "answered", "answer", "confidence", "support", "citations",
    "alternatives", "reason", "sequence", "timings_ms",
}  # fmt: skip
CITATION_KEYS = {
    "article_id", "version", "title", "source", "author", "url", "published_at", "quote", "start",
    "end", "context", "context_start", "context_end", "score",
}  # fmt: skip


def ask(client: "TestClient", question: str, **more: Any) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def events_of(text: str) -> list[tuple[str, Any]]:
    events = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            events.append((lines["event"], json.loads(lines["data"])))
    return events


def assert_citations_hold(client: "TestClient", answer: dict[str, Any]) -> None:
    alternatives = [citation for other in answer["alternatives"] for citation in other["citations"]]
    for citation in answer["citations"] + alternatives:
        assert set(citation) == CITATION_KEYS
        article = client.get(
            f"/v1/articles/{citation['article_id']}", params={"version": citation["version"]}
        ).json()
        body = article["body"]
        assert body[citation["start"] : citation["end"]] == citation["quote"]
        context = body[citation["context_start"] : citation["context_end"]]
        assert context == citation["context"]


def test_an_answer_has_the_shape_of_the_wire_and_its_citations_hold(client: "TestClient") -> None:
    answer = ask(client, "How did Kim Jong Un travel to Russia?")
    assert set(answer) == KEYS
    assert answer["answered"]
    assert "armoured train" in answer["answer"]
    assert answer["reason"] is None
    assert answer["citations"][0]["article_id"] in ("kim-train", "kim-by-rail")
    assert {"embed", "retrieve", "read"} <= answer["timings_ms"].keys()
    assert_citations_hold(client, answer)


def test_offsets_count_code_points_also_after_an_emoji(client: "TestClient") -> None:
    answer = ask(client, "Who reported and edited the story?", filters={"sources": ["Harbor Wire"]})
    assert_citations_hold(client, answer)


def test_where_nothing_answers_it_says_why_and_gives_the_nearest_passages(
    client: "TestClient",
) -> None:
    answer = ask(client, "What did the Swedish parliament vote on in 1974?")
    assert not answer["answered"]
    assert answer["answer"] is None
    assert set(answer["reason"]) == {"stage", "detail"}
    assert answer["citations"]
    assert_citations_hold(client, answer)


def test_filters_narrow_to_source_and_days_both_ends_included(client: "TestClient") -> None:
    answer = ask(
        client,
        "How did Kim Jong Un travel?",
        filters={
            "sources": ["Courier"], "published_from": "2023-09-13", "published_to": "2023-09-13",
        },
    )  # fmt: skip
    assert {citation["article_id"] for citation in answer["citations"]} == {"kim-by-rail"}


def test_filters_that_nothing_matches_give_an_abstention(client: "TestClient") -> None:
    answer = ask(client, "How did Kim travel?", filters={"published_from": "2030-01-01"})
    assert not answer["answered"]
    assert answer["citations"] == []
    assert answer["reason"]["stage"] == "retrieve"


def test_max_citations_limits_them(client: "TestClient") -> None:
    assert len(ask(client, "What is in the archive?", max_citations=1)["citations"]) <= 1


def test_a_follow_up_is_read_with_the_thread_in_mind(client: "TestClient") -> None:
    history = [{"question": "Where will Kim Jong Un meet Putin?", "answer": "Vostochny Cosmodrome"}]
    answer = ask(client, "When did he leave Pyongyang?", history=history)
    assert answer["question"] == "When did he leave Pyongyang?"
    assert "Kim" in answer["read_as"]


def test_the_stream_tells_the_stages_then_gives_the_same_answer(client: "TestClient") -> None:
    question = "What is the lander called?"
    response = client.post("/v1/ask/stream", json={"question": question})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response.text)
    assert [data["stage"] for name, data in events if name == "stage"] == [
        "retrieve", "read", "assemble",
    ]  # fmt: skip
    name, answer = events[-1]
    assert name == "answer"
    expected = ask(client, question)
    for volatile in ("timings_ms",):
        answer.pop(volatile)
        expected.pop(volatile)
    assert answer == expected


def test_a_bad_question_is_refused_before_the_stream_begins(client: "TestClient") -> None:
    response = client.post("/v1/ask/stream", json={"question": " "})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_search_gives_passages_with_scores_and_places(client: "TestClient") -> None:
    response = client.post("/v1/search", json={"query": "lunar south pole", "k": 2})
    found = response.json()
    assert found["sequence"] == 4
    assert len(found["passages"]) == 2
    best = found["passages"][0]
    assert set(best) == {
        "article_id", "version", "title", "source", "published_at", "text", "start", "end",
        "score", "dense_score", "lexical_score",
    }  # fmt: skip
    assert best["article_id"] == "moon-landing"
    body = client.get("/v1/articles/moon-landing").json()["body"]
    assert body[best["start"] : best["end"]] == best["text"]


def test_search_filters_inside_the_views(client: "TestClient") -> None:
    found = client.post(
        "/v1/search", json={"query": "Kim train", "k": 10, "filters": {"sources": ["Courier"]}}
    ).json()
    assert {passage["article_id"] for passage in found["passages"]} == {"kim-by-rail"}


def test_suggestions_are_questions(client: "TestClient") -> None:
    deadline = monotonic() + 60
    while not (reply := client.get("/v1/suggestions").json())["current"]:
        assert monotonic() < deadline
        sleep(0.02)
    assert all(isinstance(question, str) and question for question in reply["suggestions"])


def test_suggestions_wait_for_no_one_and_leave_the_queue_to_real_questions(
    own_client: "TestClient",
) -> None:
    service = own_client.app.state.service  # type: ignore[attr-defined]
    with ExitStack() as held:
        for _ in range(service.settings.workers + service.settings.queue_size):
            held.enter_context(service.inference.slot())
        reply = own_client.get("/v1/suggestions").json()
        assert reply == {"suggestions": [], "current": False}


@pytest.fixture
def almost_full(client: "TestClient") -> Iterator[int]:
    """Gives how many places are left in the queue: the others are held."""
    service = client.app.state.service  # type: ignore[attr-defined]
    places = service.settings.workers + service.settings.queue_size
    with ExitStack() as held:
        for _ in range(places - 2):
            held.enter_context(service.inference.slot())
        yield 2


def test_more_at_once_than_the_queue_takes_are_told_to_come_again(
    client: "TestClient", almost_full: int
) -> None:
    async def at_once(path: str) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=client.app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as asking:
            sent = {"question": "How did Kim travel to Russia?"}
            return await asyncio.gather(*(asking.post(path, json=sent) for _ in range(5)))

    assert client.portal is not None
    for path in ("/v1/ask", "/v1/ask/stream"):
        responses = client.portal.call(at_once, path)
        refused = [response for response in responses if response.status_code == 503]
        assert [response.status_code for response in responses].count(200) == almost_full
        assert len(refused) == len(responses) - almost_full
        for response in refused:
            assert int(response.headers["retry-after"]) > 0
            assert response.json()["type"] == "urn:dateline:problem:busy"


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=1200)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
BODIES = ANY_JSON | st.fixed_dictionaries(
    {"question": ANY_JSON},
    optional={"filters": ANY_JSON, "max_citations": ANY_JSON, "history": ANY_JSON},
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(BODIES)
def test_whatever_is_asked_there_is_an_answer_or_a_problem(
    client: "TestClient", body: object
) -> None:
    sent = json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    response = client.post("/v1/ask", content=sent, headers=headers)
    assert response.status_code in (200, 422)
    if response.status_code == 422:
        problem = response.json()
        assert problem.keys() >= {"type", "title", "status", "detail", "request_id"}


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/search"])
def test_reading_needs_no_key(client: "TestClient", path: str) -> None:
    assert client.post(path, json={"question": "?", "query": "?"}).status_code != 401
