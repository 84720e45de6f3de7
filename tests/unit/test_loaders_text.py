from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Draft
from index.loaders import Overrides, Refusal, load_bytes

HEADLINE = "Bridge closes for the winter"
BODY = "The bridge was closed on Monday.\n\nIt opens again in spring.\n"


def only(data: str | bytes, name: str = "story.txt", **given: object) -> Draft:
    raw = data.encode() if isinstance(data, str) else data
    (draft,) = load_bytes(name, raw, overrides=Overrides(**given))  # type: ignore[arg-type]
    assert isinstance(draft, Draft), draft
    return draft


def test_a_first_line_like_a_headline_becomes_the_title_and_leaves_the_body() -> None:
    draft = only(f"{HEADLINE}\n\n{BODY}")
    assert (draft.title, draft.body) == (HEADLINE, BODY)


@pytest.mark.parametrize(
    "headline",
    [
        "Will the bridge ever open?",
        "Minister visits the U.S.",
        "“Shut it!”",
        "Row over Hill v. Dale",
    ],
)
def test_headlines_end_in_many_ways(headline: str) -> None:
    assert only(f"\n{headline}\n\n{BODY}").title == headline


@pytest.mark.parametrize(
    "first",
    [
        "The bridge was closed on Monday.",
        "He said: “It is shut.”",
        "word " * 60,
        "By Ann Lee",
        "September 11, 2023",
        "Updated Sept. 11, 2023",
        "https://example.org/bridge",
    ],
)
def test_another_first_line_stays_in_the_body_and_the_file_names_the_article(first: str) -> None:
    text = f"{first}\n\n{BODY}"
    draft = only(text, "bridge.txt")
    assert (draft.title, draft.body) == ("bridge", text)


def test_a_first_line_without_a_blank_line_below_stays_in_the_body() -> None:
    assert only(f"{HEADLINE}\n{BODY}").title == "story"


def test_a_title_given_from_outside_leaves_a_different_first_line_in_the_body() -> None:
    text = f"{HEADLINE}\n\n{BODY}"
    other = only(text, title="Winter closure")
    assert (other.title, other.body) == ("Winter closure", text)
    same = only(text, title=HEADLINE.upper())
    assert (same.title, same.body) == (HEADLINE.upper(), BODY)


@pytest.mark.parametrize(
    "line",
    [
        "Updated Sept. 11, 2023, 2:42 p.m. ET",
        "Published: 11 September 2023",
        "Posted on 2023-09-11",
        "Published Sept. 11, 2023 | Updated Sept. 14, 2023",
        "Updated Sept. 14, 2023 • Published Sept. 11, 2023",
        "Last updated at 2:42 PM EDT, Mon September 11, 2023",
    ],
)
def test_a_date_line_near_the_top_gives_the_date_and_stays_in_the_body(line: str) -> None:
    draft = only(f"{HEADLINE}\n\n{line}\n\n{BODY}")
    assert draft.published_at == date(2023, 9, 11)
    assert draft.body == f"{line}\n\n{BODY}"
    assert draft.warnings == ()


def test_a_date_line_that_can_be_read_two_ways_gives_a_warning_and_no_date() -> None:
    draft = only(f"{HEADLINE}\n\nUpdated 4/3/18\n\n{BODY}")
    assert draft.published_at is None
    assert "4/3/18" in draft.warnings[0]


def test_a_date_given_from_outside_settles_an_ambiguous_one() -> None:
    draft = only(f"{HEADLINE}\n\nUpdated 4/3/18\n\n{BODY}", published_at=date(2018, 3, 4))
    assert (draft.published_at, draft.warnings) == (date(2018, 3, 4), ())


def test_prose_about_updates_is_no_date_line() -> None:
    draft = only(f"{HEADLINE}\n\nUpdated figures of 2022 put the cost at 3 million.\n\n{BODY}")
    assert (draft.published_at, draft.warnings) == (None, ())


def test_a_date_far_down_is_not_the_articles() -> None:
    assert only(f"{HEADLINE}\n\n{BODY * 3}\nUpdated Sept. 11, 2023\n\n{BODY}").published_at is None


def test_a_file_of_blank_lines_is_refused_at_once() -> None:
    began = time.monotonic()
    (refusal,) = load_bytes("story.txt", b"\n" * 5_000_000)
    assert isinstance(refusal, Refusal)
    assert time.monotonic() - began < 2


def test_furniture_at_the_end_leaves_the_body_and_credits_stay() -> None:
    credit = "Reporting by Ann Lee. Edited by Joe Roe.\n"
    draft = only(f"{HEADLINE}\n\n{BODY}\n{credit}\nUser Input")
    assert draft.body == f"{BODY}\n{credit}"


def test_a_file_of_nothing_but_furniture_is_refused() -> None:
    (refusal,) = load_bytes("story.txt", f"{HEADLINE}\n\nleave a reply:\n".encode())
    assert isinstance(refusal, Refusal)


def test_line_ends_no_break_spaces_and_double_spaces_stay_as_they_came() -> None:
    body = "One\xa0day.  Two\u202fdays.\r\n\r\nA lone\rreturn,\tand so on.  \r\n"
    assert only(f"{HEADLINE}\r\n\r\n{body}").body == body


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(st.one_of(TEXTS, TEXTS.map(lambda text: f"{HEADLINE}\n\n{text}")))
def test_the_body_is_a_verbatim_slice_of_the_text(text: str) -> None:
    (result,) = load_bytes("story.txt", text.encode())
    decoded = text.removeprefix("\ufeff")
    if isinstance(result, Draft):
        assert result.body in decoded
        assert result.body.strip()
        # Without furniture, only a headline is outside.
        if decoded.endswith(result.body):
            outside = decoded.removesuffix(result.body).split()
            assert outside in ([], result.title.split())
