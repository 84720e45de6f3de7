import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("path", "field"), [("ask", "question"), ("ask/stream", "question"), ("search", "query")]
)
@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_000])
def test_an_empty_or_endless_question_is_422_and_says_the_limit(
    client: "TestClient", path: str, field: str, text: str
) -> None:
    response = client.post(f"/v1/{path}", json={field: text})
    assert response.status_code == 422
    problem = response.json()
    assert problem["errors"][0]["field"] == field
    assert "1,000" in problem["detail"]
    assert problem["request_id"] == response.headers["x-request-id"]


def test_a_question_at_the_limit_is_answered(client: "TestClient") -> None:
    question = "Where? " + "😀" * 993
    assert client.post("/v1/ask", json={"question": question}).status_code == 200


@pytest.mark.parametrize("sent", [b"{", b"", b"null", b'"question"', b"[1]", b'{"question": 1}'])
def test_malformed_json_is_a_problem(client: "TestClient", sent: bytes) -> None:
    response = client.post("/v1/ask", content=sent, headers=JSON)
    assert response.status_code == 422
    assert response.json()["type"] == "urn:dateline:problem:invalid-request"


@pytest.mark.parametrize("sent", [b"[" * 100_000, b'{"question": "\xff\xfe"}'])
def test_json_that_cannot_be_read_at_all_is_400(client: "TestClient", sent: bytes) -> None:
    response = client.post("/v1/ask", content=sent, headers=JSON)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800", "\\udfff x"])
@pytest.mark.parametrize(
    "template",
    [
        '{"question": "%s"}',
        '{"question": "x", "filters": {"sources": ["%s"]}}',
        '{"question": "x", "filters": {"published_from": "%s"}}',
        '{"question": "x", "history": [{"question": "%s"}]}',
        '{"question": "x", "history": [{"question": "x", "answer": "%s"}]}',
        '{"question": "x", "%s": 1}',
    ],
)
def test_nul_and_half_surrogates_in_any_field_are_422(
    client: "TestClient", template: str, bad: str
) -> None:
    response = client.post("/v1/ask", content=(template % bad).encode(), headers=JSON)
    assert response.status_code == 422
    json.loads(response.content)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles/a%00b",
        "/v1/articles/a%ED%A0%80",
        "/v1/jobs/%00",
        "/v1/articles?q=%00",
        "/v1/articles?source=%ED%BF%BF",
        "/v1/articles?cursor=%00",
        "/v1/articles/moon-landing?version=%00",
        "/nothing/%00",
        "/static/%00",
    ],
)
def test_nul_and_half_surrogates_in_an_address_are_422(client: "TestClient", path: str) -> None:
    response = client.get(path)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "more",
    [
        {"max_citations": 0},
        {"max_citations": 21},
        {"max_citations": "5"},
        {"max_citations": True},
        {"filters": {"published_from": "2023-09-12T10:00:00"}},
        {"filters": {"published_from": 1694476800}},
        {"filters": {"published_from": "4/3/18"}},
        {"filters": {"published_from": "2023-13-01"}},
        {"filters": {"published_from": "2023-09-02", "published_to": "2023-09-01"}},
        {"filters": {"sources": "Courier"}},
        {"filters": {"colour": "red"}},
        {"history": [{"answer": "x"}]},
        {"history": [{"question": "x"}] * 51},
        {"colour": "red"},
    ],
    ids=str,
)
def test_fields_that_break_a_rule_are_named(client: "TestClient", more: dict[str, object]) -> None:
    response = client.post("/v1/ask", json={"question": "Who?", **more})
    assert response.status_code == 422
    first = response.json()["errors"][0]
    assert first["field"].split(".")[0] == next(iter(more))
    assert first["detail"]


def test_the_longest_valid_history_is_no_request_too_large(client: "TestClient") -> None:
    turns = [{"question": "😀" * 1000, "answer": "😀" * 1000}] * 50
    sent = {"question": "Who?", "history": turns, "filters": {"sources": ["😀" * 2000] * 100}}
    assert client.post("/v1/ask", json=sent).status_code == 200
    turns[0] = {"question": "😀" * 1001, "answer": "😀" * 1000}
    response = client.post("/v1/ask", json=sent)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "history"
    assert "100,000" in response.json()["detail"]


def test_an_upload_that_the_disk_has_no_room_for_is_507(
    own_client: "TestClient", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        # Received into one file, and copied into another: the first fails, then the second.
        for size in (3_000_000, 1_500_000):
            files = [("files", ("big.txt", b"word " * (size // 5)))]
            response = own_client.post("/v1/articles", files=files)
            assert response.status_code == 507
            assert response.json()["type"] == "urn:dateline:problem:disk-full"
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_an_unknown_address_is_a_problem(client: "TestClient") -> None:
    for path in ("/nope", "/v1/nope", "/static/nope.js", "/static/../api/app.py"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"]


def test_a_method_an_address_does_not_take_is_405_and_says_which_it_does(
    client: "TestClient",
) -> None:
    response = client.get("/v1/ask")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.headers["content-type"] == "application/problem+json"


def test_a_request_over_its_limit_is_413_before_it_is_read(
    own_archive: Path, serve_app: Callable[..., AbstractContextManager["TestClient"]]
) -> None:
    with serve_app(own_archive, max_body_bytes=2_000_000) as client:
        for path, size in (("/v1/ask", 5_000_001), ("/v1/articles", 2_000_001)):
            response = client.post(path, content=b" " * size, headers=JSON)
            assert response.status_code == 413
            assert f"{size - 1:,}" in response.json()["detail"]

            def pieces(size: int = size) -> Iterator[bytes]:
                for _ in range(0, size, 100_000):
                    yield b" " * 100_000

            unannounced = client.post(path, content=pieces(), headers=JSON)
            assert unannounced.status_code == 413


def test_a_file_over_its_limit_is_refused_with_the_limit(
    own_archive: Path,
    serve_app: Callable[..., AbstractContextManager["TestClient"]],
    ended: Callable[..., dict[str, Any]],
) -> None:
    with serve_app(own_archive, max_file_bytes=1000) as client:
        files = [("files", ("big.txt", b"word " * 300))]
        job = ended(client, client.post("/v1/articles", files=files))
        assert "1,000" in job["refused"][0]["reason"]


def test_a_crash_is_a_problem_that_tells_nothing_and_logs_everything(
    own_client: "TestClient", caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    own_client.app.state.service.engine.archive.close()  # type: ignore[attr-defined]
    response = own_client.get("/v1/sources")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in response.text
    assert own_client.get("/livez").status_code == 200
