from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.furniture import end_of_article

ARTICLE = "The bridge was closed on Monday.\n\nIt opens again in spring, the mayor said.\n"


@pytest.mark.parametrize(
    "ending",
    [
        "\nleave a reply:",
        "\nLeave a Reply\n",
        "\nLEAVE A COMMENT",
        "\nUser Input",
        "\n  User Input  \n\n",
        "\r\nUser Input\r\n",
        "\nShare this:\nTwitter\nFacebook\n",
        "\nShare this article\n\nSign up for our newsletter\n",
        "\nSubscribe to our newsletter",
        "\nLeave a Reply\n\nYour email address will not be published. Required fields are marked *"
        "\n\nComment *\n\nName *\n\nEmail *\n\nWebsite\n\nPost Comment\n",
        "\nView 12 comments",
        "\n\n\nBack to top\n",
    ],
)
def test_page_furniture_at_the_end_is_cut(ending: str) -> None:
    text = ARTICLE + ending
    assert text[: end_of_article(text)] == ARTICLE


@pytest.mark.parametrize(
    "ending",
    [
        "\nHe did not leave a reply.",
        "\nHe did not leave a reply",
        "\nLeave a reply.",
        "\nOn the screen stood two words: “User input”",
        "\n“User input”",
        "\nThe form asked for user input",
        "\nReporting by Ann Lee in Rome. Edited by Joe Roe.\n",
        "\nAdditional reporting by Ann Lee\n",
        "\n© 2023 The Daily. All rights reserved.\n",
        "\nCorrection: An earlier version misnamed the mayor.\n",
        "\nSign up for our newsletter, the campaign's poster had urged.",
        "\nThey could be reached by:\n\nEmail\n\nTwitter\n\nFacebook\n",
        "\nPrint\n",
        "\nComments\n",
        "\nThree things stayed.\n- The bridge stayed shut.\n- The road stayed open.\n",
    ],
)
def test_what_an_article_says_at_its_end_stays(ending: str) -> None:
    text = ARTICLE + ending
    assert end_of_article(text) == len(text)


def test_a_phrase_that_ends_a_hard_wrapped_paragraph_stays() -> None:
    text = "The clerk asked each of the visitors to sit down and\nleave a reply\n"
    assert end_of_article(text) == len(text)


def test_a_phrase_in_the_middle_stays() -> None:
    text = "First part.\n\nShare this article\n\nSecond part.\n"
    assert end_of_article(text) == len(text)


def test_ordinary_words_above_the_furniture_stay() -> None:
    text = "How to reach them:\n\nEmail\n\nTwitter\n\nLeave a reply\n"
    assert text[: end_of_article(text)] == "How to reach them:\n\nEmail\n\nTwitter\n"


def test_furniture_is_looked_for_in_the_last_lines_only() -> None:
    text = "Words.\n\nUser Input\n" + "\nTwitter" * 2_000
    assert end_of_article(text) == len(text)


PHRASES = st.sampled_from(["User Input", "leave a reply:", "Share this", "Email", "Twitter", ""])
PROSE = st.text(max_size=60)
PAGES = st.lists(
    st.tuples(st.one_of(PROSE, PHRASES), st.sampled_from(["\n", "\n\n", "\r\n", "\r"])), max_size=12
).map(lambda parts: "".join(line + end for line, end in parts))


@given(PAGES)
def test_a_cut_is_at_a_line_start_and_below_it_no_sentence_is_lost(text: str) -> None:
    end = end_of_article(text)
    assert end == len(text) or end == 0 or text[end - 1] in "\r\n"
    lost = " ".join(text[end:].lower().replace(":", "").split())
    for phrase in ("user input", "leave a reply", "share this", "email", "twitter", "x", "more"):
        lost = lost.replace(phrase, "")
    assert not lost.strip()


@given(PAGES)
def test_a_line_that_ends_as_a_sentence_protects_all_above_it(text: str) -> None:
    kept = text + "\n\nThat was all.\n"
    assert end_of_article(kept) == len(kept)


@given(PAGES)
def test_cutting_twice_cuts_no_more(text: str) -> None:
    once = text[: end_of_article(text)]
    assert end_of_article(once) == len(once)
