"""A model's span -> what a person would quote.

Every rule here either drops characters at the ends of a span or completes what the span cuts in
two: a word, a number, a quotation, a bracket. The text itself is never changed.
"""

from __future__ import annotations

import re

_EDGE = " \t\r\n\u00a0\u2009\u202f,;:.!?…-–—/|*•_"
_OPENERS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "‘": "’"}
_CLOSERS = {closer: opener for opener, closer in _OPENERS.items()}
_FIRST = _EDGE + "".join(_CLOSERS)  # never the first character of a quotation
_LAST = _EDGE.replace(".", "").replace("!", "").replace("?", "") + "".join(_OPENERS)
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]\.|\b(?:Inc|Co|Corp|Ltd|Jr|Sr|No|a\.m|p\.m|[A-Z]\.[A-Z]))\.?$"
)
_MAGNITUDE = re.compile(r"[ \u00a0-]?(?:%|(?:percent|per cent|thousand|[mbtr]+illion)\b)")
_UNIT = re.compile(
    r"[ \u00a0](?:(?:square|cubic|nautical) )?"
    r"(?:(?:kilo|centi|milli)?met(?:er|re)s?|km|miles?|feet|foot|yards?|inch(?:es)?|acres?|hectares?"
    r"|(?:kilo|milli)?grams?|kg|tons?|tonnes?|pounds|ounces?|lit(?:er|re)s?|gallons?|barrels?"
    r"|degrees?|knots|mph|volts?|(?:kilo|mega|giga)?watts?|seconds?|minutes?|hours?|days?|weeks?"
    r"|months?|years?)\b(?![ \u00a0-]old)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOT_OWNED = re.compile(
    r"(?![ \u00a0]\w)|[ \u00a0](?:is|was|has|had|will|would|did|does|says?|said|told|and|or|but|in"
    r"|on|at|to|for|from|with|by|as|of|that|who|which|when|where|while|after|before|because)\b"
)
_CURRENCY = "$€£¥"
_ROUNDS = 20  # each round but the last moves an end of the span
_CLOSING_REACH = 40  # characters within which a quotation or bracket is completed


def trim_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The [start, end) to quote for the characters [start, end) that a model pointed at.

    Idempotent. A rule that would leave no letter or digit is not applied, and a span of which
    nothing would be left comes back as it was.
    """
    trimmed = start, end
    for _ in range(_ROUNDS):
        previous = trimmed
        for rule in (_whole_words, _whole_number, _strip_edges, _balance):
            if _says_something(text, *trimmed):
                changed = rule(text, *trimmed)
                trimmed = changed if _says_something(text, *changed) else trimmed
        if trimmed == previous:
            break
    else:
        return start, end  # the rules undo each other
    overlaps = trimmed[0] < end and start < trimmed[1]
    return trimmed if overlaps else (start, end)


def _says_something(text: str, start: int, end: int) -> bool:
    return any(character.isalnum() for character in text[start:end])


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Completes "ladivos" of "Vladivostok", "Brien" of "O'Brien"."""
    while start > 0 and (_within_word(text, start) or _within_name(text, start)):
        start -= 1
    while end < len(text) and (_within_word(text, end) or _within_name(text, end)):
        end += 1
    return start, end


def _within_word(text: str, place: int) -> bool:
    return text[place].isalnum() and text[place - 1].isalnum()


def _within_name(text: str, place: int) -> bool:
    """Whether a place is before or after the apostrophe of a name such as O'Brien."""
    return any(
        text[at] in "'’" and text[at - 1].isalpha() and text[at + 1 : at + 2].isupper()
        for at in (place, place - 1)
        if at > 0
    )


def _whole_number(text: str, start: int, end: int) -> tuple[int, int]:
    """Completes "1" of "1,200", "5" of "$5.3 million", "40" of "40%", "650" of "650 miles"."""
    while (
        start > 1
        and text[start].isdigit()
        and text[start - 1] in ".,"
        and text[start - 2].isdigit()
    ):
        start -= 2
        while start > 0 and text[start - 1].isdigit():
            start -= 1
    while (
        end + 1 < len(text)
        and text[end - 1].isdigit()
        and text[end] in ".,"
        and text[end + 1].isdigit()
    ):
        end += 2
        while end < len(text) and text[end].isdigit():
            end += 1
    if start > 0 and text[start].isdigit() and text[start - 1] in _CURRENCY:
        start -= 1
    if not text[end - 1].isdigit():
        return start, end
    if magnitude := _MAGNITUDE.match(text, end):
        end = magnitude.end()
    if not _YEAR.fullmatch(text, start, end) and (unit := _UNIT.match(text, end)):
        end = unit.end()
    return start, end


def _strip_edges(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _FIRST and not _opens_number(text, start):
        start += 1
    while end > start and (text[end - 1] in _LAST or _ends_sentence(text, start, end)):
        end -= 1
    owned = text[start:end].endswith(("'s", "’s")) and not _NOT_OWNED.match(text, end)
    if owned and end - start > 2:
        end -= 2
    return start, end


def _opens_number(text: str, place: int) -> bool:
    """Whether a minus sign or a decimal point belongs to the number after it."""
    after = text[place + 1 : place + 2]
    alone = place == 0 or text[place - 1].isspace()
    return text[place] in "-–." and after.isdigit() and alone


def _ends_sentence(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    return last in "!?" or (last == "." and not _ABBREVIATION.search(text[start:end]))


def _balance(text: str, start: int, end: int) -> tuple[int, int]:
    """Completes a quotation or bracket that closes or opens close by; drops a dangling mark."""
    for opener, closer in _OPENERS.items():
        if opener == "‘":
            continue  # its closer is an apostrophe too
        inside = text[start:end]
        surplus = inside.count(opener) - inside.count(closer)
        if surplus > 0:
            start, end = _close(text, start, end, opener, closer)
        elif surplus < 0:
            start, end = _open(text, start, end, opener, closer)
    if text[start:end].count('"') % 2:
        if text[start] == '"':
            start += 1
        elif text[end - 1] == '"':
            end -= 1
    return start, end


def _close(text: str, start: int, end: int, opener: str, closer: str) -> tuple[int, int]:
    if text[start] == opener:
        return start + 1, end
    at = text.find(closer, end, end + _CLOSING_REACH)
    between = text[end:at] if at >= 0 else "\n"
    if opener not in between and "\n" not in between:
        return start, at + 1
    return start, start + text[start:end].rindex(opener)


def _open(text: str, start: int, end: int, opener: str, closer: str) -> tuple[int, int]:
    if text[end - 1] == closer:
        return start, end - 1
    at = text.rfind(opener, max(0, start - _CLOSING_REACH), start)
    between = text[at + 1 : start] if at >= 0 else "\n"
    if closer not in between and "\n" not in between:
        return at, end
    return start + text[start:end].index(closer) + 1, end
