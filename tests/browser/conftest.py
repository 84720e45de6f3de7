"""One service and one browser for all tests; a fresh page, watched, for each."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import running
from tests.browser.articles import write_articles
from tests.browser.desk import Desk

HERE = Path(__file__).parent
DESKTOP = {"width": 1280, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and put them after all others.

    While the browser is open, its event loop runs in this thread, and no test can start another.
    """
    items.sort(key=_is_of_this_folder)
    for item in filter(_is_of_this_folder, items):
        item.add_marker(pytest.mark.browser)
        # The first test waits for an ingest and for models to load.
        item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; without one, the tests are skipped or, where required, fail."""
    path = running.chromium_path()
    if path is None:
        missing(running.HOW_TO_GET_CHROMIUM)
    else:
        with running.launched_browser(path) as browser:
            yield browser


@pytest.fixture(scope="session")
def service(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real service on an archive of some articles."""
    folder = tmp_path_factory.mktemp("browser")
    with running.running_service(folder, write_articles(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def usual(browser: Browser, service: str) -> Iterator[BrowserContext]:
    """The surroundings most tests share, so that the page's files are fetched once."""
    context = new_context(browser, service)
    yield context
    context.close()


@pytest.fixture
def open_desk(
    browser: Browser, service: str, usual: BrowserContext
) -> Iterator[Callable[..., Desk]]:
    """Opens pages, in a browser context of its own where one has options, and looks after them.

    Whatever a test does, no page may ask another origin for anything, break its own policy, fail
    in its scripts or open a dialog.
    """
    contexts: list[BrowserContext] = []
    desks: list[Desk] = []

    def open_desk(path: str = "/", **options: Any) -> Desk:
        context = usual
        if options:
            context = new_context(browser, service, **options)
            contexts.append(context)
        desks.append(Desk(context.new_page(), service))
        return desks[-1].open(path)

    yield open_desk
    for desk in desks:
        desk.leave()
    for context in contexts:
        context.close()
    for desk in desks:
        assert desk.complaints == []


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """The page at a desktop's width."""
    return open_desk()


@pytest.fixture
def first_visit(open_desk: Callable[..., Desk]) -> Desk:
    """The same in a browser that has nothing of it yet."""
    return open_desk(viewport=DESKTOP)


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The accessibility checker, as a script."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def missing(line: str) -> None:
    """Skip, or fail where the browser tests are compulsory."""
    if running.required():
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


def new_context(browser: Browser, service: str, **options: Any) -> BrowserContext:
    """A browser as if just installed, at a desktop's width unless the options say otherwise."""
    options.setdefault("viewport", DESKTOP)
    context = browser.new_context(base_url=service, **options)
    context.set_default_timeout(15_000)
    return context


def _is_of_this_folder(item: pytest.Item) -> bool:
    return HERE in item.path.parents
