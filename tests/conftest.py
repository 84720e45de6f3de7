"""What tests share: a small archive of four articles, made once with the real models."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from datetime import date
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from index.article import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastapi.testclient import TestClient

# Set before anything can import a hub client: tests never reach for the network.
os.environ["HF_HUB_OFFLINE"] = "1"

ARTICLES = (
    Draft(
        id="kim-train",
        title="Kim's armoured train reaches Russia",
        source="Harbor Wire",
        author="Ana Petrov",
        url="https://harbor.example/kim-train",
        published_at=date(2023, 9, 12),
        body=(
            "North Korean leader Kim Jong Un crossed into Russia on Tuesday in his private "
            "armoured train, officials in Khasan said.\n\n"
            "Mr. Kim left Pyongyang on Sunday afternoon. He will meet President Vladimir Putin at "
            "the Vostochny Cosmodrome, a space centre in Amur Oblast.\n\n"
            "“It will be a full-scale visit,” spokesman Dmitry Peskov told reporters. 🚂\n\n"
            "Reporting by Ana Petrov; editing by Tom Bell"
        ),
    ),
    Draft(
        id="kim-by-rail",
        title="Kim travels by rail to meet Putin",
        source="Courier",
        published_at=date(2023, 9, 13),
        body=(
            "Kim Jong Un travelled to Russia in his private armoured train, which moves at about "
            "50 kilometres an hour.\n\nThe journey from Pyongyang took two days."
        ),
    ),
    Draft(
        id="moon-landing",
        title="India lands on the moon",
        source="Harbor Wire",
        published_at=date(2023, 8, 23),
        body=(
            "India's Chandrayaan-3 spacecraft landed near the lunar south pole on Wednesday. The "
            "lander is called Vikram and carries a rover named Pragyan.\r\n\r\n"
            "“India is on the moon,” said S. Somanath, the chairman of the space agency ISRO."
        ),
    ),
    Draft(
        id="bakery",
        title="The bakery on Mill Lane closes after 90 years",
        body=(
            "The bakery on Mill Lane will close on Saturday. Its owner, Greta Holm, said that "
            "flour had become too dear and that nobody wanted to get up at three in the morning."
        ),
    ),
)


@pytest.fixture(scope="session")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive of `ARTICLES`. Not to be changed: see `own_archive`."""
    from qa.factory import open_engine
    from qa.settings import PipelineSettings

    folder = tmp_path_factory.mktemp("small") / "archive"
    engine = open_engine(PipelineSettings(archive=folder, reader="sentence"), create=True)
    report = engine.ingester.ingest(ARTICLES)
    engine.close()
    assert len(report.added) == len(ARTICLES)
    return folder


@pytest.fixture
def own_archive(small_archive: Path, tmp_path: Path) -> Path:
    """A copy of the small archive that a test may change."""
    folder = tmp_path / "archive"
    shutil.copytree(small_archive, folder)
    return folder


@pytest.fixture(scope="session")
def client(small_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A running service over a copy of the small archive. Not to be changed: see `own_client`."""
    folder = tmp_path_factory.mktemp("served") / "archive"
    shutil.copytree(small_archive, folder)
    with serving(folder) as made:
        yield made


@pytest.fixture
def own_client(own_archive: Path) -> Iterator[TestClient]:
    """A running service whose archive a test may change."""
    with serving(own_archive) as made:
        yield made


@pytest.fixture(scope="session")
def serve_app() -> Callable[..., AbstractContextManager[TestClient]]:
    """Starts a service over a folder, under settings of one's own."""
    return serving


class Done(NamedTuple):
    """What a command gave."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def dateline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Runs the command line in this process, in a folder of its own."""
    from api.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("DATELINE_READER", "sentence")

    def run(*arguments: object, **environment: str) -> Done:
        with monkeypatch.context() as here:
            here.setattr(sys, "argv", ["dateline", *map(str, arguments)])
            for name, value in environment.items():
                here.setenv(name, value)
            capsys.readouterr()
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def ended() -> Callable[[TestClient, Any], dict[str, Any]]:
    """Waits for the job that a response started, and gives what became of it."""
    return when_ended


def when_ended(client: TestClient, response: Any) -> dict[str, Any]:
    """The job that a response started, when it has ended."""
    assert response.status_code == 202, response.text
    deadline = monotonic() + 60
    while True:
        job: dict[str, Any] = client.get(f"/v1/jobs/{response.json()['job_id']}").json()
        if job["state"] in ("done", "failed"):
            return job
        assert monotonic() < deadline, job
        sleep(0.02)


@contextmanager
def serving(
    folder: Path, *, client_address: str = "127.0.0.1", **settings: object
) -> Iterator[TestClient]:
    """A service over an archive, asked from an address."""
    from fastapi.testclient import TestClient

    from api.app import create_app
    from api.settings import ServiceSettings, load_settings

    given = {"reader": "sentence", **settings}
    app = create_app(load_settings(ServiceSettings, archive=folder, **given))
    # What crashes is answered with a problem, and that answer is what tests look at.
    with TestClient(
        app,
        base_url="http://127.0.0.1:8000",
        client=(client_address, 50000),
        raise_server_exceptions=False,
    ) as made:
        yield made
