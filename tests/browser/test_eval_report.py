"""The evaluation's report in a browser: alone, quiet, and browsable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eval.metrics import Cited
from eval.outcomes import Hit, Outcome, Reply
from eval.questions import Accepted, Question
from eval.report import write_report
from eval.runner import Result
from eval.scoring import summarise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

HOSTILE = "<img src=https://elsewhere.example/x onerror=alert(1)>"
PLACE = Accepted("kim", "v", "private train", 4, 17)
HIT = (Hit("kim", "v", 0, 90, 1.0),)


def reply(answer: str | None) -> Reply:
    context = f"his private train {HOSTILE}"
    cited = (Cited("kim", "v", "private train", 4, 17, context, 0),)
    return Reply(answer, 0.8, cited, (), "read", HOSTILE, timings_ms={"read": 9.0})


def result(name: str, *answers: str | None) -> Result:
    questions = (
        Question("t-1", f"How did he come? {HOSTILE}", "what", {"kim": 1}, (PLACE,)),
        Question("t-2", "What did he eat?", "unanswerable", {}, close_miss=True),
    )
    outcomes = tuple(
        Outcome(question, HIT, reply(answer), total_ms=12.0)
        for question, answer in zip(questions, answers, strict=True)
    )
    return Result(name, {"reader": HOSTILE}, 8, "gold", outcomes, summarise(outcomes, 8), 1.0)


@pytest.fixture
def requests() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, tmp_path: Path, requests: list[str]) -> Iterator[Page]:
    """The open report of two systems; whatever it complains of fails the test."""
    path = tmp_path / "report.html"
    results = [result("default", "private train", "soup"), result(HOSTILE, "by plane", None)]
    write_report(path, results, {"kim": f"Kim comes {HOSTILE}"})
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert complaints == []


def test_the_report_is_one_file(page, requests):
    page.wait_for_load_state("networkidle")
    assert [url.rpartition("/")[2] for url in requests] == ["report.html"]
    assert page.locator("figure svg").count() == 5


def test_what_was_written_by_others_is_shown_as_text(page):
    page.locator("#questions summary").first.click()
    shown = page.locator("#questions details").first
    assert shown.locator("img").count() == 0
    assert HOSTILE in shown.inner_text()
    assert shown.locator("mark").first.inner_text() == "private train"


def test_questions_are_found_by_outcome_type_and_words(page):
    visible = page.locator("#questions > details:visible summary code")
    page.select_option("#verdict", "answered, not in the archive")
    assert visible.all_inner_texts() == ["t-2"]
    page.select_option("#verdict", "")
    page.select_option("#type", "what")
    assert visible.all_inner_texts() == ["t-1"]
    page.select_option("#type", "")
    page.fill("#words", "BY PLANE")
    assert visible.all_inner_texts() == ["t-1"]
    assert page.inner_text("#count") == "1 of 2"


def test_a_telephone_shows_it_without_scrolling_the_page_sideways(page):
    page.set_viewport_size({"width": 390, "height": 800})
    for summary in page.locator("#questions summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
