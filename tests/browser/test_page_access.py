"""axe-core finds nothing at WCAG 2.2 AA, in every state, in light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk

WHO = "Who opened the Lindholm bridge?"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules });
  return violations.map(({ id, nodes }) => [id, ...nodes.map((each) => each.html)]);
}"""

AT_REST = "() => Promise.all(document.getAnimations().map((each) => each.finished))"


@pytest.fixture
def check(axe_source: str) -> Callable[[Desk], None]:
    """Assert that the page as it stands has no violation, neither light nor dark."""

    def check(desk: Desk) -> None:
        if not desk.page.evaluate("() => 'axe' in window"):
            desk.page.evaluate(axe_source)
        for scheme in ("light", "dark"):
            desk.page.emulate_media(color_scheme=scheme)
            # A colour half way through an animation is no colour of the page.
            desk.page.evaluate(AT_REST)
            assert desk.page.evaluate(RUN, RULES) == []

    return check


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A screen."""
    return {"viewport": {"width": request.param, "height": 800}}


def test_asking_and_reading(
    open_desk: Callable[..., Desk], options: dict[str, Any], check: Callable[[Desk], None]
) -> None:
    desk = open_desk(**options)
    check(desk)
    entry = desk.ask(WHO)
    entry.locator(".alternatives summary").click()
    check(desk)
    desk.cite(entry)
    check(desk)
    desk.page.keyboard.press("Escape")
    desk.ask("What is the melting point of tungsten carbide?")
    desk.ask("and what about it?")
    check(desk)


def test_waiting_and_failing(
    open_desk: Callable[..., Desk], options: dict[str, Any], check: Callable[[Desk], None]
) -> None:
    desk = open_desk(**options)
    desk.page.route("**/v1/ask/stream", lambda route: None, times=1)
    desk.box.fill(WHO)
    desk.box.press("Enter")
    expect(desk.page.locator(".stages")).to_be_visible()
    check(desk)
    desk.page.route("**/v1/ask/stream", lambda route: route.abort(), times=1)
    desk.ask(WHO)
    check(desk)


def test_listing_adding_narrowing_and_help(
    open_desk: Callable[..., Desk], options: dict[str, Any], check: Callable[[Desk], None]
) -> None:
    desk = open_desk("/?source=The+Skerry+Post&from=2024-01-01", **options)
    desk.page.get_by_role("button", name="Narrow", exact=True).click()
    check(desk)
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name="Articles").click()
    expect(desk.pane.locator(".library li").first).to_be_visible()
    check(desk)
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name="Add", exact=True).click()
    desk.page.locator("#files").set_input_files(
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    )
    expect(desk.pane.locator(".uploads li")).to_have_attribute("data-state", "refused")
    check(desk)
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name="Help").click()
    check(desk)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_goes_by_the_system_and_by_choice(
    open_desk: Callable[..., Desk], scheme: str
) -> None:
    desk = open_desk(color_scheme=scheme)
    paper = "() => getComputedStyle(document.body).backgroundColor"
    by_system = desk.page.evaluate(paper)
    theme = desk.page.get_by_role("button", name="Theme")
    seen = {}
    for _ in range(3):
        seen[theme.get_attribute("aria-label")] = desk.page.evaluate(paper)
        theme.click()
    assert seen["Theme: as the system"] == by_system == seen[f"Theme: {scheme}"]
    assert seen["Theme: light"] != seen["Theme: dark"]
    theme.click()
    desk.page.reload()
    assert desk.page.evaluate(paper) == seen["Theme: light"]


def test_what_happens_is_said_to_a_screen_reader(desk: Desk) -> None:
    announcer = desk.page.locator("#announcer")
    assert announcer.get_attribute("role") == "status"
    desk.ask(WHO)
    expect(announcer).to_contain_text(f"Answer: {desk.kept_answer()['answer']}")
    desk.ask("What is the melting point of tungsten carbide?")
    expect(announcer).to_contain_text("The archive does not say.")


def test_nothing_moves_for_those_who_ask_for_no_motion(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(reduced_motion="reduce")
    mark = desk.cite(desk.ask(WHO))
    assert mark.evaluate("(each) => getComputedStyle(each).animationName") == "none"
    moved = open_desk(reduced_motion="no-preference")
    mark = moved.cite(moved.ask(WHO))
    assert mark.evaluate("(each) => getComputedStyle(each).animationName") == "draw"
