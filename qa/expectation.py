"""What kind of answer a question asks for, and whether a span can be one."""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """Kinds that a span's form gives away."""

    TIME = "time"
    NUMBER = "number"
    NAME = "name"
    PLACE = "place"
    ANY = "any"


_ASKS = (
    (Kind.TIME, r"\bwhen\b|\b(?:what|which) (?:day|date|year|month|time|hour|week)\b"),
    (
        Kind.NUMBER,
        r"\bhow (?:many|much|long|far|old|large|big|tall|high|deep|fast|heavy|wide|often)\b"
        r"|\bwhat (?:percentage|share|number|proportion)\b",
    ),
    (Kind.NAME, r"^\W*(?:and )?(?:who|whom|whose)\b|\bby whom\b"),
    (Kind.PLACE, r"^\W*(?:(?:in|at|to|from) )?(?:where|which (?:city|country|town|place))\b"),
)
_TIMES = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|day|week|month|year|morning|evening|night|noon|midnight|afternoon|yesterday|today|later"
    r"|earlier|after|before)",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|hundreds?"
    r"|thousands?|millions?|billions?|none|several|twice|once|both|third|quarter)\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"[A-ZÀ-Þ]")
_PLACES = re.compile(r"[A-ZÀ-Þ]|\b(?:in|at|on|near|off)\b")
_FORMS = {Kind.TIME: _TIMES, Kind.NUMBER: _NUMBERS, Kind.NAME: _CAPITAL, Kind.PLACE: _PLACES}


def expected(question: str) -> Kind:
    """The kind of answer a question asks for; ANY where its words do not say."""
    lowered = question.casefold()
    return next((kind for kind, asks in _ASKS if re.search(asks, lowered)), Kind.ANY)


def can_be(kind: Kind, text: str) -> bool:
    """Whether a span has the form of such an answer: digits, a calendar word, a capital."""
    form = _FORMS.get(kind)
    return form is None or form.search(text) is not None
