"""Ids, versions, filters and the text that an archive refuses."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import (
    ARTICLE_ID,
    Article,
    Draft,
    Filters,
    check_text,
    identify,
    version_of,
)
from index.errors import InvalidArticleError


def article(source: str | None = None, day: date | None = None) -> Article:
    return Article("a", "T", source, None, None, day, "0" * 64)


def test_a_given_id_is_kept() -> None:
    assert identify(Draft(body="b", id="Kim.train_2023-09", url="https://x.example")) == (
        "Kim.train_2023-09"
    )


@pytest.mark.parametrize("bad", ["", "a b", "a/b", "é", "a\n", "\0", "a" * 201, "\ud800", "a:b"])
def test_an_id_with_other_characters_is_refused_with_the_rule(bad: str) -> None:
    with pytest.raises(InvalidArticleError, match=r"A-Z a-z 0-9 \. _ -"):
        identify(Draft(body="b", id=bad))


def test_an_id_comes_from_the_url_before_the_title() -> None:
    one = Draft(body="b", url="https://x.example/a", title="T", source="S")
    other = Draft(body="c", url="https://x.example/a", title="U", source="R")
    assert identify(one) == identify(other) != identify(Draft(body="b", title="T", source="S"))


def test_one_title_from_two_sources_makes_two_ids() -> None:
    ids = {
        identify(Draft(body="b", title="Briefing", source=source)) for source in ("A", "B", None)
    }
    assert len(ids) == 3


def test_source_and_title_do_not_run_into_each_other() -> None:
    assert identify(Draft(body="b", source="A", title="B C")) != identify(
        Draft(body="b", source="A B", title="C")
    )


def test_without_anything_else_the_body_makes_the_id() -> None:
    assert identify(Draft(body="b")) == hashlib.sha256(b"b").hexdigest()[:12]


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_every_derived_id_is_a_good_one(title: str, url: str | None, body: str) -> None:
    draft = Draft(body=body, title=title, url=url)
    assert ARTICLE_ID.fullmatch(identify(draft))
    assert identify(draft) == identify(draft)


def test_a_version_is_the_hash_of_the_bytes() -> None:
    assert version_of("é\r\n") == hashlib.sha256(b"\xc3\xa9\r\n").hexdigest()


@pytest.mark.parametrize(
    ("text", "said"), [("ab\0", "NUL character at offset 2"), ("a\ud83d", "surrogate .* offset 1")]
)
def test_what_cannot_be_sent_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InvalidArticleError, match=f"the title has .*{said}"):
        check_text(text, "the title")


def test_ordinary_text_of_any_script_is_taken() -> None:
    check_text("“😀” — \u202eשלום\u200b\r\n日本語 e\u0301", "the body")


DAY = date(2023, 9, 12)


@pytest.mark.parametrize(
    ("filters", "taken"),
    [
        (Filters(), True),
        (Filters(sources=("Wire",)), True),
        (Filters(sources=("wire",)), False),
        (Filters(sources=("Courier", "Wire")), True),
        (Filters(published_from=DAY, published_to=DAY), True),
        (Filters(published_from=date(2023, 9, 13)), False),
        (Filters(published_to=date(2023, 9, 11)), False),
        (Filters(sources=("Courier",), published_from=DAY), False),
    ],
)
def test_filters_include_both_ends(filters: Filters, taken: bool) -> None:
    assert filters.accept(article("Wire", DAY)) is taken


def test_an_article_without_a_date_or_source_is_outside_their_filters() -> None:
    assert not Filters(published_to=date.max).accept(article("Wire"))
    assert not Filters(published_from=date.min).accept(article("Wire"))
    assert not Filters(sources=("Wire",)).accept(article())
    assert Filters().accept(article())


def test_filters_are_true_when_they_narrow() -> None:
    assert not Filters()
    assert Filters(sources=("A",))
    assert Filters(published_from=date.min)
    assert Filters(published_to=date.max)
