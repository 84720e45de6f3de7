"""The real service, started as a person would, and the browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HOW_TO_GET_CHROMIUM = "no Chromium on PATH: `apt-get install chromium`, then run the tests again"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).parents[2]
STARTING_SECONDS = 100


def chromium_path() -> str | None:
    """Where the browser is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def launched_browser(path: str) -> Iterator[Browser]:
    """A headless browser for as long as the block runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def running_service(folder: Path, files: list[Path]) -> Iterator[str]:
    """Ingest files into a new archive in `folder` and serve it; gives its address."""
    archive = folder / "archive"
    command = [sys.executable, "-m", "api.cli", "--archive", str(archive)]
    subprocess.run([*command, "ingest", *map(str, files)], cwd=ROOT, check=True, timeout=300)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "service.log"
    with log.open("wb") as out:
        service = subprocess.Popen(
            [*command, "serve", "--port", str(port)], cwd=ROOT, stdout=out, stderr=out
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, service, log)
        yield url
    finally:
        service.terminate()
        service.wait(30)


def required() -> bool:
    """Whether a missing browser is a failure rather than a reason to skip."""
    return os.environ.get("DATELINE_REQUIRE_BROWSER") == "1"


def _wait_until_ready(url: str, service: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        if service.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the service did not become ready:\n{log.read_text(errors='replace')}")
