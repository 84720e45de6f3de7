from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Draft
from index.loaders import Refusal, load_bytes

BODY = "\n# Bridge closes\n\nIt was closed on *Monday*.  \n\n---\n\nIt opens in spring.\n\n"


def only(text: str, name: str = "story.md") -> Draft:
    (draft,) = load_bytes(name, text.encode())
    assert isinstance(draft, Draft), draft
    return draft


def test_front_matter_gives_the_metadata_and_leaves_the_body_verbatim() -> None:
    draft = only(
        "---\ntitle: 'Bridge: closed'\nsource: The Daily\nauthor: [Ann Lee, Joe Roe]\n"
        "url: https://daily.example/bridge\ndate: 2023-09-11T23:30:00-05:00\nid: bridge-1\n"
        f"---\n{BODY}"
    )
    assert draft == Draft(
        body=BODY,
        title="Bridge: closed",
        id="bridge-1",
        source="The Daily",
        author="Ann Lee, Joe Roe",
        url="https://daily.example/bridge",
        published_at=date(2023, 9, 11),
        name="story.md",
    )


def test_without_front_matter_the_first_heading_is_the_title_and_stays() -> None:
    draft = only(BODY)
    assert (draft.title, draft.body) == ("Bridge closes", BODY)


def test_a_comment_in_a_code_block_is_no_heading() -> None:
    assert only("```\n# make it\n```\n\n# Real one\n").title == "Real one"


def test_without_title_and_heading_the_file_names_the_article() -> None:
    assert only("Just words.\n", "folder/bridge.md").title == "bridge"


def test_windows_line_ends_are_front_matter_too_and_stay_in_the_body() -> None:
    draft = only("---\r\ntitle: A\r\n---\r\nOne.\r\n\r\nTwo.\r\n")
    assert (draft.title, draft.body) == ("A", "One.\r\n\r\nTwo.\r\n")


@pytest.mark.parametrize(
    "text",
    ["---\n\nWords between rules.\n\n---\n\nMore.\n", "---\nopen end\n", "----\na: b\n----\n"],
)
def test_rules_across_the_page_are_no_front_matter(text: str) -> None:
    assert only(text).body == text


def test_values_are_taken_as_written() -> None:
    draft = only("---\ntitle: 007\nsource: NO\nauthor: ~\n---\nWords.\n")
    assert (draft.title, draft.source, draft.author) == ("007", "NO", None)


def test_an_ambiguous_date_gives_a_warning_and_no_date() -> None:
    draft = only("---\npublished_at: 4/3/18\n---\nWords.\n")
    assert draft.published_at is None
    assert "two" in draft.warnings[0] or "or" in draft.warnings[0]


@pytest.mark.parametrize(
    "head",
    ["title: a: b", "title: [", "title: {a: b}", "a: &a [*a", "[" * 5_000, "\t- x"],
)
def test_front_matter_that_cannot_be_used_is_refused(head: str) -> None:
    (refusal,) = load_bytes("story.md", f"---\n{head}\n---\nWords.\n".encode())
    assert isinstance(refusal, Refusal)
    assert refusal.name == "story.md"


def test_aliases_that_multiply_cost_nothing() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
    assert only(f"---\na0: &a0 [x]\n{levels}\ntitle: T\n---\nWords.\n").title == "T"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_the_body_is_all_that_follows_the_front_matter(body: str) -> None:
    results = list(load_bytes("story.md", f"---\ntitle: T\n---\n{body}".encode()))
    assert [r.body for r in results if isinstance(r, Draft)] == [body] * bool(body.strip())
