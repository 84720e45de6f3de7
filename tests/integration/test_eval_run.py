"""`python -m eval run` with the real pipeline, over the library and over HTTP."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from typer.testing import CliRunner

from eval.__main__ import app
from eval.archives import RUNS, library_system
from eval.configs import parse_config
from eval.datasets import load_dataset
from eval.errors import DatasetError, EvaluationError, ServiceError
from eval.export import as_json
from eval.metrics import Cited, faithful
from eval.runner import evaluate
from eval.systems import ServiceSystem

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from eval.questions import Dataset

SETTINGS = "reader=sentence,passages_read=3"
HOSTILE = "<script>alert('x')</script>"
TRAIN = f"""---
id: kim-train
title: "Kim's train & {HOSTILE}"
source: Harbor Wire
published_at: 2023-09-12
---
Kim Jong Un crossed into Russia on Tuesday in his private armoured train, officials in Khasan said.

Mr. Kim left Pyongyang on Sunday afternoon. {HOSTILE} He will meet Vladimir Putin.
"""
BAKERY = """---
id: bakery
title: The bakery on Mill Lane closes
---
The bakery on Mill Lane will close on Saturday. Its owner, Greta Holm, said flour was too dear.
"""
QUESTIONS = (
    {
        "id": "t-1",
        "type": "what",
        "question": "In what did the North Korean leader cross the border?",
        "answers": [
            {"article": "kim-train", "text": "his private armoured train"},
            {"article": "kim-train", "text": "private armoured train"},
        ],
    },
    {
        "id": "t-2",
        "type": "who",
        "question": "Who owns the bakery?",
        "answers": [{"article": "bakery", "text": "Greta Holm"}],
    },
    {
        "id": "t-3",
        "type": "unanswerable",
        "question": "How many loaves were baked each day?",
        "close_miss": True,
    },
)


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small gold set; runs keep their archives in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gold" / "articles").mkdir(parents=True)
    (tmp_path / "gold" / "articles" / "train.md").write_text(TRAIN)
    (tmp_path / "gold" / "articles" / "bakery.md").write_text(BAKERY)
    draft = tmp_path / "draft.jsonl"
    draft.write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS))
    out = tmp_path / "gold" / "gold_tune.jsonl"
    invoke("gold", "resolve", draft, out, "--articles", tmp_path / "gold" / "articles")
    return tmp_path / "gold"


def invoke(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_run_prints_the_figures_as_one_object(gold):
    printed = invoke("run", "--dataset", gold, "--config", SETTINGS, "--json")
    content = json.loads(printed)
    assert content["questions"] == 3
    assert content["config"]["passages_read"] == 3
    assert content["metrics"]["R@5"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert content["metrics"]["citation_fidelity"]["value"] == 1.0
    assert all(
        0 <= each["low"] <= each["value"] <= each["high"] <= 1
        for each in content["metrics"].values()
    )
    assert set(content["latency_ms"]) == {"embed", "retrieve", "read", "assemble", "total"}


def test_a_run_prints_tables_and_writes_the_report_and_the_rankings(gold, tmp_path):
    report, runs = tmp_path / "out" / "report.html", tmp_path / "trec"
    printed = invoke(
        *("run", "--dataset", gold, "--config", SETTINGS),
        *("--report", report, "--run-files", runs),
    )
    assert re.search(r"R@5 .*1\.000", printed)
    assert "gold: 3 questions" in printed
    page = report.read_text()
    assert "Who owns the bakery?" in page
    qrels, ranking = sorted(runs.iterdir(), key=lambda path: path.suffix)
    assert qrels.name == "gold.qrels"
    assert qrels.read_text() == "t-1 0 kim-train 1\nt-2 0 bakery 1\n"
    first = ranking.read_text().splitlines()[0].split()
    assert first[:2] == ["t-1", "Q0"]
    assert first[2:4] == ["kim-train", "1"]


def test_a_mark_that_is_not_on_the_page_stops_the_run_before_it_begins(gold, tmp_path):
    with pytest.raises(EvaluationError, match=r"evaluation\.md has no <!-- eval:tune -->"):
        invoke("run", "--dataset", gold, "--config", SETTINGS, "--record", "tune")
    assert not (tmp_path / RUNS).exists()


def test_what_an_article_says_is_text_in_the_report(gold, tmp_path):
    report = tmp_path / "report.html"
    invoke("run", "--dataset", gold, "--config", SETTINGS, "--report", report)
    page = report.read_text()
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(" in page
    assert not re.search(r"""(src|href)=["']?https?:""", page)


def test_configurations_are_compared_with_the_first(gold):
    printed = invoke(
        *("run", "--dataset", gold, "--json"),
        *("--config", SETTINGS, "--config", f"{SETTINGS},dense_weight=0"),
    )
    content = json.loads(printed)
    assert [each["config"]["dense_weight"] for each in content["systems"]] == [0.6, 0.0]
    [comparison] = content["comparisons"]
    assert comparison["differences"]["R@100"] == {"value": 0, "low": 0, "high": 0, "p": 1}


def test_a_sweep_moves_one_setting_at_a_time_and_scores_the_centre_once(
    gold, tmp_path, monkeypatch
):
    scored = []
    monkeypatch.setattr(
        "eval.commands.evaluate",
        lambda system, *rest: scored.append(dict(system.config)) or evaluate(system, *rest),
    )
    out = tmp_path / "sweep.json"
    invoke(
        *("sweep", "dense_weight", "passages_read", "--dataset", gold),
        *("--config", "reader=sentence", "--out", out),
    )
    moved = [(each["dense_weight"], each["passages_read"]) for each in scored]
    assert len(set(moved)) == len(moved)
    assert all(weight == 0.6 or read == 8 for weight, read in moved)
    assert {each["reader"] for each in scored} == {"sentence"}
    points = json.loads(out.read_text())
    assert len(points) == len(moved) + 1  # the centre stands in both lines
    assert {each["setting"] for each in points} == {"dense_weight", "passages_read"}
    assert all(each["total_ms"]["value"] > 0 for each in points)
    assert out.with_suffix(".png").read_bytes().startswith(b"\x89PNG")


def test_a_second_run_embeds_nothing(gold):
    dataset = load_dataset(gold)
    ingested = []
    for _ in range(2):
        with library_system(parse_config(SETTINGS), dataset, progress=ingested.append):
            pass
    assert len(ingested) == len(dataset.articles)


def test_other_chunking_gets_an_archive_of_its_own(gold):
    dataset = load_dataset(gold)
    for settings in (SETTINGS, f"{SETTINGS},chunk_tokens=16,overlap_tokens=0"):
        with library_system(parse_config(settings), dataset) as system:
            hits = system.search(dataset.questions[0], 100)
            assert (len(hits) > len(dataset.articles)) is ("chunk_tokens" in settings)


def test_an_article_that_an_archive_refuses_stops_the_run(gold):
    dataset = load_dataset(gold)
    empty = replace(dataset.articles[0], body=" \n")
    broken = replace(dataset, articles=(empty, *dataset.articles[1:]))
    with (
        pytest.raises(DatasetError, match="1 articles of the set cannot be put into an archive"),
        library_system(parse_config(SETTINGS), broken),
    ):
        pass


def test_a_beir_folder_is_scored_for_retrieval_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "", "text": "Kim came by train."}\n'
        '{"_id": "q1", "title": "", "text": "Who came by train?"}\n'
    )
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "Who came by train?"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    content = json.loads(invoke("run", "--dataset", folder, "--config", SETTINGS, "--json"))
    assert set(content["metrics"]) == {"nDCG@10", "R@5", "R@100", "RR@10", "Success@1"}
    # The query stands in the corpus itself: it is not counted as an answer to itself.
    assert content["metrics"]["Success@1"]["value"] == 1
    with pytest.raises(DatasetError, match="judges retrieval alone"):
        invoke("sweep", "--dataset", folder)


@pytest.mark.parametrize(
    "arguments",
    [("--ablate", "--config", "default"), ("--ablate", "--url", "http://127.0.0.1:1")],
)
def test_what_to_score_is_said_once(arguments):
    result = CliRunner().invoke(app, ["run", *arguments])
    assert result.exit_code == 2
    assert "give one of --config, --ablate and --url" in result.output


def test_an_acceptance_needs_a_reason():
    assert CliRunner().invoke(app, ["accept"]).exit_code == 2
    assert CliRunner().invoke(app, ["accept", "--reason", " "]).exit_code == 2


@pytest.fixture
def served(client: TestClient, tmp_path: Path) -> Dataset:
    """Questions on the archive that the test service holds."""
    article = client.get("/v1/articles/bakery").json()
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "bakery.md").write_text(f"---\nid: bakery\n---\n{article['body']}")
    draft, out = tmp_path / "draft.jsonl", tmp_path / "gold.jsonl"
    draft.write_text("".join(json.dumps(line) + "\n" for line in QUESTIONS[1:]))
    invoke("gold", "resolve", draft, out, "--articles", tmp_path / "articles")
    return load_dataset(out)


def test_a_running_service_is_scored_as_the_library_is(client, served):
    result = evaluate(ServiceSystem("http://testserver", client), served)
    figures = as_json([result])["metrics"]
    assert figures["R@5"]["value"] == 1
    assert figures["citation_fidelity"]["value"] == 1
    assert figures["passage_Success@1"]["value"] == 1


def test_filters_go_along_to_the_service(client, served):
    from index.article import Filters

    question = replace(served.questions[0], filters=Filters(sources=("Harbor Wire",)))
    hits = ServiceSystem("http://testserver", client).search(question, 10)
    assert hits
    assert "bakery" not in {hit.article for hit in hits}


def test_citations_are_held_to_the_body_that_the_service_gives(client, served):
    system = ServiceSystem("http://testserver", client)
    version = served.questions[0].answers[0].version
    body = system.body("bakery", version)
    assert body == served.articles[0].body
    cited = Cited("bakery", version, "bakery", 4, 10)
    assert faithful(cited, body)
    assert not faithful(replace(cited, start=5, end=11), body)


def test_a_service_that_is_not_there_is_a_sentence(served):
    with pytest.raises(ServiceError, match=r"127\.0\.0\.1:9 does not answer .*dateline serve"):
        evaluate(ServiceSystem("http://127.0.0.1:9"), served)


def test_something_else_that_answers_is_a_sentence(served):
    def page(_: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text="<html>nothing here</html>")

    other = httpx.Client(base_url="http://other", transport=httpx.MockTransport(page))
    with pytest.raises(ServiceError, match=r"/v1/sources answered 404; is a Dateline service"):
        evaluate(ServiceSystem("http://other", other), served)
