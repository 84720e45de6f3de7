from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.dates import dates_within, parse_date, readings, undated_reason

ELEVENTH = date(2023, 9, 11)


@pytest.mark.parametrize(
    "text",
    [
        "2023-09-11",
        "2023-9-11",
        "20230911",
        "2023/09/11",
        "2023.09.11",
        "2023-09-11T14:42:00Z",
        "2023-09-11 14:42",
        "2023-09-11T14:42:00.123456+00:00",
        "Sept. 11, 2023",
        "Sep 11 2023",
        "September 11th, 2023",
        "SEPTEMBER 11, 2023",
        "11 September 2023",
        "11-Sep-2023",
        "11th of September, 2023",
        "Monday, September 11, 2023",
        "Mon, 11 Sep 2023 14:42:00 -0400",
        "Mon, 11 Sep 2023 14:42:00 -0400 (EDT)",
        "Mon Sep 11 14:42:00 2023",
        "Mon Sep 11 14:42:00 UTC 2023",
        "Sept. 11, 2023, 2:42 p.m. ET",
        "September 11, 2023 at 2:42 PM EDT",
        "2:42 p.m. ET, Sept. 11, 2023",
        "Sept.\xa011,\xa02023",
        "  2023-09-11\n",
    ],
)
def test_the_forms_news_uses_give_their_calendar_day(text: str) -> None:
    assert parse_date(text) == ELEVENTH


@pytest.mark.parametrize(
    "text",
    ["2023-09-11T23:59:59-11:00", "2023-09-11T00:00:01+14:00", "Mon, 11 Sep 2023 23:59:59 -1100"],
)
def test_a_time_zone_never_moves_the_day(text: str) -> None:
    assert parse_date(text) == ELEVENTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25/12/2018", date(2018, 12, 25)),
        ("12/25/2018", date(2018, 12, 25)),
        ("12/25/18", date(2018, 12, 25)),
        ("25.12.2018", date(2018, 12, 25)),
        ("5/5/2018", date(2018, 5, 5)),
        ("5/5/18", date(2018, 5, 5)),
        ("12/31/69", date(1969, 12, 31)),
        ("12/31/68", date(2068, 12, 31)),
    ],
)
def test_numbers_that_only_one_order_makes_a_date_are_read(text: str, expected: date) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text", ["4/3/18", "04/03/2018", "4-3-2018", "3.4.18", "05/05/18", "10/11/12"]
)
def test_a_date_with_two_readings_is_none_and_says_which_they_are(text: str) -> None:
    assert parse_date(text) is None
    reason = undated_reason(text)
    assert reason is not None
    assert all(day.isoformat() in reason for day in readings(text))
    assert len(readings(text)) > 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "September 2023",
        "Sept. 11",
        "2023",
        "2023-13-01",
        "2023-02-30",
        "31 June 2023",
        "2023-09-11 to 2023-09-13",
        "the 2023-09-11 edition",
        "1" * 10_000,
        "2023-09-11" + " " * 5_000 + "x",
    ],
)
def test_what_is_not_one_calendar_day_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_an_unreadable_date_has_a_reason_and_a_blank_one_has_not() -> None:
    assert "not a calendar day" in (undated_reason("last Tuesday") or "")
    assert undated_reason("  ") is None
    assert undated_reason("2023-09-11") is None


def test_dates_inside_a_text_are_found_where_they_have_one_reading() -> None:
    text = 'on March 4, 2018 (or 5/6/2018), "2018-03-07T10:00Z", /2018/03/09/ and 120180310'
    assert set(dates_within(text)) == {date(2018, 3, 4), date(2018, 3, 7), date(2018, 3, 9)}


DAYS = st.dates(min_value=date(1000, 1, 1))


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%B %d, %Y", "%d %b %Y", "%A, %d %B %Y", "%b. %d, %Y"]))
def test_every_day_survives_being_written_and_read(day: date, form: str) -> None:
    assert parse_date(day.strftime(form)) == day


@given(DAYS)
def test_numbers_are_read_only_where_both_orders_agree_or_one_is_impossible(day: date) -> None:
    found = parse_date(f"{day.day}/{day.month}/{day.year}")
    assert found == (day if day.day > 12 or day.day == day.month else None)


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert (parse_date(text) is None) == (len(readings(text)) != 1)
