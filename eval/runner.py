"""Asks every question of a set and keeps what came back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from eval.metrics import Cited, faithful
from eval.outcomes import Hit, Outcome, Reply
from eval.scoring import Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eval.questions import Dataset, Question

DEPTH = 100
"""How many passages are looked at for the measures of retrieval."""


class System(Protocol):
    """What is scored: the library or a running service."""

    @property
    def name(self) -> str:
        """What tables call it."""
        ...

    @property
    def config(self) -> Mapping[str, Any]:
        """Its settings, as plain values."""
        ...

    @property
    def passages_read(self) -> int:
        """How many of the passages found are read for an answer."""
        ...

    def search(self, question: Question, k: int) -> tuple[Hit, ...]:
        """The k best passages."""
        ...

    def ask(self, question: Question) -> Reply:
        """Its answer."""
        ...

    def body(self, article: str, version: str) -> str | None:
        """The text of a version; None if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """One system on one set."""

    name: str
    config: Mapping[str, Any]
    passages_read: int
    dataset: str
    outcomes: tuple[Outcome, ...]
    summary: Summary
    seconds: float


def evaluate(
    system: System, dataset: Dataset, on_question: Callable[[], None] = lambda: None
) -> Result:
    """Score a system on a set; `on_question` is called after each question."""
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    for question in dataset.questions:
        outcomes.append(_outcome(system, question, dataset.answers_known))
        on_question()
    return Result(
        name=system.name,
        config=system.config,
        passages_read=system.passages_read,
        dataset=dataset.name,
        outcomes=tuple(outcomes),
        summary=summarise(outcomes, system.passages_read),
        seconds=time.perf_counter() - started,
    )


def _outcome(system: System, question: Question, answers_known: bool) -> Outcome:
    # ArguAna and Quora ask with texts of their own corpus: BEIR leaves the text itself out.
    found = system.search(question, DEPTH)
    hits = tuple(hit for hit in found if hit.article != question.id)
    if not answers_known:
        return Outcome(question, hits)
    started = time.perf_counter()
    reply = system.ask(question)
    total_ms = 1000 * (time.perf_counter() - started)
    unfaithful = sum(not _faithful(system, cited) for cited in reply.all_citations)
    return Outcome(question, hits, reply, unfaithful, total_ms)


def _faithful(system: System, cited: Cited) -> bool:
    return faithful(cited, system.body(cited.article, cited.version))
