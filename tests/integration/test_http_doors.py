"""Hosts, origins, keys, headers, health, metrics, pages: what stands around the answers."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

Serve = Callable[..., AbstractContextManager["TestClient"]]
KEY = "a-key-of-sixteen-or-more"


@pytest.mark.parametrize("host", ["evil.example", "", "localhost.evil.example", "a@localhost"])
def test_a_name_that_is_not_ours_is_not_answered_to(client: "TestClient", host: str) -> None:
    response = client.get("/v1/sources", headers={"host": host})
    assert response.status_code == 421
    assert "DATELINE_ALLOWED_HOSTS" in response.json()["detail"]


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_is_answered_to_by_its_names(client: "TestClient", host: str) -> None:
    assert client.get("/v1/sources", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"origin": "http://[bad"},
        {"sec-fetch-site": "cross-site"},
    ],
    ids=str,
)
def test_another_sites_page_may_not_ask_or_write(
    client: "TestClient", headers: dict[str, str]
) -> None:
    for response in (
        client.delete("/v1/articles/bakery", headers=headers),
        client.post("/v1/ask", json={"question": "Who?"}, headers=headers),
    ):
        assert response.status_code == 403
        assert response.json()["type"] == "urn:dateline:problem:foreign-origin"


def test_our_own_page_may(client: "TestClient") -> None:
    headers = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    response = client.post("/v1/search", json={"query": "Kim"}, headers=headers)
    assert response.status_code == 200


def test_from_beyond_this_machine_only_reading_is_open_where_no_key_is_set(
    own_archive: Path, serve_app: Serve
) -> None:
    with serve_app(own_archive, client_address="192.0.2.7") as client:
        assert client.get("/v1/articles").status_code == 200
        response = client.delete("/v1/articles/bakery")
        assert response.status_code == 403
        assert "DATELINE_API_KEY" in response.json()["detail"]


@pytest.mark.parametrize("address", ["192.0.2.7", "127.0.0.1"])
def test_once_a_key_is_set_every_write_needs_it(
    address: str, own_archive: Path, serve_app: Serve
) -> None:
    with serve_app(own_archive, client_address=address, api_key=KEY) as client:
        for given in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {KEY}"}):
            for response in (
                client.delete("/v1/articles/bakery", headers=given),
                client.put("/v1/articles/bakery", json={"body": "x"}, headers=given),
                client.post("/v1/articles", json={"articles": [{"body": "x"}]}, headers=given),
            ):
                assert response.status_code == 401
                assert response.headers["www-authenticate"].startswith("Bearer")
        right = {"authorization": f"Bearer {KEY}"}
        assert client.delete("/v1/articles/bakery", headers=right).status_code == 204


@pytest.mark.parametrize("host", ["news.example", "127.0.0.1:8000", "localhost:8000"])
def test_a_proxy_on_this_machine_does_not_open_writes_where_a_key_is_set(
    host: str, own_archive: Path, serve_app: Serve
) -> None:
    with serve_app(own_archive, api_key=KEY, allowed_hosts="news.example") as client:
        response = client.delete("/v1/articles/bakery", headers={"host": host})
        assert response.status_code == 401


def test_without_a_key_a_proxy_that_passes_the_name_on_does_not_open_writes(
    own_archive: Path, serve_app: Serve
) -> None:
    with serve_app(own_archive, allowed_hosts="news.example") as client:
        response = client.delete("/v1/articles/bakery", headers={"host": "news.example"})
        assert response.status_code == 403
        assert client.delete("/v1/articles/bakery").status_code == 204


def test_every_response_has_an_id_and_the_headers_that_protect_it(client: "TestClient") -> None:
    for path in ("/", "/v1/sources", "/nope", "/livez"):
        headers = client.get(path).headers
        assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
        assert "default-src 'none'; script-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    for given, kept in (("mine-1", True), ("a b", False), ("x" * 65, False)):
        answered = client.get("/livez", headers={"x-request-id": given}).headers["x-request-id"]
        assert (answered == given) is kept


def test_ready_says_which_state_of_the_archive_is_searched(client: "TestClient") -> None:
    assert client.get("/readyz").json() == {"status": "ready", "sequence": 4}
    assert client.get("/livez").json() == {"status": "alive"}


def test_not_ready_before_the_start() -> None:
    from fastapi.testclient import TestClient

    from api.app import create_app
    from api.settings import ServiceSettings

    response = TestClient(create_app(ServiceSettings()), base_url="http://localhost").get("/readyz")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"


def test_not_ready_after_another_process_embedded_everything_with_another_model(
    own_client: "TestClient", own_archive: Path
) -> None:
    db = apsw.Connection(str(own_archive / "archive.sqlite"))
    db.execute("UPDATE meta SET value = replace(value, 'MiniLM', 'Other') WHERE key = 'recipe'")
    db.close()
    response = own_client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["type"] == "urn:dateline:problem:not-ready"
    assert "all-Other" in response.json()["detail"]


def test_metrics_of_an_archive_that_cannot_be_read_lack_only_its_counts(
    own_client: "TestClient",
) -> None:
    own_client.app.state.service.engine.archive.close()  # type: ignore[attr-defined]
    response = own_client.get("/metrics")
    assert response.status_code == 200
    assert "dateline_queue_depth 0.0" in response.text
    assert "dateline_articles" not in response.text


def test_metrics_count_requests_by_route_and_know_the_archive(client: "TestClient") -> None:
    client.get("/v1/articles/moon-landing")
    client.post("/v1/ask", json={"question": "What is the lander called?"})
    text = client.get("/metrics").text
    for line in (
        'dateline_http_requests_total{method="GET",route="/v1/articles/{article_id}",status="200"}',
        'dateline_http_request_seconds_bucket{le="0.1",method="POST",route="/v1/ask"}',
        'dateline_stage_seconds_count{stage="read"}',
        "dateline_articles 4.0",
        "dateline_passages ",
        "dateline_sequence 4.0",
        "dateline_queue_depth 0.0",
    ):
        assert line in text
    assert "moon-landing" not in text


def test_the_log_has_a_line_a_request_without_what_was_asked(
    client: "TestClient", caplog: pytest.LogCaptureFixture
) -> None:
    import structlog

    with structlog.testing.capture_logs() as lines:
        client.post("/v1/ask", json={"question": "What is the secret word?"})
        client.get("/v1/articles", params={"q": "secret"})
    records = [line for line in lines if line["event"] == "request"]
    assert [record["route"] for record in records] == ["/v1/ask", "/v1/articles"]
    assert all(record["status"] == 200 and record["milliseconds"] >= 0 for record in records)
    assert "secret" not in str(lines)


def test_the_page_and_its_files_come_from_the_service(client: "TestClient") -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert client.get(address).status_code == 200


def test_the_documentation_needs_nothing_from_elsewhere(client: "TestClient") -> None:
    page = client.get("/docs")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert all(address.startswith("/") for address in addresses)
    for address in addresses:
        assert client.get(address).status_code == 200
    assert client.get("/openapi.json").json()["openapi"].startswith("3.")
