"""The parts of the page that compute, each with its own law; run where they run: in the browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desk import Desk

TEXTS = [
    "",
    "plain",
    "🛰️ up",
    "👩🏽‍🚀👩🏽‍🚀",
    "a\u0301 é 漢字 𝔘𝔫𝔦",
    "\r\n\r\n🎉\r",
    "\u202eabc\u202c",
]


@pytest.fixture(scope="module")
def page(browser: Browser, service: str) -> Iterator[Page]:
    """One page for all of them: nothing here changes it."""
    page = browser.new_page()
    page.goto(service)
    yield page
    page.close()


@pytest.mark.parametrize("text", TEXTS)
def test_every_code_point_offset_goes_to_utf_16_and_back(page: Page, text: str) -> None:
    pairs = page.evaluate(
        """async ([text, length]) => {
          const { toUnits, toCodePoints } = await import("/static/codepoints.js");
          return Array.from({ length: length + 1 }, (_, offset) => {
            const units = toUnits(text, offset);
            return [units, toCodePoints(text, units)];
          });
        }""",
        [text, len(text)],
    )
    expected = [len(text[:offset].encode("utf-16-le")) // 2 for offset in range(len(text) + 1)]
    assert pairs == [[units, offset] for offset, units in enumerate(expected)]


@pytest.mark.parametrize("offset", [-1, 4, 1.5])
def test_an_offset_outside_the_text_is_an_error(page: Page, offset: float) -> None:
    name = page.evaluate(
        """async (offset) => {
          const { toUnits } = await import("/static/codepoints.js");
          try { return toUnits("a🎉b", offset); } catch (error) { return error.name; }
        }""",
        offset,
    )
    assert name == "RangeError"


STREAM = (
    ": a comment\n\nevent: stage\ndata: {}\n\n"
    "event:answer\r\ndata: one\r\ndata: t🎉o\r\n\r\ndata: x"
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_read_however_the_stream_is_cut(page: Page, size: int) -> None:
    events = page.evaluate(
        """async ([text, size]) => {
          const { serverEvents } = await import("/static/server-events.js");
          const bytes = new TextEncoder().encode(text);
          const stream = new ReadableStream({
            start(controller) {
              for (let from = 0; from < bytes.length; from += size) {
                controller.enqueue(bytes.slice(from, from + size));
              }
              controller.close();
            },
          });
          const events = [];
          for await (const event of serverEvents(stream)) events.push(event);
          return events;
        }""",
        [STREAM, size],
    )
    assert events == [
        {"event": "stage", "data": "{}"},
        {"event": "answer", "data": "one\nt🎉o"},
    ]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "one",
        "one\n\ntwo",
        "\n\n one\r\n\r\n\r\ntwo\r\rthree\n \t\nfour\n",
        "a\nb\n\nc\u00a0 d  e",
    ],
)
def test_the_shown_text_is_the_body_and_every_place_in_it_can_be_marked(
    page: Page, body: str
) -> None:
    shown, places = page.evaluate(
        """async (body) => {
          const { BodyView } = await import("/static/body.js");
          const view = new BodyView(body);
          const shown = view.element.textContent;
          const places = [];
          for (let start = 0; start < body.length; start += 1) {
            for (let end = start + 1; end <= body.length; end += 1) {
              view.mark(start, end);
              const marks = [...view.element.querySelectorAll("mark")].map((m) => m.textContent);
              places.push([start, end, marks.join(""), view.element.textContent === body]);
            }
          }
          view.clear();
          return [view.element.textContent === shown ? shown : "changed", places];
        }""",
        body,
    )
    assert shown == body
    for start, end, marked, untouched in places:
        assert untouched
        assert "".join(marked.split()) == "".join(body[start:end].split())


def test_an_enormous_paragraph_is_laid_out_in_parts_that_end_with_sentences(page: Page) -> None:
    sentence = "It rained 🌧️ all day. "
    parts = page.evaluate(
        """async (body) => (await import("/static/paragraphs.js")).paragraphsOf(body)
          .map(({ from, to, continues }) => [body.slice(from, to), continues])""",
        sentence * 1000,
    )
    assert len(parts) > 5
    assert "".join(text for text, _ in parts) == sentence * 1000
    assert all(text.endswith(sentence) for text, _ in parts)
    assert [continues for _, continues in parts] == [False] + [True] * (len(parts) - 1)


def test_long_lines_are_paragraphs_and_short_ones_are_not(page: Page) -> None:
    counts = page.evaluate(
        """async (bodies) => {
          const { paragraphsOf } = await import("/static/paragraphs.js");
          return bodies.map((body) => paragraphsOf(body).length);
        }""",
        [
            "\n".join(["long " * 50] * 3),
            "\n".join(["short " * 10] * 3),
            "\n".join(["🎉" * 3000] * 2),
        ],
    )
    assert counts == [3, 1, 4]


def test_a_thread_too_large_for_the_storage_keeps_the_newest_questions(desk: Desk) -> None:
    kept = desk.page.evaluate(
        """async () => {
          const { Thread } = await import("/static/thread.js");
          const thread = new Thread();
          for (let number = 0; number < 8; number += 1) {
            const entry = thread.add(`question ${number}`, { sources: [], from: null, to: null });
            entry.answer = { answered: false, answer: "x".repeat(1_000_000), citations: [] };
          }
          thread.keep();
          const again = new Thread();
          return again.restore().map(({ question }) => question);
        }"""
    )
    assert 0 < len(kept) < 8
    assert kept[-1] == "question 7"


def test_every_module_is_announced_to_the_browser_up_front(first_visit: Desk) -> None:
    announced, loaded = first_visit.page.evaluate(
        """() => [
          [...document.querySelectorAll("link[rel=modulepreload]")].map(({ href }) => href).sort(),
          performance.getEntriesByType("resource").map(({ name }) => name)
            .filter((name) => /\\.js$/.test(name) && !/(main|theme-first)\\.js$/.test(name)).sort(),
        ]"""
    )
    assert announced == sorted(set(loaded))
