"""Asking: the box, the stages, the answer, and a service that fails."""

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.articles import BRIDGE_AGAIN, BRIDGE_OPENED
from tests.browser.desk import Desk

WHO = "Who opened the Lindholm bridge?"


def test_a_question_is_answered_in_the_words_of_an_article(desk: Desk) -> None:
    entry = desk.ask(WHO)
    answer = entry.locator("blockquote.answer p")
    expect(answer).to_contain_text("Ines Farrow")
    bodies = (BRIDGE_OPENED["text"], BRIDGE_AGAIN["text"])
    assert any(answer.text_content() in str(body) for body in bodies)


def test_an_answer_says_how_sure_it_is_in_words_and_the_number_on_demand(desk: Desk) -> None:
    entry = desk.ask(WHO)
    confidence = entry.locator(".verdict .confidence").first
    expect(confidence).to_have_text(re.compile(r"^(Very|Fairly|Not quite)? ?[Uu]?n?sure \(\d+ in"))
    number = confidence.locator(".number")
    assert number.bounding_box()["width"] == 0
    confidence.focus()
    assert number.bounding_box()["width"] > 0


def test_a_citation_card_says_where_the_words_stand(desk: Desk) -> None:
    entry = desk.ask(WHO)
    citation = desk.kept_answer()["citations"][0]
    card = entry.locator(".citation").first
    expect(card.locator(".context mark")).to_have_text(citation["quote"])
    assert card.locator(".context").text_content() == citation["context"]
    expect(card.locator(".title")).to_have_text(citation["title"])
    expect(card.locator(".source")).to_have_text(citation["source"])
    expect(card.locator("time")).to_have_attribute("datetime", citation["published_at"])


def test_other_candidates_fold_out(desk: Desk) -> None:
    entry = desk.ask(WHO)
    alternatives = desk.kept_answer()["alternatives"]
    assert alternatives, "the question was chosen to have some"
    summary = entry.locator(".alternatives summary")
    summary.click()
    expect(entry.locator(".alternatives .candidate").first).to_be_visible()
    expect(entry.locator(".alternatives .candidate")).to_have_count(len(alternatives))


def test_what_the_archive_does_not_say_is_said_with_the_reason_and_the_nearest_passages(
    desk: Desk,
) -> None:
    entry = desk.ask("What is the melting point of tungsten carbide?")
    expect(entry.locator(".answer")).to_have_text("The archive does not say.")
    answer = desk.kept_answer()
    expect(entry.locator(".verdict").first).to_have_text(answer["reason"]["detail"])
    expect(entry.get_by_text("The nearest passages")).to_be_visible()
    expect(entry.locator(".nearest .citation")).to_have_count(len(answer["citations"]))
    desk.cite(entry)
    assert desk.marked_text() == answer["citations"][0]["quote"]


def test_suggested_questions_are_asked_with_a_press_and_make_room(desk: Desk) -> None:
    suggestion = desk.page.locator(".suggestion").first
    question = suggestion.text_content()
    suggestion.click()
    expect(desk.settled().locator(".question")).to_have_text(str(question))
    expect(suggestion).to_be_hidden()


def test_the_stages_are_shown_as_the_service_reaches_them(desk: Desk) -> None:
    desk.page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const now = document.querySelector(".stages .now")?.textContent;
            if (now && now !== window.seen.at(-1)) window.seen.push(now);
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }"""
    )
    desk.ask(WHO)
    seen = desk.page.evaluate("() => window.seen")
    assert seen == sorted(seen, key=["Searching", "Reading", "Putting the answer together"].index)
    assert "Reading" in seen


def test_a_new_question_cancels_the_one_before(desk: Desk) -> None:
    desk.page.route("**/v1/ask/stream", unanswered, times=1)
    desk.box.fill("A question that takes for ever")
    desk.box.press("Enter")
    expect(desk.page.locator(".stages")).to_be_visible()
    desk.ask(WHO)
    expect(desk.entries.first).to_have_attribute("data-state", "stopped")
    expect(desk.entries.last).to_have_attribute("data-state", "settled")


def test_escape_stops_a_question_and_it_can_be_asked_again(desk: Desk) -> None:
    desk.page.route("**/v1/ask/stream", unanswered, times=1)
    desk.box.fill(WHO)
    desk.box.press("Enter")
    expect(desk.page.get_by_role("button", name="Stop")).to_be_visible()
    desk.box.press("Escape")
    expect(desk.last).to_contain_text("Stopped before there was an answer")
    desk.last.get_by_role("button", name="Ask again").click()
    expect(desk.settled()).to_have_attribute("data-state", "settled")


def test_a_service_that_cannot_be_reached_is_said_and_retried(desk: Desk) -> None:
    desk.page.route("**/v1/ask/stream", lambda route: route.abort(), times=1)
    entry = desk.ask(WHO)
    expect(entry).to_contain_text("The service cannot be reached")
    entry.get_by_role("button", name="Try again").click()
    expect(entry.locator("blockquote.answer")).to_be_visible(timeout=30_000)


def test_a_refusal_is_shown_in_the_words_of_the_service(desk: Desk) -> None:
    entry = desk.ask("why " * 400)
    expect(entry).to_have_attribute("data-state", "failed")
    expect(entry.locator(".detail")).to_contain_text("1,000")


def test_a_stream_that_breaks_off_is_no_answer(desk: Desk) -> None:
    desk.page.route(
        "**/v1/ask/stream",
        lambda route: route.fulfill(
            content_type="text/event-stream", body='event: stage\ndata: {"stage": "read"}\n\n'
        ),
        times=1,
    )
    expect(desk.ask(WHO)).to_contain_text("The answer broke off")


def test_a_slow_answer_says_so(first_visit: Desk) -> None:
    desk = first_visit
    # The clock stands for a whole browser context, which therefore is one of its own.
    desk.page.clock.install()
    desk.page.route("**/v1/ask/stream", unanswered)
    desk.box.fill(WHO)
    desk.box.press("Enter")
    expect(desk.page.locator(".stages")).to_be_visible()
    desk.page.clock.run_for(7000)
    expect(desk.last).to_have_class(re.compile("slow"))


def test_a_page_opened_before_the_service_is_ready_waits_and_goes_on(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk()
    desk.page.route("**/readyz", lambda route: route.fulfill(status=503), times=1)
    desk.page.reload()
    expect(desk.page.locator("#notice")).to_contain_text("not ready yet")
    expect(desk.page.locator("#archive-size")).not_to_be_empty()
    expect(desk.page.locator("#notice")).to_be_hidden()


def unanswered(route: Route) -> None:
    """Let a request wait for ever."""
