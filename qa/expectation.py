"""What kind of answer a question asks for, and whether a span has the form of one."""

from __future__ import annotations

import re
from enum import Enum

_MONTHS = r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]{3,6})?\b"
_WEEKDAYS = r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_TIMES = (
    rf"\d|{_MONTHS}|{_WEEKDAYS}|\b(?:day|week|month|year|decade|century|morning|evening|night|noon"
    r"|midnight|afternoon|yesterday|today|tomorrow|later|earlier|after|before)"
)
_NUMBERS = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|hundreds?"
    r"|thousands?|millions?|billions?|none|several|twice|once|both|third|quarter)\b"
)
_LENGTHS = (
    r"(?:\b|\d)(?:(?:kilo|centi|milli)?met(?:re|er)s?|km|cm|mm|m|miles?|feet|foot|ft|yards?"
    r"|inch(?:es)?|blocks?|light-years?)\b"
)


class Kind(Enum):
    """Kinds of answer that words of a question ask for and a span's form gives away.

    Each has two patterns: what a question for it says, in lower case, and what stands in an answer.
    The first kind that a question asks for is taken.
    """

    CLOCK = (
        r"\b(?:what|which) (?:time|hour)\b",
        r"\d(?::|\.\d| ?[ap]\.?m\b)|o['’]clock|\b(?:noon|midnight|dawn|dusk|morning|evening|hours?"
        r"|afternoon|night|gmt|utc)\b",
    )
    DAY = (
        r"\b(?:what|which) (?:day|date)\b",
        rf"{_MONTHS}|{_WEEKDAYS}|\d(?:st|nd|rd|th)\b|\b(?:day|yesterday|today|tomorrow|eve|later"
        r"|earlier)\b",
    )
    MONTH = (r"\b(?:what|which) month\b", rf"{_MONTHS}|\bmonth")
    YEAR = (r"\b(?:what|which) year\b", r"\b\d{4}\b|\b(?:year|decade|century)")
    TIME = (r"\bwhen\b|\b(?:what|which) week\b", _TIMES)
    SHARE = (
        r"\bwhat (?:percentage|share|proportion|fraction)\b",
        rf"%|per ?cent|\bout of\b|{_NUMBERS}",
    )
    LENGTH = (r"\bhow (?:far|tall|wide)\b", _LENGTHS)
    NUMBER = (
        r"\bhow (?:many|much|long|old|large|big|high|deep|fast|heavy|often)\b|\bwhat number\b",
        _NUMBERS,
    )
    NAME = (r"^\W*(?:and )?(?:who|whom|whose)\b|\bby whom\b", r"(?-i:[A-ZÀ-Þ])")
    PLACE = (
        r"^\W*(?:(?:in|at|to|from) )?(?:where|which (?:city|country|town|place))\b",
        r"(?-i:[A-ZÀ-Þ])|\b(?:in|at|on|near|off)\b",
    )
    REASON = (r"^\W*(?:and )?(?:why|for what reason)\b", r"\w+\W+\w+\W+\w+")
    ANY = ("", "")

    def __init__(self, asks: str, form: str) -> None:
        self._asks = re.compile(asks)
        self._form = re.compile(form, re.IGNORECASE)

    def fits(self, text: str) -> bool:
        """Whether a span has the form of such an answer."""
        return self._form.search(text) is not None

    @classmethod
    def asked(cls, question: str) -> Kind:
        """The kind that a question asks for; ANY where its words do not say."""
        lowered = question.casefold()
        return next(kind for kind in cls if kind._asks.search(lowered))
