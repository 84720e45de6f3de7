"""What a question itself says about where to look."""

from __future__ import annotations

from datetime import date

import pytest

from index.article import Filters
from qa.question import published_range, understand

SOURCES = ("Kestrel Wire", "The Harbor Ledger", "Meridian Post")


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("According to Kestrel Wire, when did the lander touch down?", ("Kestrel Wire",)),
        ("When, according to the Harbor Ledger, did the fire begin?", ("The Harbor Ledger",)),
        ("How many people did The Harbor Ledger say had died?", ("The Harbor Ledger",)),
        ("What did Meridian Post report about the toast?", ("Meridian Post",)),
        ("In Meridian Post’s account, how long was the visit?", ("Meridian Post",)),
        ("How many died, as reported by Kestrel Wire?", ("Kestrel Wire",)),
        ("Who edits Kestrel Wire?", ()),
        ("Was a Kestrel Wire reporter on the train?", ()),
        ("Which harbor did the ship leave?", ()),
        ("When did the lander touch down?", ()),
    ],
)
def test_a_source_narrows_where_it_is_the_teller(question: str, sources: tuple[str, ...]) -> None:
    assert understand(question, Filters(), SOURCES).filters.sources == sources


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What do articles from September 2023 say?", date(2023, 9, 1), date(2023, 9, 30)),
        ("What did stories published in Feb. 2024 say?", date(2024, 2, 1), date(2024, 2, 29)),
        ("Who won, in reports of 2019?", date(2019, 1, 1), date(2019, 12, 31)),
        (
            "What did coverage on September 13, 2023 mention?",
            date(2023, 9, 13),
            date(2023, 9, 13),
        ),
        ("Who won, in articles that were printed in 2019?", date(2019, 1, 1), date(2019, 12, 31)),
        ("What happened in September 2023?", None, None),
        ("How many deaths did officials report in Morocco in September 2023?", None, None),
        ("What did the G20 report say about growth in 2023?", None, None),
        ("What is the story of the bridge that fell in 2024?", None, None),
        ("Where did Kim go in 2019?", None, None),
    ],
)
def test_a_date_narrows_where_it_is_that_of_the_articles(
    question: str, first: date | None, last: date | None
) -> None:
    assert published_range(question) == (first, last)


def test_what_the_person_chose_is_never_replaced() -> None:
    chosen = Filters(sources=("Meridian Post",), published_from=date(2020, 1, 1))
    question = "According to Kestrel Wire, what do articles from September 2023 say?"
    assert understand(question, chosen, SOURCES).filters == chosen


def test_an_impossible_day_is_taken_as_the_last_of_its_month() -> None:
    assert published_range("articles of September 31, 2023") == (
        date(2023, 9, 30),
        date(2023, 9, 30),
    )
