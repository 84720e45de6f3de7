"""SQuAD's file format, its normalisation of answers, exact match and F1.

The format: https://rajpurkar.github.io/SQuAD-explorer/ (versions 1.1 and 2.0). Files may be
gzipped, `answer_start` may be missing, and an answer whose offset does not match its text is
repaired by search or dropped (COVID-QA has 234 of those). The measures follow the official script
of SQuAD 2.0 (Rajpurkar, Jia and Liang 2018, https://arxiv.org/abs/1806.03822).
"""

from __future__ import annotations

import gzip
import json
import re
import string
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_EXPECTED = (
    "expected data > paragraphs > context and qas, each with id, question and answers, "
    "and each answer with its text"
)
_PUNCTUATION = str.maketrans("", "", string.punctuation)


class SquadFormatError(ValueError):
    """A file is not in SQuAD's format; the message says where and what is expected."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A gold answer. `start` counts characters of the context; None where the file gives none."""

    text: str
    start: int | None


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """One question about one context. No answers means that the context does not hold one."""

    id: str
    title: str
    context: str
    text: str
    answers: tuple[Answer, ...]

    @property
    def answerable(self) -> bool:
        """Whether the context holds an answer."""
        return bool(self.answers)


def load_squad(path: Path) -> list[SquadQuestion]:
    """The questions of a SQuAD 1.1 or 2.0 file, in the file's order.

    Raises:
        SquadFormatError: the file is damaged or breaks the format; the message says where, as
            `data[i].paragraphs[j].qas[k]`.
        OSError: the file cannot be read.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as stream:
            content = json.load(stream)
    except json.JSONDecodeError as error:
        raise SquadFormatError(f"{path} is not JSON ({error}); give a SQuAD file") from error
    except UnicodeDecodeError as error:
        raise SquadFormatError(f"{path} is not UTF-8 ({error}); give a SQuAD file") from error
    except (EOFError, zlib.error) as error:
        raise SquadFormatError(f"{path} is damaged or cut off ({error}); get it again") from error
    try:
        return list(_questions(content))
    except SquadFormatError as error:
        raise SquadFormatError(f"{path}: {error}; {_EXPECTED}") from error


def _questions(content: object) -> Iterator[SquadQuestion]:
    for article_place, article in _each(content, "data", ""):
        title = str(article.get("title") or "")
        for place, paragraph in _each(article, "paragraphs", article_place):
            context = _text(paragraph, "context", place)
            for question_place, entry in _each(paragraph, "qas", place):
                question = _question(entry, title, context, question_place)
                if question is not None:
                    yield question


def _question(entry: dict[str, Any], title: str, context: str, place: str) -> SquadQuestion | None:
    """None where none of its answers stands in the context: it is of no use."""
    answers: tuple[Answer, ...] = ()
    if not entry.get("is_impossible"):
        given = list(_each(entry, "answers", place))
        answers = _answers(given, context)
        if given and not answers:
            return None
    return SquadQuestion(
        id=str(_value(entry, "id", (str, int), "a string", place)),
        title=title,
        context=context,
        text=_text(entry, "question", place).strip(),
        answers=answers,
    )


def _each(holder: object, key: str, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects in the list under a key, each with its place."""
    at = f"{place}.{key}" if place else key
    for number, entry in enumerate(_value(holder, key, (list,), "a list", place)):
        if not isinstance(entry, dict):
            raise SquadFormatError(f"{at}[{number}] is {_kind(entry)}, not an object")
        yield f"{at}[{number}]", entry


def _text(holder: object, key: str, place: str) -> str:
    return str(_value(holder, key, (str,), "a string", place))


def _value(holder: object, key: str, kinds: tuple[type, ...], expected: str, place: str) -> Any:
    if not isinstance(holder, dict):
        raise SquadFormatError(f"{place or 'the whole'} is {_kind(holder)}, not an object")
    if key not in holder:
        raise SquadFormatError(f"{place or 'the whole'} lacks {key}")
    value = holder[key]
    if not isinstance(value, kinds):
        raise SquadFormatError(
            f"{f'{place}.{key}' if place else key} is {_kind(value)}, not {expected}"
        )
    return value


def _kind(value: object) -> str:
    """What JSON calls the type of a value."""
    if value is None:
        return "null"
    names: dict[type, str] = {bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")


def _answers(given: Sequence[tuple[str, dict[str, Any]]], context: str) -> tuple[Answer, ...]:
    located = (_answer(answer, context, place) for place, answer in given)
    return tuple(answer for answer in located if answer is not None)


def _answer(answer: dict[str, Any], context: str, place: str) -> Answer | None:
    start = None
    if answer.get("answer_start") is not None:
        start = _value(answer, "answer_start", (int,), "a whole number", place)
    return _locate(_text(answer, "text", place), start, context)


def _locate(text: str, start: int | None, context: str) -> Answer | None:
    """The answer without surrounding white space, its offset repaired to the nearest occurrence."""
    bare = text.strip()
    if not bare:
        return None
    if start is None:
        return Answer(bare, None) if bare in context else None
    start += len(text) - len(text.lstrip())
    if context.startswith(bare, start):
        return Answer(bare, start)
    places = [match.start() for match in re.finditer(re.escape(bare), context)]
    if not places:
        return None
    return Answer(bare, min(places, key=lambda place: abs(place - start)))


def normalise_answer(text: str) -> str:
    """Lower case, without punctuation, English articles and surplus white space."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(prediction: str, gold: Sequence[str]) -> float:
    """1.0 if the normalised prediction equals a gold answer; without any, if it is empty."""
    normalised = normalise_answer(prediction)
    return float(any(normalised == normalise_answer(text) for text in gold or ("",)))


def f1(prediction: str, gold: Sequence[str]) -> float:
    """The best token-overlap F1 against the gold answers; without any, 1.0 for an empty one."""
    return max(_token_f1(prediction, text) for text in gold or ("",))


def _token_f1(prediction: str, gold: str) -> float:
    predicted, expected = normalise_answer(prediction).split(), normalise_answer(gold).split()
    if not predicted or not expected:
        return float(predicted == expected)
    shared = sum((Counter(predicted) & Counter(expected)).values())
    return 2 * shared / (len(predicted) + len(expected))
