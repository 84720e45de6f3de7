import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., Any]


def assert_one_sentence(done: Any, code: int, *parts: str) -> None:
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr


def test_a_missing_archive_is_named_with_the_command_that_makes_one(
    tmp_path: Path, dateline: Run
) -> None:
    for command in (["status"], ["ask", "Who?"], ["articles", "list"], ["rebuild"]):
        done = dateline("--archive", tmp_path / "none", *command)
        assert_one_sentence(done, 1, "there is no archive", "ingest")
    assert not (tmp_path / "none").exists()


def test_a_missing_folder_is_named_and_nothing_is_made(tmp_path: Path, dateline: Run) -> None:
    done = dateline("--archive", tmp_path / "new", "ingest", tmp_path / "missing")
    assert_one_sentence(done, 1, str(tmp_path / "missing"))
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, dateline: Run) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "article.txt").write_text("Some text.")
    for command in (["ingest", tmp_path / "article.txt"], ["serve", "--port", "0"]):
        done = dateline("--archive", tmp_path / "file" / "archive", *command)
        assert_one_sentence(done, 1, str(tmp_path / "file"))


def test_an_error_is_an_object_for_machines(tmp_path: Path, dateline: Run) -> None:
    done = dateline("--archive", tmp_path / "none", "status", "--json")
    assert done.returncode == 1
    assert "there is no archive" in json.loads(done.stdout)["error"]


def test_a_damaged_archive_is_told_and_left_as_it_is(own_archive: Path, dateline: Run) -> None:
    file = own_archive / "archive.sqlite"
    for name in ("archive.sqlite-wal", "archive.sqlite-shm"):
        (own_archive / name).unlink(missing_ok=True)
    damaged = b"not a database" + file.read_bytes()[14:]
    file.write_bytes(damaged)
    article = own_archive.parent / "article.txt"
    article.write_text("Some text.")
    for command in (["status"], ["ask", "Who?"], ["ingest", article], ["rebuild"], ["serve"]):
        done = dateline("--archive", own_archive, *command, DATELINE_PORT="0")
        assert_one_sentence(done, 1, "archive.sqlite")
    assert file.read_bytes() == damaged


def test_a_damaged_view_is_rebuilt_and_answers_are_right(
    own_archive: Path, dateline: Run, caplog: pytest.LogCaptureFixture
) -> None:
    question = ("--archive", own_archive, "ask", "What is the lander called?", "--json")
    before = json.loads(dateline(*question).stdout)
    for path in (own_archive / "views").rglob("*"):
        if path.is_file() and path.suffix not in (".json", ".lock"):
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 0xFF
            path.write_bytes(data)
    done = dateline(*question)
    assert "rebuilding" in caplog.text
    after = json.loads(done.stdout)
    for answer in (before, after):
        del answer["timings_ms"]
    assert after == before


def test_an_archive_of_another_model_is_refused_with_the_remedy(
    own_archive: Path, dateline: Run
) -> None:
    import apsw

    db = apsw.Connection(str(own_archive / "archive.sqlite"))
    db.execute("UPDATE meta SET value = replace(value, 'MiniLM', 'Other') WHERE key = 'recipe'")
    db.close()
    done = dateline("--archive", own_archive, "ask", "Who?")
    assert_one_sentence(done, 1, "all-Other", "rebuild --embed")


@pytest.mark.parametrize("question", ["", "  ", "x" * 10_000])
def test_an_empty_or_endless_question_is_wrong_usage(
    small_archive: Path, question: str, dateline: Run
) -> None:
    done = dateline("--archive", small_archive, "ask", question)
    assert_one_sentence(done, 2, "1,000")


def test_a_day_that_is_none_is_wrong_usage(small_archive: Path, dateline: Run) -> None:
    done = dateline("--archive", small_archive, "ask", "Who?", "--from", "4/3/18")
    assert_one_sentence(done, 2, "YYYY-MM-DD")


def test_one_title_for_many_files_is_wrong_usage(tmp_path: Path, dateline: Run) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("Some text.")
    done = dateline("--archive", tmp_path / "new", "ingest", tmp_path, "--title", "One")
    assert_one_sentence(done, 2, "--title")


def test_a_bad_setting_is_named(small_archive: Path, dateline: Run) -> None:
    done = dateline("--archive", small_archive, "status", DATELINE_PASSAGES_READ="none")
    assert_one_sentence(done, 2, "DATELINE_PASSAGES_READ")


def test_a_huge_file_is_refused_at_the_limit_that_is_set(tmp_path: Path, dateline: Run) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(100_000_000)
    done = dateline("--archive", tmp_path / "new", "ingest", big, "--json")
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 3
    assert "50,000,000" in report["refused"][0]["reason"]
    (tmp_path / "small.txt").write_text("Some text. " * 10)
    done = dateline(
        "--archive", tmp_path / "new", "ingest", tmp_path / "small.txt", "--json",
        DATELINE_MAX_FILE_BYTES="100",
    )  # fmt: skip
    assert "100" in json.loads(done.stdout)["refused"][0]["reason"]


def test_a_bad_jsonl_file_does_not_stop_the_others(tmp_path: Path, dateline: Run) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "folder.jsonl" / "good.txt").write_text("Some text.")
    (tmp_path / "lines.jsonl").write_text('{"text": "A line."}\nno JSON\n')
    paths = [tmp_path / name for name in ("pipe.jsonl", "folder.jsonl", "lines.jsonl")]
    done = dateline("--archive", tmp_path / "new", "ingest", *paths, "--json")
    assert done.returncode == 3, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert len(report["added"]) == 2
    assert [Path(one["name"]).name for one in report["refused"]] == ["lines.jsonl:2", "pipe.jsonl"]


@pytest.mark.parametrize("as_json", [True, False])
def test_a_full_disk_loses_no_word_of_what_was_done(
    tmp_path: Path, dateline: Run, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    """The free space that is asked for stands for a disk that fills up."""
    (tmp_path / "a.pdf").write_bytes(b"no PDF")
    (tmp_path / "b.txt").write_text("Some text.")
    monkeypatch.setattr("index.ingest.LEAST_FREE_BYTES", 1 << 60)
    told = ["--json"] if as_json else []
    files = [tmp_path / "a.pdf", tmp_path / "b.txt"]
    done = dateline("--archive", tmp_path / "new", "ingest", *files, *told)
    assert_one_sentence(done, 1, "what was committed is safe")
    assert "a.pdf" in done.stdout
    if as_json:
        report = json.loads(done.stdout)
        assert (report["added"], len(report["refused"])) == ([], 1)
        assert "safe" in report["error"]


def test_a_name_that_is_not_utf8_can_be_told_of(tmp_path: Path, dateline: Run) -> None:
    path = os.fsencode(tmp_path / "in") + b"/caf\xe9.pdf"
    (tmp_path / "in").mkdir()
    Path(os.fsdecode(path)).write_bytes(b"no PDF")
    done = dateline("--archive", tmp_path / "new", "ingest", tmp_path / "in")
    assert done.returncode == 3, done.stderr
    assert ".pdf" in done.stdout


def test_listening_beyond_this_machine_needs_a_key(small_archive: Path, dateline: Run) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1"):
        done = dateline("--archive", small_archive, "serve", "--host", host, "--port", "0")
        assert_one_sentence(done, 2, "DATELINE_API_KEY")


def test_ctrl_c_keeps_what_was_committed_and_the_next_run_goes_on(
    tmp_path: Path, dateline: Run
) -> None:
    articles = tmp_path / "many.jsonl"
    with articles.open("w") as file:
        for number in range(4000):
            line = {"_id": f"a{number}", "text": f"Report {number} from the harbour."}
            file.write(json.dumps(line) + "\n")
    archive = tmp_path / "archive"
    command = [sys.executable, "-m", "api.cli", "--archive", str(archive), "--json"]
    command += ["ingest", str(articles)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests started in the background inherit that Ctrl-C is ignored.
        preexec_fn=_heed_interrupts,
    ) as running:
        deadline = monotonic() + 100
        while _articles_in(archive) == 0:
            assert monotonic() < deadline
            assert running.poll() is None, running.stderr
            sleep(0.2)
        running.send_signal(signal.SIGINT)
        printed, told = running.communicate(timeout=60)
    assert running.returncode == 130
    kept = _articles_in(archive)
    assert 0 < kept < 4000
    assert "is kept" in told
    assert len(json.loads(printed)["added"]) == kept
    assert "is kept" in json.loads(printed)["error"]
    shutil.copyfile(articles, tmp_path / "again.jsonl")
    lines = articles.read_text().splitlines()[: kept + 5]
    (tmp_path / "again.jsonl").write_text("\n".join(lines))
    done = dateline("--archive", archive, "ingest", tmp_path / "again.jsonl", "--json")
    report = json.loads(done.stdout)
    assert (len(report["unchanged"]), len(report["added"])) == (kept, 5)


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _articles_in(archive: Path) -> int:
    from index.archive import Archive
    from index.errors import ArchiveMissingError

    try:
        opened = Archive(archive)
    except ArchiveMissingError:
        return 0
    count = opened.stats().articles
    opened.close()
    return count
