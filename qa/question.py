"""What a question says about where to look: the sources and the publication dates it names."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from index.article import Filters

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = {
    name.casefold(): number
    for number, name in (*enumerate(calendar.month_name), *enumerate(calendar.month_abbr))
    if name
} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_PUBLISHED = re.compile(
    r"\b(?:articles?|stories|reports|reporting|coverage|published|printed)\s+"
    r"(?:(?:that|which)\s+(?:was|were)\s+)?(?:(?:published|printed)\s+)?(?:in|on|from|of|during)\s+"
    rf"(?:(?P<month>{_MONTH})\.?\s+(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?)?(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question with the filters it implies."""

    text: str
    filters: Filters


def understand(text: str, filters: Filters, sources: Iterable[str]) -> Understanding:
    """Narrow the filters by what the question itself names.

    A source narrows where the question gives it as the teller ("according to Kestrel Wire", "What
    did The Harbor Ledger report"), not where it is only mentioned. A date narrows where it is that
    of the articles ("articles of September 2023"), not of the event. What the person chose as a
    filter is never widened or replaced.
    """
    if not filters.sources:
        named = tuple(source for source in sources if _is_teller(source, text))
        filters = replace(filters, sources=named)
    if filters.published_from is None and filters.published_to is None:
        first, last = published_range(text)
        filters = replace(filters, published_from=first, published_to=last)
    return Understanding(text, filters)


def published_range(text: str) -> tuple[date | None, date | None]:
    """The days of publication that a question asks for, both None where it names none."""
    match = _PUBLISHED.search(text)
    if not match:
        return None, None
    year = int(match["year"])
    if not match["month"]:
        return date(year, 1, 1), date(year, 12, 31)
    month = _MONTHS[match["month"].casefold()]
    length = calendar.monthrange(year, month)[1]
    if not match["day"]:
        return date(year, month, 1), date(year, month, length)
    day = min(max(int(match["day"]), 1), length)
    return date(year, month, day), date(year, month, day)


def _is_teller(source: str, text: str) -> bool:
    name = re.escape(re.sub(r"^the\s+", "", source.casefold()))
    before = r"(?:according to|as reported by|(?:reported|published) by|(?:published|written) in)"
    after = (
        r"(?:['’]s?)?\s+(?:reports?|reported|says?|said|writes?|wrote|puts?|gives?|gave|publish|"
        r"published|states?|stated|calls?|called|quotes?|quoted)\b"
    )
    pattern = (
        rf"\b{before}\s+(?:the\s+)?{name}\b"
        rf"|\b(?:did|does|do|has|had)\s+(?:the\s+)?{name}\b"
        rf"|\b{name}{after}"
        rf"|\bin\s+(?:the\s+)?{name}(?:['’]s?)?\s+(?:account|report|story|article|coverage|version)"
    )
    return re.search(pattern, text.casefold()) is not None
