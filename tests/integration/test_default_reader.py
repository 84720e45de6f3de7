"""Answers of the shipped reader, as its users get them: over HTTP and from the command line."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from index.article import Draft
from index.loaders import load
from qa.factory import open_engine
from qa.settings import PipelineSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi.testclient import TestClient

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
ANSWERABLE = {
    "Who owns the bakery on Mill Lane?": {"Greta Holm"},
    "When will the bakery close?": {"Saturday", "on Saturday"},
    "Where will Kim Jong Un meet Vladimir Putin?": {
        "Vostochny Cosmodrome",
        "the Vostochny Cosmodrome",
        "the Vostochny Cosmodrome, a space centre in Amur Oblast",
        "Vostochny Cosmodrome, a space centre in Amur Oblast",
    },
    "How long did the journey from Pyongyang take?": {"two days"},
    "What is the lander called?": {"Vikram"},
}
SEED_QUESTIONS: dict[str, set[str | None]] = {
    "Who is the Russian Defense Minister?": {"Sergei Shoigu"},
    "On which day did Kim arrive in Pyongyang?": {"Tuesday", "Tuesday evening"},
    "How did Kim travel home to Pyongyang?": {"his private train", "in his private train"},
    "Where did Kim and Putin hold their last summit in April 2019?": {"Vladivostok"},
    "When did Russia invade Ukraine?": {"February 2022", "in February 2022"},
    "How long was Kim's trip to Russia?": {"six-day", "six days"},
    "Who said the relationship is a marriage of convenience?": {"Won Gon Park"},
    "Where does Samuel Wells work?": {"Wilson Center", "the Wilson Center"},
    "How many farmers won the lottery?": {None},
    "Who won the 2022 World Cup?": {None},
}
UNANSWERABLE = (
    "How much did the loaves of the bakery cost?",
    "Who won the football world cup in 2018?",
)


@pytest.fixture(scope="module")
def client(
    small_archive: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve_app: Callable[..., Any],
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("default") / "archive"
    shutil.copytree(small_archive, folder)
    with serve_app(folder, reader="default") as made:
        yield made


def ask(client: TestClient, question: str) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    for each in (answer, *answer["alternatives"]):
        for citation in each["citations"]:
            path = f"/v1/articles/{citation['article_id']}"
            body = client.get(path, params={"version": citation["version"]}).json()["body"]
            assert body[citation["start"] : citation["end"]] == citation["quote"]
    return answer


@pytest.mark.parametrize("question", ANSWERABLE)
def test_a_question_gets_its_words(client: TestClient, question: str) -> None:
    assert ask(client, question)["answer"] in ANSWERABLE[question]


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_what_the_archive_does_not_say_is_declined(client: TestClient, question: str) -> None:
    answer = ask(client, question)
    assert (answer["answered"], answer["answer"]) == (False, None)
    assert answer["reason"]["stage"] == "read"


def test_the_command_line_answers_with_the_shipped_reader(
    small_archive: Path, dateline: Callable[..., Any]
) -> None:
    question = "Who owns the bakery on Mill Lane?"
    done = dateline(
        "--archive", small_archive, "ask", "--json", question, DATELINE_READER="default"
    )
    assert json.loads(done.stdout)["answer"] == "Greta Holm"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the articles as saved from the web are not here")
def test_articles_saved_from_the_web_get_their_titles_dates_and_answers(
    tmp_path: Path, serve_app: Callable[..., Any]
) -> None:
    loaded = [draft for file in sorted(SEEDS.glob("*.txt")) for draft in load(file)]
    drafts = [draft for draft in loaded if isinstance(draft, Draft)]
    assert {draft.published_at for draft in drafts} == {None, date(2023, 9, 11)}
    assert {draft.title[:19] for draft in drafts} == {"Russia-NKorea Ties:", "Kim-Putin’s Vladivo"}
    engine = open_engine(PipelineSettings(archive=tmp_path / "seeds"), create=True)
    engine.ingester.ingest(drafts)
    engine.close()
    with serve_app(tmp_path / "seeds", reader="default") as client:
        answers = {question: ask(client, question)["answer"] for question in SEED_QUESTIONS}
    right = [question for question, answer in answers.items() if answer in SEED_QUESTIONS[question]]
    assert len(right) >= len(SEED_QUESTIONS) - 2, answers
