"""Takes the pictures of the chat page that stand in the documentation.

Run from the project's folder as `python -m tests.browser.screenshots` (`make screenshots`). What
they look like depends on the fonts of the system: with Charis SIL and Noto Sans they look like
those that are kept.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser import running
from tests.browser.desk import Desk

FOLDER = running.ROOT / "docs" / "images"
SAMPLES = running.ROOT / "eval" / "data" / "articles"
QUESTION = "Who is Oleg Kozhemyako?"
PATIENCE_MS = 90_000
SIDE_BY_SIDE = 1024
"""From this width on, an article stands beside the answer."""
UNANSWERABLE = "What did the delegation have for breakfast on the train?"
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write each state on each screen, in light and dark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER)
    out: Path = parser.parse_args(arguments).out
    path = running.chromium_path()
    if path is None:
        print(running.HOW_TO_GET_CHROMIUM, file=sys.stderr)  # noqa: T201
        return 1
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running.running_service(Path(folder), [SAMPLES]) as url,
        running.launched_browser(path) as browser,
    ):
        for screen, options in SCREENS.items():
            for scheme in ("light", "dark"):
                _take(browser, url, f"{scheme}-{screen}", out, {**options, "color_scheme": scheme})
    return 0


def _take(browser: Browser, url: str, name: str, out: Path, options: dict[str, Any]) -> None:
    context = browser.new_context(base_url=url, reduced_motion="reduce", **options)
    page = context.new_page()
    desk = Desk(page, url).open()
    covers = options["viewport"]["width"] < SIDE_BY_SIDE

    def keep(state: str) -> None:
        _rest(page)
        page.screenshot(path=out / f"page-{state}-{name}.png")

    expect(page.locator(".suggestion").first).to_be_visible(timeout=PATIENCE_MS)
    keep("empty")
    entry = desk.ask(QUESTION)
    if covers:
        keep("answer")
    desk.cite(entry)
    keep("article" if covers else "answer")
    page.keyboard.press("Escape")
    desk.ask(UNANSWERABLE)
    keep("declined")
    context.close()


def _rest(page: Page) -> None:
    """Let go of whatever the mouse points at, and let the last frame be painted."""
    page.mouse.move(0, 0)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")


if __name__ == "__main__":
    sys.exit(main())
