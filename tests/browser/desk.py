"""The page as a person uses it: what the tests do and see, by name."""

import json
import re
import urllib.request
from typing import Any, Self

from playwright.sync_api import ConsoleMessage, Dialog, Locator, Page, Request, expect

_SETTLED = re.compile("settled|failed|stopped")


class Desk:
    """One open page, and everything it did that it should not have."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("request", self._see_request)
        page.on("console", self._see_message)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("dialog", self._see_dialog)

    @property
    def box(self) -> Locator:
        """Where questions are typed."""
        return self.page.get_by_label("Question", exact=True)

    @property
    def entries(self) -> Locator:
        """The questions of the thread, each with what became of it."""
        return self.page.locator(".entry")

    @property
    def last(self) -> Locator:
        """The newest of them."""
        return self.entries.last

    @property
    def pane(self) -> Locator:
        """What stands beside the conversation."""
        return self.page.locator("#pane")

    def open(self, path: str = "/") -> Self:
        """Go to an address of the page and wait until it is at home."""
        self.page.goto(path)
        expect(self.page.locator("#archive-size")).not_to_be_empty()
        return self

    def leave(self) -> None:
        """Forget what the page kept, and close it."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.evaluate("() => localStorage.clear()")
        self.page.close()

    def ask(self, question: str) -> Locator:
        """Ask, and wait for what becomes of it."""
        before = self.entries.count()
        self.box.fill(question)
        self.box.press("Enter")
        expect(self.entries).to_have_count(before + 1)
        return self.settled()

    def settled(self) -> Locator:
        """The newest question once it has been dealt with."""
        expect(self.last).to_have_attribute("data-state", _SETTLED, timeout=30_000)
        return self.last

    def cite(self, entry: Locator, number: int = 0) -> Locator:
        """Open a citation; gives the marked words."""
        entry.locator(".citation .title").nth(number).click()
        return self.mark()

    def mark(self) -> Locator:
        """The marked words in the open article."""
        mark = self.pane.locator(".body mark").first
        expect(mark).to_be_in_viewport()
        return mark

    def marked_text(self) -> str:
        """From the first marked character to the last, what lies between paragraphs included."""
        self.mark()
        return str(
            self.page.evaluate(
                """() => {
                  const marks = document.querySelectorAll(".body mark");
                  const range = document.createRange();
                  range.setStartBefore(marks[0]);
                  range.setEndAfter(marks[marks.length - 1]);
                  return range.toString();
                }"""
            )
        )

    def kept_answer(self) -> dict[str, Any]:
        """The newest answer as the service sent it and the page keeps it."""
        kept = self.page.evaluate("() => localStorage.getItem('dateline.thread')")
        return dict(json.loads(kept)[-1]["answer"])

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Speak to the service past the page."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            text = reply.read()
        return json.loads(text) if text else None

    def ingest(self, *articles: dict[str, Any]) -> None:
        """Add articles past the page, and wait until they are in."""
        job = self.call("POST", "/v1/articles", {"articles": articles})
        while (state := self.call("GET", f"/v1/jobs/{job['job_id']}")["state"]) != "done":
            assert state != "failed"

    def _see_request(self, request: Request) -> None:
        if not request.url.startswith((self.url + "/", "blob:" + self.url)):
            self.complaints.append(f"request outside its origin: {request.url}")

    def _see_message(self, message: ConsoleMessage) -> None:
        # A refused or broken request is logged by the browser whatever the page makes of it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _see_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()
