import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., Any]

KEEPER = (
    "Keeper retires\n\nUpdated May 3, 2024\n\n"
    "Oskar Lindqvist, the last lighthouse keeper of Norrskär, retires on Friday.\n"
)


def test_help_shows_commands_examples_and_exit_codes(dateline: Run) -> None:
    shown = dateline("--help")
    assert shown.returncode == 0
    for word in ("ingest", "ask", "serve", "articles", "Examples", "Exit codes", "130"):
        assert word in shown.stdout


@pytest.mark.parametrize(
    "command",
    [
        "ingest", "ask", "search", "serve", "status", "rebuild",
        "articles list", "articles show", "articles remove",
    ],
)  # fmt: skip
def test_each_command_has_examples(dateline: Run, command: str) -> None:
    shown = dateline(*command.split(), "--help")
    assert "Example" in shown.stdout
    assert "--archive" in shown.stdout
    assert "--json" in shown.stdout


def test_help_and_status_load_no_model_and_no_web_framework(
    dateline: Run, small_archive: Path
) -> None:
    code = (
        "import sys; from api.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'faiss', 'fastapi', 'onnxruntime', 'transformers', 'tantivy'}\n"
        "sys.exit(f'loaded {heavy & set(sys.modules)}' if heavy & set(sys.modules) else 0)"
    )
    for arguments in (["--help"], ["status", "--archive", str(small_archive)]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_ingest_ask_search_and_status_of_a_new_archive(dateline: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "keeper.txt").write_text(KEEPER, encoding="utf-8")
    (tmp_path / "in" / "broken.pdf").write_bytes(b"no PDF")
    ingested = dateline("--archive", "news", "ingest", "in", "--source", "Island Post")
    assert ingested.returncode == 3
    assert "added" in ingested.stdout
    assert "broken.pdf" in ingested.stdout

    answer = dateline("ask", "Who is the last lighthouse keeper?", "--archive", "news")
    assert answer.returncode == 0, answer.stderr
    for part in ("Oskar Lindqvist", "Keeper retires", "Island Post", "3 May 2024"):
        assert part in answer.stdout

    found = json.loads(dateline("--archive", "news", "--json", "search", "keeper").stdout)
    assert found["passages"][0]["title"] == "Keeper retires"

    status = json.loads(dateline("status", "--json", "--archive", "news").stdout)
    assert (status["articles"], status["sequence"]) == (1, 1)
    assert status["model"].startswith("all-MiniLM-L6-v2@")
    assert status["bytes"]["views"] > 0


def test_sizes_count_a_file_with_two_names_once(dateline: Run, own_archive: Path) -> None:
    def sizes() -> dict[str, int]:
        status = json.loads(dateline("status", "--json", "--archive", own_archive).stdout)
        found: dict[str, int] = status["bytes"]
        return found

    before = sizes()
    assert min(before.values()) > 0
    files = [one for one in (own_archive / "views").rglob("*") if one.is_file()]
    view = max(files, key=lambda one: one.stat().st_size)
    view.with_name("another-name").hardlink_to(view)
    assert sizes()["views"] == before["views"]


def test_every_refusal_is_listed(dateline: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(30):
        (tmp_path / "in" / f"broken-{number:02}.pdf").write_bytes(b"no PDF")
    done = dateline("--archive", "news", "ingest", "in")
    assert done.returncode == 3
    assert all(f"broken-{number:02}.pdf" in done.stdout for number in range(30))


def test_ingesting_again_changes_nothing(dateline: Run, tmp_path: Path) -> None:
    (tmp_path / "keeper.txt").write_text(KEEPER, encoding="utf-8")
    reports = [
        json.loads(dateline("--archive", "news", "ingest", "keeper.txt", "--json").stdout)
        for _ in range(2)
    ]
    assert len(reports[0]["added"]) == 1
    assert reports[1]["unchanged"] == reports[0]["added"]
    assert reports[1]["added"] == []


def test_json_of_ask_is_what_the_service_sends(dateline: Run, small_archive: Path) -> None:
    done = dateline("--archive", small_archive, "ask", "What is the lander called?", "--json")
    answer = json.loads(done.stdout)
    assert {"question", "answered", "citations", "alternatives", "sequence"} <= answer.keys()
    assert answer["citations"][0]["article_id"] == "moon-landing"


def test_ask_ends_with_3_where_the_archive_does_not_say(dateline: Run, small_archive: Path) -> None:
    done = dateline("--archive", small_archive, "ask", "Who won?", "--from", "2030-01-01")
    assert done.returncode == 3
    assert "does not say" in done.stdout


def test_the_environment_names_the_archive_and_the_option_wins(
    dateline: Run, small_archive: Path
) -> None:
    by_environment = dateline("status", "--json", DATELINE_ARCHIVE=str(small_archive))
    assert json.loads(by_environment.stdout)["articles"] == 4
    by_option = dateline("status", "--archive", "nowhere", DATELINE_ARCHIVE=str(small_archive))
    assert by_option.returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--archive", "A", "--json", "articles", "list"],
        ["articles", "--archive", "A", "list", "--json"],
        ["articles", "list", "--json", "--archive", "A"],
    ],
    ids=" ".join,
)
def test_common_options_may_stand_anywhere(
    dateline: Run, small_archive: Path, arguments: list[str]
) -> None:
    done = dateline(*(str(small_archive) if part == "A" else part for part in arguments))
    assert json.loads(done.stdout)["total"] == 4


def test_articles_are_listed_and_shown(dateline: Run, small_archive: Path) -> None:
    listed = dateline("--archive", small_archive, "articles", "list", "--query", "kim")
    assert "kim-train" in listed.stdout
    assert "moon-landing" not in listed.stdout
    shown = dateline("--archive", small_archive, "articles", "show", "kim-train")
    assert "Kim's armoured train reaches Russia" in shown.stdout
    assert "Reporting by Ana Petrov; editing by Tom Bell" in shown.stdout
    as_json = dateline("--archive", small_archive, "articles", "show", "moon-landing", "--json")
    assert "\r\n\r\n" in json.loads(as_json.stdout)["body"]


def test_a_removed_article_is_found_no_more_and_leaves_no_trace(
    dateline: Run, own_archive: Path
) -> None:
    assert dateline("--archive", own_archive, "articles", "remove", "bakery").returncode == 0
    found = dateline("--archive", own_archive, "search", "bakery Mill Lane", "--json")
    assert "bakery" not in {one["article_id"] for one in json.loads(found.stdout)["passages"]}
    for path in own_archive.rglob("*"):
        assert path.is_dir() or b"Greta Holm" not in path.read_bytes()


def test_rebuild_makes_the_views_again(dateline: Run, own_archive: Path) -> None:
    done = dateline("--archive", own_archive, "rebuild", "--json")
    assert json.loads(done.stdout)["sequence"] == 4
    assert dateline("--archive", own_archive, "search", "lunar south pole").returncode == 0


def test_a_change_of_chunking_is_refused_until_everything_is_embedded_again(
    dateline: Run, own_archive: Path
) -> None:
    asked = ("--archive", own_archive, "search", "lunar south pole")
    refused = dateline(*asked, DATELINE_CHUNK_TOKENS="64")
    assert refused.returncode == 1
    assert "rebuild --embed" in refused.stderr
    changed = dateline("--archive", own_archive, "rebuild", "--embed", DATELINE_CHUNK_TOKENS="64")
    assert changed.returncode == 0, changed.stderr
    assert dateline(*asked, DATELINE_CHUNK_TOKENS="64").returncode == 0
    assert dateline(*asked).returncode == 1


def test_escape_sequences_in_an_article_do_not_reach_the_terminal(
    dateline: Run, tmp_path: Path
) -> None:
    line = {"_id": "evil", "title": "A \x1b[31mtitle", "text": "Text \x1b]0;owned\x07 more."}
    (tmp_path / "evil.jsonl").write_text(json.dumps(line))
    dateline("--archive", "news", "ingest", "evil.jsonl")
    for arguments in (["articles", "show", "evil"], ["articles", "list"], ["search", "title"]):
        assert "\x1b" not in dateline("--archive", "news", *arguments).stdout


def test_help_comes_at_once() -> None:
    """The limit is generous, since machines that run tests are busy: it takes 0.3 s."""
    began = monotonic()
    subprocess.run([sys.executable, "-m", "api.cli", "--help"], cwd=ROOT, check=True)
    assert monotonic() - began < 5
