"""Questions and contexts -> inputs of the model with their targets.

An epoch's features are a pure function of the collections, the configuration and the epoch's
number, so that a run which was cut off goes on with the very batches it would have seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.training.config import DataConfig
from qa.training.retrieval import LexicalRanker
from qa.training.sources import Collection, Question
from qa.training.swaps import entities, swap_question
from qa.windows import PairTokenizer, Tokens

_CANDIDATES = 6
_REASON = re.compile(r"^\W*(?:and )?(?:why|for what reason)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a teacher says of an input: start and end logits, shape (tokens,), and relevance.

    Tokens where no span may start or end have a logit far below all others.
    """

    start: NDArray[np.float16]
    end: NDArray[np.float16]
    relevance: float


@dataclass(frozen=True, slots=True)
class Feature:
    """One input. `spans` are (first, last) tokens of the gold answers in `ids`; () means none."""

    ids: NDArray[np.int32]
    second_segment: int
    passage: int
    spans: tuple[tuple[int, int], ...]
    lesson: Lesson | None = None


class FeatureSource(Protocol):
    """Where the features of an epoch come from."""

    def epoch(self, random: Random) -> Iterator[Feature]:
        """The features of one epoch: the same ones whenever chance falls the same way."""
        ...


class FeatureMaker:
    """Makes the features of one collection, epoch by epoch."""

    def __init__(self, collection: Collection, tokenizer: PairTokenizer, config: DataConfig):
        self._collection, self._tokenizer, self._config = collection, tokenizer, config
        self._questions = [t.ids for t in tokenizer.encode([q.text for q in collection.questions])]
        self._contexts = tokenizer.encode([context.text for context in collection.contexts])
        self._titles = [t.ids for t in tokenizer.encode([c.title for c in collection.contexts])]
        self._ranker = LexicalRanker([tokens.ids for tokens in self._contexts])

    @cached_property
    def _candidates(self) -> NDArray[np.int64]:
        return self._ranker.top(self._questions, _CANDIDATES)

    @cached_property
    def _strangers(self) -> list[str]:
        texts = [context.text for context in self._collection.contexts]
        return [name for text in texts for name in entities(text[:600])[:8]]

    def epoch(self, random: Random) -> Iterator[Feature]:
        """One pass; of a collection repeated 1.5 times, half the questions come twice."""
        repeat = self._config.repeat.get(self._collection.name, 1.0)
        for number, question in enumerate(self._collection.questions):
            share = repeat * (self._config.reasons if _REASON.search(question.text) else 1.0)
            times = int(share) + (random.random() < share % 1)
            for _ in range(times):
                yield from self._of_question(number, question, random)

    def _of_question(self, number: int, question: Question, random: Random) -> Iterator[Feature]:
        ids = self._questions[number]
        if not question.spans:
            yield self._negative(ids, question.context, random)
            return
        window = self._window_around(question, random)
        yield self._feature(ids, question.context, window, question.spans, random)
        if random.random() < self._config.swapped:
            swapped = self._swapped(question, random)
            if swapped is not None:
                yield self._feature(swapped, question.context, window, (), random)
        answers = self._answers(question)
        if random.random() < self._config.retrieved:
            places = [
                int(place)
                for place in self._candidates[number]
                if place != question.context and not self._holds(int(place), answers)
            ]
            if places:
                yield self._negative(ids, random.choice(places[:3]), random)
        long = len(self._contexts[question.context]) > 1.3 * max(self._config.window_sizes)
        if long and random.random() < self._config.same_article:
            negative = self._other_window(ids, question.context, answers, random)
            if negative is not None:
                yield self._feature(ids, question.context, negative, (), random)

    def _answers(self, question: Question) -> set[str]:
        text = self._collection.contexts[question.context].text
        return {text[start:end].lower() for start, end in question.spans}

    def _holds(self, place: int, answers: set[str]) -> bool:
        text = self._collection.contexts[place].text.lower()
        return any(answer in text for answer in answers)

    def _swapped(self, question: Question, random: Random) -> NDArray[np.int32] | None:
        text = self._collection.contexts[question.context].text
        made = swap_question(question.text, text, self._strangers, random)
        return None if made is None else self._tokenizer.encode([made])[0].ids

    def _window_around(self, question: Question, random: Random) -> tuple[int, int]:
        """A window that holds the first answer, at a random place in it."""
        tokens = self._contexts[question.context]
        first, last = token_span(tokens, question.spans[0])
        size = max(self._size(random), last - first + 1)
        return random_window(len(tokens), first, last, size, random)

    def _size(self, random: Random) -> int:
        return random.choice(self._config.window_sizes)

    def _negative(self, ids: NDArray[np.int32], place: int, random: Random) -> Feature:
        """The window of a context that holds no answer which looks most as if it did."""
        tokens, size = self._contexts[place], self._size(random)
        start = _best_start(self._overlap(ids, tokens), size, None)
        return self._feature(ids, place, (start, min(len(tokens), start + size)), (), random)

    def _other_window(
        self, ids: NDArray[np.int32], place: int, answers: set[str], random: Random
    ) -> tuple[int, int] | None:
        """The most similar window of the context that holds no answer; None if none is free."""
        tokens, size = self._contexts[place], self._size(random)
        text = self._collection.contexts[place].text.lower()
        blocked = np.zeros(len(tokens), dtype=bool)
        for answer in answers:
            at = text.find(answer)
            while answer and at >= 0:
                first, last = token_span(tokens, (at, at + len(answer)))
                blocked[first : last + 1] = True
                at = text.find(answer, at + 1)
        start = _best_start(self._overlap(ids, tokens), size, blocked)
        return None if start < 0 else (start, start + size)

    def _overlap(self, ids: NDArray[np.int32], tokens: Tokens) -> NDArray[np.float64]:
        return np.where(np.isin(tokens.ids, ids), self._ranker.idf[tokens.ids], 0.0)

    def _feature(
        self,
        ids: NDArray[np.int32],
        place: int,
        window: tuple[int, int],
        spans: Sequence[tuple[int, int]],
        random: Random,
    ) -> Feature:
        tokens, (start, end) = self._contexts[place], window
        dropped = random.random() < self._config.title_dropped
        title = self._titles[place][:0] if dropped else self._titles[place]
        made = self._tokenizer.assemble(ids, title, tokens.ids[start:end])
        inside = [
            (first - start + made.passage, last - start + made.passage)
            for first, last in (token_span(tokens, span) for span in spans)
            if start <= first and last < end
        ]
        return Feature(made.ids, made.second_segment, made.passage, tuple(inside))


def token_span(tokens: Tokens, span: tuple[int, int]) -> tuple[int, int]:
    """First and last token that touch the characters [start, end)."""
    first = int(np.searchsorted(tokens.offsets[:, 1], span[0], side="right"))
    last = int(np.searchsorted(tokens.offsets[:, 0], span[1], side="left")) - 1
    first = min(first, len(tokens) - 1)
    return first, max(first, last)


def random_window(length: int, first: int, last: int, size: int, random: Random) -> tuple[int, int]:
    """A window [start, end) of at most `size` tokens that holds tokens first..last."""
    if length <= size:
        return 0, length
    low, high = max(0, last + 1 - size), min(first, length - size)
    start = random.randint(low, high) if low <= high else first
    return start, min(length, start + size)


def _best_start(overlap: NDArray[np.float64], size: int, blocked: NDArray[np.bool_] | None) -> int:
    """Where the window with the highest sum starts; -1 if every window holds a blocked token."""
    if len(overlap) <= size:
        return -1 if blocked is not None and blocked.any() else 0
    sums = _window_sums(overlap, size)
    if blocked is not None:
        sums[_window_sums(blocked.astype(np.float64), size) > 0] = -1.0
        if sums.max() < 0:
            return -1
    return int(sums.argmax())


def _window_sums(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(total[size:] - total[:-size])
