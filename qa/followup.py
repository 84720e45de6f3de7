"""Follow-up questions: "and when did he leave?" read with the thread's entities in mind.

No language model is involved. Names are what is written with capitals inside a question, and the
answer that was given; a pronoun is replaced by the name it most likely stands for, and the topic
of the thread is put beside the question so that retrieval finds the same story. The person sees
how the question was read and can undo it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the thread with its answer, None where the archive did not say."""

    question: str
    answer: str | None


_PERSON = re.compile(r"\b(he|she|him|his|her|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.IGNORECASE)
_PLURAL = re.compile(r"\b(?:they|them|their|theirs)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?!\s+(?:is|are|was|were|been?|any))",
    re.I,
)
_TIME = re.compile(r"\b(?:then|that (?:day|time|week|month|year)|the (?:same|next) day)\b", re.I)
_OPENER = re.compile(r"^(?:and|but|so|also)\b[\s,]*", re.I)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about\s+(?:the\s+)?(?P<other>[^?]+)\??$", re.I)
_ELLIPTIC = re.compile(
    r"^(?:why(?: not)?|when|where|who(?: else)?|how(?: many| much)?|what for)\?$", re.I
)
_THAT = re.compile(r"\b(?:this|that|these|those)\b", re.IGNORECASE)

_QUESTION_WORD = re.compile(
    r"^\s*(?:and\s+)?(?:who|whom|what|which|when|where|why|how(?: many| much)?)\s+", re.IGNORECASE
)
_PLACE_WORD = re.compile(r"\b(?:in|at|on|to|from|near|off|the|of|into|aboard|over)$")
_NOT_A_NOUN = re.compile(
    r"\s+(?:to|in|on|at|for|with|by|from|and|as|about|say|do|go|leave)\b", re.IGNORECASE
)

_NAME = re.compile(
    r"(?:[^\W\d_][\w.'’-]*\s(?:of|the|de|al|bin|van|von|for)\s)?"
    r"(?:[A-ZÀ-Þ][\w'’-]*(?:\.(?=\s[A-ZÀ-Þ]))?)(?:[\s-](?:(?:of|the|de|al|bin|van|von|for)\s)?"
    r"[A-ZÀ-Þ0-9][\w'’-]*)*"
)
_NOT_NAMES = frozenset(
    "who whom whose what which when where why how did do does is are was were will would can could "
    "has have had in on at by for from the a an and but so also of to name according".split()
)
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december".split()
)


def read_as(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves out put in from the thread; itself where nothing is missing.

    Args:
        question: as the person typed it.
        history: earlier turns, oldest first.
    """
    if not history or not _leans_on_thread(question):
        return question
    last = history[-1]
    topic = _thread_names(history)
    text = _OPENER.sub("", question.strip())
    if match := _WHAT_ABOUT.match(text):
        return _about_another(match["other"].strip(), last.question, topic)
    if _ELLIPTIC.match(text):
        text = f"{text.rstrip('?')} {_statement(last.question)}?"
    text = _with_names(text, last, topic)
    text = text[:1].upper() + text[1:]
    missing = [name for name in topic if not _mentions(text, name)]
    return f"{text.rstrip()} ({', '.join(missing)})" if missing else text


def _with_names(text: str, last: Turn, topic: Sequence[str]) -> str:
    """The text with its pronouns replaced by what they stand for."""
    people = _people(last, topic)
    things = [name for name in topic if name not in people]
    if _PERSON.search(text):
        text = _PERSON.sub(
            lambda m: _in_place(m[0], _meant(m[0], text, people), text[m.end() :]), text
        )
    elif things or people:
        # "They" are those just named together; "it" is the thing.
        several = _PLURAL.search(text) and len(people) > 1
        meant = " and ".join(people[:2]) if several else (things or people)[0]
        text = _THING.sub(lambda m: _in_place(m[0], meant, text[m.end() :]), text)
    if _is_place(last):
        text = _PLACE.sub(f"in {last.answer}", text)
    return text


def _meant(pronoun: str, text: str, people: Sequence[str]) -> str:
    """The person a pronoun stands for; the pronoun where the thread names too few people."""
    kinds = list(dict.fromkeys(_is_feminine(found) for found in _PERSON.findall(text)))
    place = kinds.index(_is_feminine(pronoun))
    return people[place] if place < len(people) else pronoun


def _is_feminine(pronoun: str) -> bool:
    return pronoun.casefold() in {"she", "her", "hers"}


def _about_another(other: str, question: str, topic: Sequence[str]) -> str:
    """The earlier question asked of something else: "what about Sweden?"."""
    for name in topic:
        if name in question:
            return question.replace(name, other)
    return f"{question.rstrip(' ?')} ({other})?"


def names_in(question: str) -> list[str]:
    """What is written as a name in a question, in order, each once."""
    found: list[str] = []
    for match in _NAME.finditer(question):
        words = match[0].split()
        while words and (
            words[0].casefold() in _NOT_NAMES | _CALENDAR
            or (match.start() == 0 and words[0].islower())
        ):
            words.pop(0)
        name = re.sub(r"(?:'s|’s)$", "", " ".join(words)).strip(" -")
        if name and not name.isdigit() and name not in found:
            found.append(name)
    return found


def _leans_on_thread(question: str) -> bool:
    patterns = (_PERSON, _THING, _PLACE, _TIME, _OPENER, _WHAT_ABOUT, _ELLIPTIC)
    if any(pattern.search(question.strip()) for pattern in patterns):
        return True
    return bool(_THAT.search(question)) and not names_in(question)


def _thread_names(history: Sequence[Turn]) -> list[str]:
    """Names of the last turn; where it has none, of the last turn that has."""
    for turn in reversed(history):
        names = names_in(turn.question)
        if turn.answer and _is_name(turn.answer):
            names.append(turn.answer)
        if names:
            return names
    return []


def _people(last: Turn, topic: Sequence[str]) -> list[str]:
    """Who a "he" or "she" may be: the person just named, else the names that are not a place."""
    people = []
    asked_who = re.match(r"\s*(?:and\s+)?(?:who|whom|which \w+er)\b", last.question, re.IGNORECASE)
    if last.answer and asked_who and _is_name(last.answer):
        people.append(last.answer)
    for name in topic:
        before = last.question[: max(last.question.find(name), 0)].rstrip().casefold()
        if name not in people and not _PLACE_WORD.search(before):
            people.append(name)
    return people


def _is_name(answer: str) -> bool:
    words = answer.split()
    return (
        len(words) <= 5
        and not any(c.isdigit() for c in answer)
        and all(
            word[:1].isupper() or word in {"of", "the", "de", "al", "bin", "van", "von"}
            for word in words
        )
    )


def _is_place(turn: Turn) -> bool:
    asked_where = re.match(
        r"\s*(?:and\s+)?(?:where|in which|to which)\b", turn.question, re.IGNORECASE
    )
    return bool(turn.answer) and asked_where is not None


def _in_place(pronoun: str, name: str, after: str) -> str:
    if name == pronoun:
        return pronoun
    lower = pronoun.casefold()
    before_noun = re.match(r"\s+[^\W\d_]", after) and not _NOT_A_NOUN.match(after)
    if lower in {"his", "hers", "its", "their", "theirs"} or (lower == "her" and before_noun):
        return f"{name}’s"
    return name


def _statement(question: str) -> str:
    """What the earlier question was about, without its question word."""
    return _QUESTION_WORD.sub("", question).rstrip(" ?")


def _mentions(text: str, name: str) -> bool:
    return name.casefold() in text.casefold() or all(
        re.search(rf"\b{re.escape(word)}\b", text, re.I) for word in name.split()
    )
