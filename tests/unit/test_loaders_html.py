from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from index.article import Draft
from index.loaders import LoadLimits, Refusal, load, load_bytes

ASSETS = Path(__file__).parents[1] / "assets" / "loaders"
PARAGRAPHS = (
    "The council closed the old bridge on Monday after engineers found cracks in two of its piers.",
    "Buses will take the longer way over the dam until the spring, the mayor told reporters.",
    "Repairs cost about three million, most of it paid by the region, according to the council.",
)


def page(body: str = "", head: str = "") -> bytes:
    text = body or "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"<html><head>{head}</head><body><article>{text}</article></body></html>".encode()


def only(data: bytes, **given: object) -> Draft:
    (draft,) = load_bytes("page.html", data, **given)  # type: ignore[arg-type]
    assert isinstance(draft, Draft), draft
    return draft


def refused(data: bytes) -> str:
    (refusal,) = load_bytes("page.html", data)
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


def test_a_saved_news_page_gives_its_article_and_all_it_says_of_itself() -> None:
    (draft,) = load(ASSETS / "bridge.html")
    assert isinstance(draft, Draft)
    assert draft.title == "Old bridge closes for the winter"
    assert draft.source == "The Valley Courier"
    assert draft.author == "Ann Lee"
    assert draft.url == "https://courier.example/2021/03/old-bridge"
    assert draft.published_at == date(2021, 3, 4)
    assert draft.warnings == ()
    for paragraph in PARAGRAPHS:
        assert paragraph in draft.body.split("\n\n")


@pytest.mark.parametrize(
    "left_out", ["Weather", "I never liked that bridge", "Courier Media", "function", "cookies"]
)
def test_navigation_comments_scripts_and_footers_stay_out(left_out: str) -> None:
    (draft,) = load(ASSETS / "bridge.html")
    assert isinstance(draft, Draft)
    assert left_out not in draft.body


def test_a_paragraph_that_stands_twice_is_kept_twice_and_in_every_file() -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in (*PARAGRAPHS, PARAGRAPHS[0]))
    for _ in range(4):
        assert only(page(body)).body.split("\n\n") == [*PARAGRAPHS, PARAGRAPHS[0]]


def test_a_short_page_is_read() -> None:
    assert only(page("<p>The bridge is closed.</p>")).body == "The bridge is closed."


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<meta property="article:published_time" content="2021-03-04T23:30:00-05:00">', 4),
        ('<meta property="article:published_time" content="2021-03-04T00:30:00+09:00">', 4),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": '
            '"2021-03-04T23:30:00-11:00", "dateModified": "2021-03-09"}</script>',
            4,
        ),
        ('<meta name="date" content="25/03/2021">', 25),
    ],
)
def test_the_date_is_the_articles_own_calendar_day(head: str, day: int) -> None:
    assert only(page(head=head)).published_at == date(2021, 3, day)


def test_a_date_before_the_web_is_kept() -> None:
    head = '<meta property="article:published_time" content="1969-07-21T08:00:00Z">'
    assert only(page(head=head)).published_at == date(1969, 7, 21)


def test_a_date_that_can_be_read_two_ways_gives_a_warning_and_no_date() -> None:
    draft = only(page(head='<meta name="date" content="04/03/2021">'))
    assert draft.published_at is None
    assert "04/03/2021" in draft.warnings[0]


def test_numbers_beside_a_clear_date_leave_it_in_force() -> None:
    head = '<meta name="date" content="2021-03-04">'
    body = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, "Ticket 04/03/2021 was the last."))
    assert only(page(body, head)).published_at == date(2021, 3, 4)


def test_a_copyright_year_is_no_date() -> None:
    footer = "<footer>Copyright 2019 The Courier</footer>"
    data = page().replace(b"</body>", footer.encode() + b"</body>")
    assert only(data).published_at is None


def test_a_page_in_another_encoding_is_read_by_its_own_statement() -> None:
    text = "Президент прибыл во Владивосток на поезде, сообщили агентства в понедельник вечером."
    data = page(f"<p>{text}</p>", '<meta charset="windows-1251">').decode().encode("cp1251")
    assert only(data).body == text


def test_a_url_that_a_page_must_not_link_to_is_left_out() -> None:
    (draft,) = load_bytes("page.html", page(head='<link rel="canonical" href="javascript:x()">'))
    assert isinstance(draft, Draft)
    assert draft.url is None


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "ul><li", "span", "blockquote"])
def test_a_page_nested_20_000_deep_is_refused_within_seconds(tag: str) -> None:
    began = time.monotonic()
    reason = refused(page(f"<{tag}>" * 20_000 + "<p>Deep words.</p>"))
    assert time.monotonic() - began < 10
    assert "nested" in reason


def test_a_page_nested_as_deep_as_real_ones_is_read_whole() -> None:
    body = "<div>" * 200 + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</div>" * 200
    assert only(page(body)).body.split("\n\n") == list(PARAGRAPHS)


def test_the_depth_limit_can_be_lowered() -> None:
    limits = LoadLimits(max_html_depth=10)
    (refusal,) = load_bytes("page.html", page("<div>" * 20 + "Words."), limits)
    assert isinstance(refusal, Refusal)
    assert "10 deep" in refusal.reason


@pytest.mark.parametrize(
    "data",
    [
        b"   ",
        b"<html></html>",
        b"<html><body><script>var x = 1</script></body></html>",
        b"<!-- only a comment -->",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        b"<" * 100_000,
    ],
    ids=["blank", "empty page", "script", "comment", "picture", "brackets"],
)
def test_a_page_without_an_article_is_refused(data: bytes) -> None:
    assert refused(data)
