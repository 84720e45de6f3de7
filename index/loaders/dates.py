"""Calendar days out of the ways news writes them.

A time zone never moves the day: an article dated 11 September in Washington stays there. A date
with two readings has none, since a wrong date under a citation is worse than no date.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 100  # characters; no date needs more, and it bounds the matching

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+)?"
_ZONE = r"(?:\s?(?:z|[a-z]{2,5}|(?:utc|gmt)?[+-]\d{2}:?\d{2}))?(?:\s?\([a-z ]{1,40}\))?"
_CLOCK = (
    r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?)"
)
_TIME = _CLOCK + _ZONE
_BEFORE = rf"(?:{_TIME},?\s+)?{_WEEKDAY}"
_AFTER = rf"(?:(?:\s*,\s*|\s+|\s+at\s+|,\s+at\s+|t){_TIME})?"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4})"

_NAMED = (
    rf"{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?(?:,\s*|\s+){_YEAR}",
    rf"{_DAY}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{_MONTH}(?:,\s*|\s+|-){_YEAR}",
)
_YEAR_FIRST = (
    rf"{_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_DAY}",
    rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})",
)
_CORES = (*_NAMED, *_YEAR_FIRST)
_ASCTIME = rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_CLOCK}{_ZONE}\s+{_YEAR}"
_NUMERIC = rf"{_BEFORE}(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_AFTER}"


@cache  # not at import: compiling these takes longer than all the rest of it
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def parse_date(text: str) -> date | None:
    """The calendar day a text states, when all of it is one date and has one reading.

    Understands ISO 8601 dates and date-times, RFC 2822, C's asctime, English month names in either
    order, and numbers where only one order makes a date (`25/12/2018`, not `4/3/18`). A time
    of day beside it is allowed and ignored.
    """
    found = readings(text)
    return found[0] if len(found) == 1 else None


def readings(text: str) -> tuple[date, ...]:
    """Every calendar day the text can mean, in order; empty when it is no date."""
    text = text.strip()
    if len(text) > _LONGEST:
        return ()
    for pattern in (*(f"{_BEFORE}{core}{_AFTER}" for core in _CORES), _ASCTIME):
        if match := _compiled(pattern).fullmatch(text):
            found = _day_of(match)
            return (found,) if found else ()
    if match := _compiled(_NUMERIC).fullmatch(text):
        return _numeric_readings(match[1], match[3], match[4])
    return ()


def dates_within(text: str) -> Iterator[date]:
    """The days a longer text states in a form that has one reading."""
    for core in _CORES:
        for match in _compiled(rf"(?<!\w){core}(?!\d)").finditer(text):
            if found := _day_of(match):
                yield found


def undated_reason(text: str) -> str | None:
    """Why a text gives no date, for a warning; None when it gives one or is blank."""
    found = readings(text)
    if len(found) == 1 or not text.strip():
        return None
    shown = " ".join(text.split())[:60]
    if found:
        days = " or ".join(day.isoformat() for day in found)
        return f"the date {shown!r} can be read as {days}, so none is kept; write it as YYYY-MM-DD"
    return f"the date {shown!r} is not a calendar day, so none is kept; write it as YYYY-MM-DD"


def _day_of(match: re.Match[str]) -> date | None:
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTHS[month.lower()]
    return _valid(int(match["year"]), number, int(match["day"]))


def _numeric_readings(first: str, second: str, last: str) -> tuple[date, ...]:
    a, b, c = int(first), int(second), int(last)
    if len(last) == 4:
        orders = [(c, a, b), (c, b, a)]
    else:
        orders = [(_century(c), a, b), (_century(c), b, a)]
        if len(first) == 2:  # a year is not written with one digit
            orders.append((_century(a), b, c))
    return tuple(sorted({day for order in orders if (day := _valid(*order))}))


def _century(two_digits: int) -> int:
    """The full year, by the POSIX rule: 69-99 are the twentieth century's."""
    return two_digits + (1900 if two_digits >= 69 else 2000)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
