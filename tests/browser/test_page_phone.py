"""On a phone: 360 pixels wide, the article a screen of its own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

WHO = "Who opened the Lindholm bridge?"
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}

OVERFLOWING = """() => {
  const wide = [...document.querySelectorAll("body *")].filter(
    (each) => each.checkVisibility() && !each.closest(".unseen, .skip") &&
      each.getBoundingClientRect().right > innerWidth + 1,
  );
  return [document.documentElement.scrollWidth > innerWidth, ...wide.map((each) => each.outerHTML)];
}"""


@pytest.fixture
def phone(open_desk: Callable[..., Desk]) -> Desk:
    """The page on a small phone."""
    return open_desk(**PHONE)


def test_nothing_is_wider_than_the_screen(phone: Desk) -> None:
    assert phone.page.evaluate(OVERFLOWING) == [False]
    entry = phone.ask(WHO)
    assert phone.page.evaluate(OVERFLOWING) == [False]
    phone.page.get_by_role("button", name="Narrow", exact=True).click()
    assert phone.page.evaluate(OVERFLOWING) == [False]
    phone.page.get_by_role("button", name="Narrow", exact=True).click()
    phone.cite(entry)
    assert phone.page.evaluate(OVERFLOWING) == [False]
    phone.pane.get_by_role("button", name="Close").click()
    phone.page.get_by_role("button", name="Add", exact=True).click()
    assert phone.page.evaluate(OVERFLOWING) == [False]


def test_an_article_takes_the_whole_screen_and_the_page_behind_it_is_out_of_reach(
    phone: Desk,
) -> None:
    phone.cite(phone.ask(WHO))
    assert phone.pane.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
    expect(phone.pane).to_have_attribute("aria-modal", "true")
    assert phone.page.locator("#desk").evaluate("(desk) => desk.inert")
    phone.pane.get_by_role("button", name="Close").tap()
    assert not phone.page.locator("#desk").evaluate("(desk) => desk.inert")


def test_the_back_gesture_returns_from_the_article_to_the_answer(phone: Desk) -> None:
    entry = phone.ask(WHO)
    phone.cite(entry)
    phone.page.go_back()
    expect(phone.pane).to_be_hidden()
    expect(entry).to_be_visible()


def test_what_can_be_pressed_is_large_enough(phone: Desk) -> None:
    phone.cite(phone.ask(WHO))
    small = """() => [...document.querySelectorAll("button, select, input, summary")]
      .filter((each) => each.checkVisibility() && !each.closest(".unseen"))
      .filter((each) => {
        const { width, height } = each.getBoundingClientRect();
        return Math.min(width, height) < (each.matches("[type=checkbox]") ? 16 : 24);
      })
      .map((each) => each.outerHTML)"""
    assert phone.page.evaluate(small) == []


def test_the_number_behind_the_words_is_shown_where_nothing_hovers(phone: Desk) -> None:
    entry = phone.ask(WHO)
    assert entry.locator(".number").first.bounding_box()["width"] > 0
