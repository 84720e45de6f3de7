"""Everything with the keyboard alone."""

import re

from playwright.sync_api import expect

from tests.browser.desk import Desk

WHO = "Who opened the Lindholm bridge?"


def test_from_question_to_marked_quote_and_back_without_a_mouse(desk: Desk) -> None:
    keys = desk.page.keyboard
    expect(desk.box).to_be_focused()
    keys.type(WHO)
    keys.press("Enter")
    entry = desk.settled()
    citation = entry.locator(".citation .title").first
    for _ in range(40):
        keys.press("Shift+Tab")
        if citation.evaluate("(link) => link === document.activeElement"):
            break
    expect(citation).to_be_focused()
    keys.press("Enter")
    desk.mark()
    keys.press("n")
    expect(desk.pane.locator(".where")).to_have_text(re.compile("Place 2 of"))
    keys.press("Escape")
    expect(citation).to_be_focused()
    keys.press("/")
    expect(desk.box).to_be_focused()


def test_up_brings_the_last_question_back_and_escape_clears(desk: Desk) -> None:
    desk.ask(WHO)
    desk.box.press("ArrowUp")
    expect(desk.box).to_have_value(WHO)
    desk.box.press("Escape")
    expect(desk.box).to_have_value("")


def test_up_inside_a_text_being_written_changes_nothing(desk: Desk) -> None:
    desk.ask(WHO)
    desk.box.fill("Half a quest")
    desk.box.press("ArrowUp")
    expect(desk.box).to_have_value("Half a quest")


def test_shift_enter_breaks_the_line_and_an_empty_box_asks_nothing(desk: Desk) -> None:
    desk.box.press("Enter")
    expect(desk.entries).to_have_count(0)
    desk.box.fill("a")
    desk.box.press("Shift+Enter")
    expect(desk.box).to_have_value("a\n")
    expect(desk.entries).to_have_count(0)


def test_the_keys_are_listed_and_can_be_switched_off(desk: Desk) -> None:
    desk.page.locator(".scroll").focus()
    desk.page.keyboard.press("?")
    help_ = desk.page.get_by_role("dialog", name="The keys")
    expect(help_).to_be_visible()
    help_.get_by_role("checkbox").uncheck()
    desk.page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    desk.page.reload()
    desk.page.locator(".scroll").focus()
    desk.page.keyboard.press("/")
    expect(desk.box).not_to_be_focused()
    desk.page.keyboard.press("?")
    expect(help_).to_be_hidden()


def test_letters_typed_into_a_box_are_only_letters(desk: Desk) -> None:
    desk.cite(desk.ask(WHO))
    desk.box.focus()
    desk.page.keyboard.type("n/p?")
    expect(desk.box).to_have_value("n/p?")
    expect(desk.pane.locator(".where")).to_have_text(re.compile("Place 1 of"))


def test_the_first_stop_skips_to_the_question(desk: Desk) -> None:
    skip = desk.page.locator("a[href], button, input, textarea, [tabindex]").first
    expect(skip).to_have_text("Skip to the question")
    skip.focus()
    expect(skip).to_be_in_viewport()
    desk.page.keyboard.press("Enter")
    expect(desk.box).to_be_focused()


def test_escape_closes_the_filters_and_returns_to_their_button(desk: Desk) -> None:
    narrow = desk.page.get_by_role("button", name="Narrow", exact=True)
    narrow.focus()
    desk.page.keyboard.press("Enter")
    expect(narrow).to_have_attribute("aria-expanded", "true")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Escape")
    expect(narrow).to_have_attribute("aria-expanded", "false")
    expect(narrow).to_be_focused()
