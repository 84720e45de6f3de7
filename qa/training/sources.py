"""Training files -> collections of contexts and questions.

A collection is one file of SQuAD's format, or QAMR (Michael et al. 2018,
https://arxiv.org/abs/1711.05885): `filtered_*.tsv.gz` with `wiki-sentences.tsv.gz` beside it, or
questions written for this project about the contexts of the other files (`*.jsonl.gz`): a line a
question, with the first 16 digits of its context's SHA-256, and the answer's [start, end) where
there is one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qa.squad import SquadQuestion, load_squad

_UNTITLED = ("Amazon_Reviews", "Filtered_Reddit")  # titles of SQuADShifts that say nothing
_NO_SPACE_BEFORE = frozenset({",", ".", ";", ":", "?", "!", ")", "]", "%", "''", "'", "n't", "..."})
_NO_SPACE_AFTER = frozenset({"(", "[", "$", "``", "`", "#"})
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
_QUOTES = {"``": '"', "''": '"', "`": "'"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Context:
    """A text that questions are asked about."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """`spans` are [start, end) in characters of its context; empty where it holds no answer."""

    text: str
    context: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """One file's contexts and the questions about them."""

    name: str
    contexts: tuple[Context, ...]
    questions: tuple[Question, ...]


def load_collections(paths: Iterable[Path]) -> list[Collection]:
    """One collection a file; a question seen in an earlier file (same id) is left out.

    Raises:
        SquadFormatError: a file is damaged or in no known format.
        ValueError: questions written about other files are given without any of those.
    """
    seen: set[str] = set()
    collections: list[Collection] = []
    qamr: list[Path] = []
    written: list[Path] = []
    for path in paths:
        if path.name.endswith(".tsv.gz"):
            qamr.append(path)
        elif path.name.endswith(".jsonl.gz"):
            written.append(path)
        else:
            collections.append(_squad(path, seen))
    known = {context_key(c.text): c for collection in collections for c in collection.contexts}
    collections += [_written(path, known) for path in written]
    if qamr:
        collections.append(_qamr(qamr))
    return collections


def _squad(path: Path, seen: set[str]) -> Collection:
    places: dict[tuple[str, str], int] = {}
    questions = []
    for question in load_squad(path):
        if question.id in seen and len(question.id) > 8:  # short ids are counters, not identities
            continue
        seen.add(question.id)
        place = places.setdefault((_title(question.title), question.context), len(places))
        questions.append(Question(question.text, place, _spans(question)))
    contexts = tuple(Context(title, text) for title, text in places)
    return Collection(path.name.partition(".json")[0], contexts, tuple(questions))


def _written(path: Path, known: Mapping[str, Context]) -> Collection:
    """Questions about contexts of other files; those whose context is not known are left out."""
    places: dict[str, int] = {}
    questions = []
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    for row in rows:
        if row["context"] in known:
            place = places.setdefault(row["context"], len(places))
            spans = (tuple(row["span"]),) if "span" in row else ()
            questions.append(Question(row["question"], place, spans))
    if not questions:
        raise ValueError(f"{path} asks about other files: give them too (see README.md beside it)")
    logger.info("%s: %s of %s questions have their text", path.name, len(questions), len(rows))
    name = path.name.partition(".jsonl")[0]
    return Collection(name, tuple(known[key] for key in places), tuple(questions))


def context_key(text: str) -> str:
    """What written questions name their context by."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _title(title: str) -> str:
    return "" if title.startswith(_UNTITLED) else title.replace("_", " ")


def _spans(question: SquadQuestion) -> tuple[tuple[int, int], ...]:
    """Every annotator's span, doubles kept: they weigh more in the target."""
    located = ((answer.start, answer.text) for answer in question.answers)
    return tuple((start, start + len(text)) for start, text in located if start is not None)


def _qamr(paths: Iterable[Path]) -> Collection:
    paths = list(paths)
    sentences: dict[str, list[str]] = {}
    for row in _rows(paths[0].parent / "wiki-sentences.tsv.gz"):
        sentences[row[0]] = row[1].split(" ")
    joined = {key: detokenise(tokens) for key, tokens in sentences.items()}
    places: dict[str, int] = {}
    questions: dict[tuple[str, str], Question] = {}
    for row in (row for path in paths for row in _rows(path)):
        key, text = row[0], row[5].strip()
        offsets = joined[key][1]
        marked = [row[6], *(answer.partition(":")[2] for answer in row[7:])]
        spans = tuple(span for tokens in marked if (span := _token_span(tokens, offsets)))
        if spans and (key, text) not in questions:
            place = places.setdefault(key, len(places))
            questions[key, text] = Question(text, place, spans)
    contexts = tuple(Context("", joined[key][0]) for key in places)
    return Collection("qamr", contexts, tuple(questions.values()))


def _rows(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [line.rstrip("\n").split("\t") for line in stream]


def _token_span(marked: str, offsets: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Characters of a list of token numbers; None unless they are one run of tokens."""
    numbers = [int(number) for number in marked.split()]
    if not numbers or numbers != list(range(numbers[0], numbers[-1] + 1)):
        return None
    return offsets[numbers[0]][0], offsets[numbers[-1]][1]


def detokenise(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The text of Penn Treebank tokens, and the characters of each token in it."""
    text, offsets, glued = "", [], True
    for token in tokens:
        shown = _BRACKETS.get(token, _QUOTES.get(token, token))
        closes = token in _NO_SPACE_BEFORE or shown in _NO_SPACE_BEFORE
        contraction = len(token) > 1 and token[0] == "'" and token[1].isalpha()
        if not (glued or closes or contraction):
            text += " "
        offsets.append((len(text), len(text) + len(shown)))
        text += shown
        glued = token in _NO_SPACE_AFTER or shown in _NO_SPACE_AFTER
    return text, offsets
