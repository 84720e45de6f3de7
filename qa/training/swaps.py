"""Close misses: a question with one entity, number, date or contrast swapped for another.

The kinds are those in which SQuAD 2.0 makes questions unanswerable (Rajpurkar, Jia and Liang 2018,
table 1): entity swap, antonym, negation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

_ENTITY = re.compile(r"\b[A-Z][\w'’-]*(?:\s+(?:of\s+|the\s+|de\s+)*[A-Z][\w'’-]*)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_CALENDAR = {name: group for group in (_MONTHS, _DAYS) for name in group}
_PAIRS = """first/last before/after more/fewer more/less most/least highest/lowest larger/smaller
largest/smallest increase/decrease increased/decreased win/lose won/lost north/south east/west
northern/southern eastern/western male/female men/women old/young oldest/youngest early/late
earliest/latest best/worst support/oppose supported/opposed accept/reject accepted/rejected
enter/leave arrive/depart begin/end began/ended start/finish high/low rich/poor good/bad
long/short strong/weak inside/outside above/below buy/sell bought/sold above/under major/minor
allow/forbid allowed/forbidden include/exclude democrat/republican democratic/republican
majority/minority father/mother son/daughter brother/sister husband/wife"""
_ANTONYMS: dict[str, str] = {
    one: other for pair in _PAIRS.split() for one, other in (pair.split("/"), pair.split("/")[::-1])
}
_ANTONYM = re.compile(r"\b(" + "|".join(_ANTONYMS) + r")\b")
_YEARS_OFF = (-10, -3, -2, -1, 1, 2, 3, 10)
_AUXILIARY = re.compile(r"\b(did|does|do|is|was|are|were|has|have)\b")
_QUESTION_WORDS = frozenset(
    "Who What When Where Which Why How Whose Whom In On At By For From To With Is Was Did Does Do "
    "Are The A An According After Before During Of".split()
)


def entities(text: str) -> list[str]:
    """Capitalised names in running text (a name that may only open a sentence is kept)."""
    found = (match.group() for match in _ENTITY.finditer(text))
    return [name for name in found if name not in _QUESTION_WORDS and len(name) > 2]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, the names and numbers that may replace its own, and where chance comes from."""

    text: str
    names: Callable[[], Sequence[str]]
    numbers: Callable[[], Sequence[str]]
    random: Random

    def replaced(self, match: re.Match[str], by: str) -> str:
        return self.text[: match.start()] + by + self.text[match.end() :]


def swap_question(
    question: str, context: str, strangers: Sequence[str], random: Random
) -> str | None:
    """The question with one thing swapped, or None where nothing can be.

    A name gives way to another of the same context or to one of `strangers`; the new name shares no
    word with the question.
    """
    asked = _Asked(
        question,
        names=lambda: entities(context) if random.random() < 0.6 else strangers,
        numbers=lambda: _NUMBER.findall(context),
        random=random,
    )
    makers = [_swap_entity, _swap_number, _swap_antonym, _negate]
    weights = [5, 3, 4, 1]
    while makers:
        index = random.choices(range(len(makers)), weights)[0]
        made = makers[index](asked)
        if made is not None and made != question:
            return made
        del makers[index], weights[index]
    return None


def _swap_entity(asked: _Asked) -> str | None:
    matches = [
        match
        for match in _ENTITY.finditer(asked.text)
        if match.start() > 0 and match.group() not in _QUESTION_WORDS
    ]
    if not matches:
        return None
    chosen = asked.random.choice(matches)
    name = chosen.group()
    words = set(asked.text.lower().split())
    pool = _CALENDAR.get(name) or [
        other
        for other in asked.names()
        if (" " in other) == (" " in name) and not words & set(other.lower().split())
    ]
    return asked.replaced(chosen, asked.random.choice(pool)) if pool else None


def _swap_number(asked: _Asked) -> str | None:
    matches = list(_NUMBER.finditer(asked.text))
    if not matches:
        return None
    chosen = asked.random.choice(matches)
    old = chosen.group()
    alike = [other for other in asked.numbers() if len(other) == len(old) and other != old]
    if alike and asked.random.random() < 0.5:
        return asked.replaced(chosen, asked.random.choice(alike))
    if len(old) == 4 and old.isdigit():
        return asked.replaced(chosen, str(int(old) + asked.random.choice(_YEARS_OFF)))
    place = asked.random.choice([at for at, character in enumerate(old) if character.isdigit()])
    digit = asked.random.choice([other for other in "123456789" if other != old[place]])
    return asked.replaced(chosen, old[:place] + digit + old[place + 1 :])


def _swap_antonym(asked: _Asked) -> str | None:
    matches = list(_ANTONYM.finditer(asked.text))
    if not matches:
        return None
    chosen = asked.random.choice(matches)
    return asked.replaced(chosen, _ANTONYMS[chosen.group()])


def _negate(asked: _Asked) -> str | None:
    auxiliary = _AUXILIARY.search(asked.text)
    if auxiliary is None or auxiliary.start() == 0:
        return None
    return asked.replaced(auxiliary, auxiliary.group() + "n't")
