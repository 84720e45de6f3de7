"""The service as a process of its own: start, other processes, idling, stop."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def served(
    archive: Path, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A service at a free port, from its ready line to its end."""
    with subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--archive", str(archive), "--port", "0"],
        cwd=ROOT,
        env=os.environ
        | {"DATELINE_READER": "sentence", "DATELINE_LOG_FORMAT": "json"}
        | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready.startswith("Dateline is ready at http://127.0.0.1:"), process.stderr
            with httpx.Client(base_url=ready.split()[-1], timeout=60) as client:
                yield process, client
        finally:
            process.kill()


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client, Path]]:
    folder = tmp_path_factory.mktemp("process") / "archive"
    with served(folder) as (process, client):
        yield process, client, folder


def articles_found(client: httpx.Client, query: str) -> set[str]:
    response = client.post("/v1/search", json={"query": query, "k": 5})
    return {passage["article_id"] for passage in response.json()["passages"]}


def test_a_missing_archive_is_made_and_the_service_is_ready_when_it_says_so(service: Any) -> None:
    _, client, folder = service
    assert (folder / "archive.sqlite").exists()
    assert client.get("/readyz").status_code == 200
    assert client.post("/v1/ask", json={"question": "Who?"}).json()["answered"] is False


def test_what_another_process_does_is_seen_within_two_seconds(
    service: Any, dateline: Callable[..., Any], tmp_path: Path
) -> None:
    _, client, folder = service
    line = {"_id": "keeper", "text": "Oskar Lindqvist keeps the lighthouse of Norrskär."}
    (tmp_path / "keeper.jsonl").write_text(json.dumps(line))
    for arguments, expected in (
        (("ingest", "keeper.jsonl"), True),
        (("articles", "remove", "keeper"), False),
    ):
        assert dateline("--archive", folder, *arguments).returncode == 0
        done = monotonic()
        while ("keeper" in articles_found(client, "lighthouse keeper")) is not expected:
            assert monotonic() - done < 2
            sleep(0.05)


def test_idling_costs_next_to_nothing(service: Any) -> None:
    process, client, _ = service
    client.get("/livez")

    def processor_seconds() -> float:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    sleep(4)  # The views are saved when it has been quiet for a while.
    before = processor_seconds()
    sleep(3)
    assert processor_seconds() - before < 0.15


def test_a_port_in_use_is_told_before_anything_is_loaded(
    tmp_path: Path, dateline: Callable[..., Any]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = dateline("serve", "--archive", tmp_path / "new", "--port", port)
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 0)])
def test_stopping_lets_an_ingest_end_its_commit_and_keeps_the_views(
    own_archive: Path, stop: signal.Signals, code: int
) -> None:
    articles = [{"body": f"Report {number} from the harbour."} for number in range(20)]
    with served(own_archive) as (process, client):
        assert client.post("/v1/articles", json={"articles": articles}).status_code == 202
        client.post("/v1/ask", json={"question": "What is secret?"})
        process.send_signal(stop)
        _, log = process.communicate(timeout=60)
    assert process.returncode == code, log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {line["route"] for line in lines if line["event"] == "request"} == {
        "/v1/articles", "/v1/ask",
    }  # fmt: skip
    assert "secret" not in log
    assert "Report" not in log
    from index.archive import Archive

    archive = Archive(own_archive)
    assert archive.stats().articles in (4, 24)
    saved = (own_archive / "views" / "dense" / "manifest.json").read_text()
    assert f'"sequence": {archive.sequence()},' in saved
    archive.close()


def test_a_question_under_way_is_answered_before_the_end(own_archive: Path) -> None:
    with served(own_archive) as (process, client):
        events = []
        sent = {"question": "What is the lander called?"}
        with client.stream("POST", "/v1/ask/stream", json=sent) as response:
            for line in response.iter_lines():
                if line == "event: stage" and not events:
                    process.send_signal(signal.SIGTERM)
                events.append(line)
        assert "event: answer" in events
        assert process.wait(60) == -signal.SIGTERM
