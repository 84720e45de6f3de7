"""The thread is kept, exported and cleared."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.desk import Desk

WHO = "Who opened the Lindholm bridge?"


def test_the_thread_survives_a_reload(desk: Desk) -> None:
    desk.ask(WHO)
    desk.ask("What is the melting point of tungsten carbide?")
    before = desk.page.locator("#thread").text_content()
    desk.page.reload()
    expect(desk.entries).to_have_count(2)
    assert desk.page.locator("#thread").text_content() == before
    desk.cite(desk.entries.first)


def test_a_question_without_an_answer_yet_is_found_unanswered_after_a_reload(desk: Desk) -> None:
    desk.page.route("**/v1/ask/stream", lambda route: None, times=1)
    desk.box.fill(WHO)
    desk.box.press("Enter")
    expect(desk.page.locator(".stages")).to_be_visible()
    desk.page.reload()
    desk.last.get_by_role("button", name="Ask again").click()
    expect(desk.last.locator("blockquote.answer")).to_be_visible(timeout=30_000)


def test_what_an_older_page_left_in_the_storage_does_no_harm(desk: Desk) -> None:
    for left in ("{broken", '{"a": 1}', '[1, null, {"id": 2}]'):
        desk.page.evaluate("(left) => localStorage.setItem('dateline.thread', left)", left)
        desk.page.reload()
        expect(desk.page.locator(".greeting")).to_be_visible()
    desk.ask(WHO)


def test_the_thread_is_exported_as_markdown_with_its_citations(desk: Desk, tmp_path: Path) -> None:
    desk.ask(WHO)
    answer = desk.kept_answer()
    desk.ask("What is the melting point of tungsten carbide?")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename.endswith(".md")
    kept = tmp_path / "thread.md"
    download.value.save_as(kept)
    text = kept.read_text(encoding="utf-8")
    assert f"## {WHO}" in text
    assert f"> {answer['answer']}" in text
    for citation in answer["citations"]:
        assert f"[{citation['title']}]({citation['url']}), {citation['source']}" in text
        assert f"article={citation['article_id']}&version={citation['version']}" in text
    assert "**The archive does not say.**" in text


def test_one_press_clears_the_thread_and_another_brings_it_back(desk: Desk) -> None:
    desk.ask(WHO)
    desk.page.get_by_role("button", name="Clear").click()
    expect(desk.page.locator(".greeting")).to_be_visible()
    assert desk.page.evaluate("() => localStorage.getItem('dateline.thread')") == "[]"
    desk.page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(desk.entries).to_have_count(1)
    desk.page.reload()
    expect(desk.entries).to_have_count(1)
