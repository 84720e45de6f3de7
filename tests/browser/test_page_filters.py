"""Narrowing: sources and days, in chips and in the address."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.desk import Desk

WHO = "Who opened the Lindholm bridge?"


def test_a_source_narrows_questions_and_stands_in_a_chip_and_the_address(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Narrow", exact=True).click()
    desk.page.get_by_role("checkbox", name="The Skerry Post").check()
    assert desk.page.url.endswith("/?source=The+Skerry+Post")
    entry = desk.ask(WHO)
    sources = {citation["source"] for citation in desk.kept_answer()["citations"]}
    assert sources == {"The Skerry Post"}
    expect(entry.locator(".narrowed")).to_have_text("In The Skerry Post")


def test_the_first_and_the_last_day_are_inside(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Narrow", exact=True).click()
    desk.page.get_by_label("From").fill("2024-04-06")
    desk.page.get_by_label("to", exact=True).fill("2024-04-06")
    assert desk.page.url.endswith("/?from=2024-04-06&to=2024-04-06")
    desk.ask(WHO)
    days = {citation["published_at"] for citation in desk.kept_answer()["citations"]}
    assert days == {"2024-04-06"}


def test_an_address_brings_its_filters_and_a_chip_removes_them(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk("/?source=Orbit+Weekly&source=The+Skerry+Post&from=2024-01-01")
    chips = desk.page.get_by_label("Narrowed to").get_by_role("button")
    expect(chips).to_have_text(["Orbit Weekly×", "The Skerry Post×", "since 1 Jan 2024×"])
    chips.first.click()
    expect(chips).to_have_count(2)
    expect(chips.first).to_be_focused()
    chips.last.click()
    assert desk.page.url.endswith("/?source=The+Skerry+Post")
    expect(desk.page.get_by_label("From")).to_have_value("")


def test_filters_stay_when_an_article_is_opened_and_closed(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("/?source=The+Skerry+Post")
    desk.cite(desk.ask(WHO))
    assert "source=The+Skerry+Post" in desk.page.url
    assert "article=" in desk.page.url
    desk.page.keyboard.press("Escape")
    desk.page.wait_for_url("**/?source=The+Skerry+Post")


def test_nonsense_in_the_address_is_passed_over(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("/?from=yesterday&to=%zz&source=&start=-1&end=x")
    expect(desk.page.get_by_label("Narrowed to").get_by_role("button")).to_have_count(0)


def test_days_in_the_wrong_order_are_pointed_out(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("/?from=2024-05-01&to=2024-04-01")
    desk.page.get_by_role("button", name="Narrow", exact=True).click()
    expect(desk.page.locator("#dates-note")).to_be_visible()
    expect(desk.ask(WHO)).to_have_attribute("data-state", "failed")
