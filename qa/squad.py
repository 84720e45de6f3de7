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
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ARTICLES = re.compile(r"\b(a|an|the)\b")
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

    Raises SquadFormatError where a key is missing, and OSError where the file cannot be read.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        try:
            content = json.load(stream)
        except json.JSONDecodeError as error:
            raise SquadFormatError(f"{path} is not JSON ({error}); give a SQuAD file") from error
    try:
        return list(_questions(content))
    except (KeyError, TypeError) as error:
        raise SquadFormatError(
            f"{path} lacks {error}: expected data > paragraphs > context and qas, each with id, "
            "question and answers"
        ) from error


def _questions(content: dict[str, Any]) -> Iterator[SquadQuestion]:
    for article in content["data"]:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            for question in paragraph["qas"]:
                given = question["answers"]
                answers = () if question.get("is_impossible") else _answers(given, context)
                if given and not answers and not question.get("is_impossible"):
                    continue  # none of its answers stands in the context: of no use
                yield SquadQuestion(
                    id=str(question["id"]),
                    title=str(article.get("title") or ""),
                    context=context,
                    text=question["question"].strip(),
                    answers=answers,
                )


def _answers(given: Sequence[dict[str, Any]], context: str) -> tuple[Answer, ...]:
    located = (_locate(answer["text"], answer.get("answer_start"), context) for answer in given)
    return tuple(answer for answer in located if answer is not None)


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
