"""The article beside the answer: the marked quote, its neighbours, copies and links."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.articles import BRIDGE_OPENED, SATELLITE
from tests.browser.desk import Desk

WHO = "Who opened the Lindholm bridge?"


def test_a_citation_opens_its_article_at_the_marked_quote(desk: Desk) -> None:
    entry = desk.ask(WHO)
    citation = desk.kept_answer()["citations"][0]
    desk.cite(entry)
    assert desk.marked_text() == citation["quote"]
    expect(desk.pane.get_by_role("heading")).to_have_text(citation["title"])
    expect(desk.pane.locator(".byline .source")).to_have_text(citation["source"])
    original = desk.pane.get_by_role("link", name="Original at")
    expect(original).to_have_attribute("href", citation["url"])
    expect(original).to_have_attribute("rel", "noopener noreferrer")


def test_the_body_on_the_page_is_the_body_of_the_archive(desk: Desk) -> None:
    desk.cite(desk.ask(WHO))
    shown = desk.pane.locator(".body").text_content()
    citation = desk.kept_answer()["citations"][0]
    article = desk.call("GET", f"/v1/articles/{citation['article_id']}")
    assert shown == article["body"]


@pytest.mark.parametrize(
    "quote",
    ["🚀🚀🚀", "Kestrel 🎉", "island of Andøya", "1… 👩🏽‍🚀\n\nThe satellite Heron-1 🛰️ was"],
)
def test_offsets_count_code_points_also_past_emoji(
    open_desk: Callable[..., Desk], quote: str
) -> None:
    start = str(SATELLITE["text"]).index(quote)
    desk = open_desk(f"/?article=satellite&start={start}&end={start + len(quote)}")
    assert desk.marked_text() == quote


def test_the_next_and_previous_place_are_one_key_away(desk: Desk) -> None:
    entry = desk.ask(WHO)
    citations = desk.kept_answer()["citations"]
    assert len({citation["article_id"] for citation in citations}) > 1
    desk.cite(entry)
    total = len(citations)
    for step in range(1, total + 1):
        desk.page.keyboard.press("n")
        expect(desk.pane.locator(".where")).to_have_text(f"Place {step % total + 1} of {total}")
        assert desk.marked_text() == citations[step % total]["quote"]
    desk.page.keyboard.press("p")
    expect(desk.pane.locator(".where")).to_have_text(f"Place {total} of {total}")


def test_a_link_reopens_exactly_this_place(desk: Desk, open_desk: Callable[..., Desk]) -> None:
    desk.cite(desk.ask(WHO))
    address = desk.page.evaluate("() => location.pathname + location.search")
    assert re.fullmatch(r"/\?article=[\w.-]+&version=[0-9a-f]{64}&start=\d+&end=\d+", address)
    again = open_desk(address)
    assert again.marked_text() == desk.marked_text()


def test_a_link_to_a_place_that_is_not_there_marks_nothing(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("/?article=bridge-opened&start=5&end=999999")
    expect(desk.page.locator("#toasts")).to_contain_text("not at this place")
    expect(desk.pane.locator("mark")).to_have_count(0)


def test_a_link_to_an_article_that_is_not_there_says_so(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("/?article=no-such-article")
    expect(desk.pane.locator(".failure")).to_be_visible()
    expect(desk.pane.get_by_role("button", name="Try again")).to_be_visible()


def test_back_closes_the_article_and_forward_opens_it(desk: Desk) -> None:
    desk.cite(desk.ask(WHO))
    desk.page.go_back()
    expect(desk.pane).to_be_hidden()
    desk.page.go_forward()
    desk.mark()


def test_closing_gives_the_focus_back_to_the_citation(desk: Desk) -> None:
    entry = desk.ask(WHO)
    desk.cite(entry)
    expect(desk.pane.get_by_role("heading")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(desk.pane).to_be_hidden()
    expect(entry.locator(".citation .title").first).to_be_focused()
    desk.page.wait_for_function("() => location.search === ''")


def test_the_quote_is_copied_with_its_citation(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(permissions=["clipboard-read", "clipboard-write"])
    desk.cite(desk.ask(WHO))
    citation = desk.kept_answer()["citations"][0]
    foot = desk.pane.get_by_role("group", name="Copy")
    foot.get_by_role("button", name="Text").click()
    text = copied(desk.page)
    for part in (f"“{citation['quote']}”", citation["title"], citation["source"], citation["url"]):
        assert part in text
    foot.get_by_role("button", name="Markdown").click()
    assert copied(desk.page).startswith("> ")
    assert f"[{citation['title']}]({citation['url']})" in copied(desk.page)
    foot.get_by_role("button", name="Link").click()
    assert copied(desk.page) == desk.page.url


def test_selected_words_are_copied_as_a_citation_of_their_own(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk("/?article=satellite", permissions=["clipboard-read", "clipboard-write"])
    desk.page.evaluate(
        """() => {
          const text = document.querySelectorAll(".body p")[1].firstChild;
          const from = text.data.indexOf("a rocket");
          const to = from + "a rocket named Kestrel 🎉".length;
          getSelection().setBaseAndExtent(text, from, text, to);
        }"""
    )
    desk.pane.get_by_role("button", name="Link").click()
    desk.open(copied(desk.page))
    assert desk.marked_text() == "a rocket named Kestrel 🎉"


def test_an_earlier_version_stays_readable_and_says_that_it_is_one(desk: Desk) -> None:
    text = "The ferry leaves at nine."
    first = {"id": "corrected", "title": "Ferry times", "body": text}
    desk.ingest(first)
    old = desk.call("GET", "/v1/articles/corrected")["version"]
    desk.ingest({**first, "body": "The ferry leaves at ten."})
    desk.open(f"/?article=corrected&version={old}&start={text.index('nine')}&end={len(text) - 1}")
    assert desk.marked_text() == "nine"
    desk.pane.get_by_role("button", name="Read the current one").click()
    expect(desk.pane.locator(".body")).to_have_text("The ferry leaves at ten.")
    expect(desk.pane.locator(".older")).to_have_count(0)
    desk.pane.get_by_label("Version of").select_option(old)
    expect(desk.pane.locator(".body")).to_have_text("The ferry leaves at nine.")
    desk.call("DELETE", "/v1/articles/corrected")


def test_the_list_of_articles_is_searched_and_paged(desk: Desk) -> None:
    desk.ingest(
        *(
            {"id": f"page-{number}", "title": f"Harbour notes {number}", "body": "Calm."}
            for number in range(26)
        )
    )
    desk.page.get_by_role("button", name="Articles").click()
    desk.pane.get_by_label("Search articles").fill("Harbour notes")
    rows = desk.pane.locator(".library li")
    expect(desk.pane.get_by_role("status")).to_have_text("25 of 26 articles")
    expect(rows).to_have_count(25)
    desk.pane.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(26)
    expect(desk.pane.get_by_role("button", name="Show more")).to_be_hidden()
    for number in range(26):
        desk.call("DELETE", f"/v1/articles/page-{number}")


def test_an_article_is_opened_from_the_list_and_the_way_back_leads_to_it(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Articles").click()
    desk.pane.get_by_label("Source").select_option("Alder Valley Gazette")
    expect(desk.pane.get_by_role("status")).to_have_text("1 article")
    desk.pane.get_by_role("link", name=str(BRIDGE_OPENED["title"])).click()
    expect(desk.pane.locator(".body")).to_have_text(str(BRIDGE_OPENED["text"]))
    desk.pane.get_by_role("button", name="All articles").click()
    expect(desk.pane.locator(".library li")).to_have_count(1)


def copied(page: Page) -> str:
    """What is on the clipboard once the page has said that it copied."""
    expect(page.locator("#toasts")).to_contain_text("Copied")
    return str(page.evaluate("() => navigator.clipboard.readText()"))
