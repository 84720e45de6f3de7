"""Every article comes once, whatever the size of a page."""

from __future__ import annotations

import base64
import json
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Archive, Recipe
from index.article import Article
from index.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS = (None, date(1, 1, 1), date(2023, 9, 12), date(2023, 9, 13), date.max)
LISTED = [
    Article(f"a{n}", f"Émile {n}", ("Wire", "Courier", None)[n % 3], None, None, DAYS[n % 5], "0")
    for n in range(37)
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    made = Archive.create(tmp_path_factory.mktemp("paging"), Recipe("m", 8, 12, 4))
    with made.writing() as writer:
        for article in LISTED:
            writer.put(article, "body", [])
    yield made
    made.close()


def pages(archive: Archive, limit: int, **narrow: str) -> list[list[str]]:
    found, cursor = [], None
    while True:
        page = archive.articles(limit=limit, cursor=cursor, **narrow)  # type: ignore[arg-type]
        found.append([article.id for article in page.articles])
        cursor = page.next_cursor
        if cursor is None:
            return found


@settings(deadline=None)
@given(st.integers(1, 40))
def test_pages_hold_every_article_once_newest_first(archive: Archive, limit: int) -> None:
    found = pages(archive, limit)
    assert all(len(page) == limit for page in found[:-1])
    assert 0 < len(found[-1]) <= limit
    expected = sorted(LISTED, key=lambda a: (a.published_at or date.min, a.id), reverse=True)
    dated = [a.id for a in expected if a.published_at]
    undated = [a.id for a in expected if not a.published_at]
    assert [identity for page in found for identity in page] == dated + undated


def test_the_total_does_not_depend_on_the_page(archive: Archive) -> None:
    first = archive.articles(limit=10)
    assert first.total == len(LISTED)
    assert archive.articles(limit=10, cursor=first.next_cursor).total == len(LISTED)


def test_a_source_narrows_the_list(archive: Archive) -> None:
    found = pages(archive, 5, source="Wire")
    assert sorted(chain.from_iterable(found)) == sorted(a.id for a in LISTED if a.source == "Wire")
    assert archive.articles(source="wire").total == 0


@pytest.mark.parametrize("query", ["ÉMILE 36", "36 émile", "a36", "courier a3 émile 31"])
def test_every_word_must_be_there_whatever_its_case(archive: Archive, query: str) -> None:
    assert archive.articles(query=query).total == 1


@pytest.mark.parametrize("query", ["%", "_", "émile wire courier", "'; DROP TABLE articles"])
def test_a_search_has_no_magic_signs(archive: Archive, query: str) -> None:
    assert archive.articles(query=query).total == 0


def test_an_article_put_between_two_pages_moves_none_of_the_others(tmp_path: Path) -> None:
    made = Archive.create(tmp_path, Recipe("m", 8, 12, 4))

    def put(name: str, day: int) -> None:
        with made.writing() as writer:
            writer.put(Article(name, "", None, None, None, date(2023, 1, day), "0"), "b", [])

    for day in (1, 2, 3, 4):
        put(f"a{day}", day)
    first = made.articles(limit=2)
    put("new", 9)
    second = made.articles(limit=2, cursor=first.next_cursor)
    assert [a.id for a in (*first.articles, *second.articles)] == ["a4", "a3", "a2", "a1"]
    made.close()


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "====",
        encoded(5),
        encoded(None),
        encoded([1, 2]),
        encoded(["", 3]),
        encoded(["", "a", "b"]),
        encoded(["yesterday", "a"]),
        encoded(["", "\ud800"]),
        encoded(["\ud800", "a"]),
        base64.urlsafe_b64encode(b"[" * 200_000).decode(),
    ],
)
def test_a_cursor_from_elsewhere_is_refused(archive: Archive, cursor: str) -> None:
    with pytest.raises(InputError, match="cursor"):
        archive.articles(cursor=cursor)


def test_sources_come_with_counts_and_dates_largest_first(archive: Archive) -> None:
    wire, courier = archive.sources()
    assert (wire.source, wire.articles) == ("Wire", 13)
    assert (courier.source, courier.articles) == ("Courier", 12)
    days = [a.published_at for a in LISTED if a.source == "Wire" and a.published_at]
    assert (wire.first_published_at, wire.last_published_at) == (min(days), max(days))
