"""Outcomes -> figures: which measure is taken over which questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from eval.bootstrap import Estimate, Pooled, Ratio, estimate, mean_of
from eval.metrics import (
    RETRIEVAL,
    area_under_risk,
    auroc,
    calibration_error,
    holds,
    percentile,
    retrieval,
)
from eval.outcomes import GOOD_F1, Outcome, Verdict
from qa.squad import f1

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eval.bootstrap import Floats, Statistic

PERCENTILES = {"p50": 0.50, "p95": 0.95}
PASSAGE_CUTS = (1, 5, 100)


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcomes of a set as arrays, one row a question.

    Attributes:
        answerable: the question has an accepted answer.
        declined: the system gave no answer.
        confidence: of the answer given, or of the one that would have been.
        soft_right: F1 of that answer; 0 for a question that cannot be answered.
    """

    outcomes: tuple[Outcome, ...]
    answerable: Floats
    declined: Floats
    confidence: Floats
    soft_right: Floats


def judge(outcomes: Sequence[Outcome]) -> Judged:
    """Lay outcomes out for the measures."""
    replies = [outcome.reply for outcome in outcomes]
    return Judged(
        tuple(outcomes),
        np.array([float(bool(outcome.question.answers)) for outcome in outcomes]),
        np.array([float(reply is None or reply.answer is None) for reply in replies]),
        np.array([reply.confidence if reply else 0.0 for reply in replies]),
        np.array([_best_f1(outcome) for outcome in outcomes]),
    )


def _best_f1(outcome: Outcome) -> float:
    if not outcome.reply or not outcome.question.answers:
        return 0.0
    return f1(outcome.reply.best, outcome.question.texts)


def statistics(outcomes: Sequence[Outcome]) -> dict[str, Statistic]:
    """Every measure that the set allows, by name, over its questions in their order."""
    found = retrieval_statistics(outcomes)
    if any(outcome.reply for outcome in outcomes):
        found |= answer_statistics(judge(outcomes))
    return found


def retrieval_statistics(outcomes: Sequence[Outcome]) -> dict[str, Statistic]:
    """Measures of the ranking: by article, and by passage where answers are known."""
    scores = retrieval(
        {outcome.question.id: outcome.question.relevant for outcome in outcomes},
        {outcome.question.id: outcome.ranking for outcome in outcomes},
    )
    nan = float("nan")
    found: dict[str, Statistic] = {
        name: mean_of(np.array([scores[name].get(each.question.id, nan) for each in outcomes]))
        for name in RETRIEVAL
    }
    if any(outcome.question.answers for outcome in outcomes):
        ranks = np.array([_rank(outcome) for outcome in outcomes])
        for cut in PASSAGE_CUTS:
            within = np.where(np.isnan(ranks), nan, (ranks <= cut).astype(float))
            found[f"passage_Success@{cut}"] = mean_of(within)
    return found


def _rank(outcome: Outcome) -> float:
    """Rank of the first passage with an answer; inf if none has, nan if there is no answer."""
    if not outcome.question.answers:
        return float("nan")
    return outcome.answer_rank or float("inf")


def answer_statistics(judged: Judged) -> dict[str, Statistic]:
    """Measures of answers, citations, declining and confidence."""
    outcomes, answerable, declined = judged.outcomes, judged.answerable, judged.declined
    exact = np.array([outcome.exact_match for outcome in outcomes])
    overlap = np.array([outcome.f1 for outcome in outcomes])
    rightly = declined * (1 - answerable)
    cited = np.array([_cited(outcome) for outcome in outcomes])
    fidelity = np.array([_fidelity(outcome) for outcome in outcomes])
    right = (judged.soft_right >= GOOD_F1).astype(np.float64)
    return {
        "exact_match": Ratio(exact * answerable, answerable),
        "f1": Ratio(overlap * answerable, answerable),
        "f1_all": mean_of(overlap),
        "answered": Ratio((1 - declined) * answerable, answerable),
        "sides_shown": mean_of(np.array([outcome.sides_shown for outcome in outcomes])),
        "citation_precision": mean_of(cited),
        "citation_fidelity": Ratio(fidelity[:, 0], fidelity[:, 1]),
        "abstention_precision": Ratio(rightly, declined),
        "abstention_recall": Ratio(rightly, 1 - answerable),
        "unanswerable_answered": Ratio((1 - declined) * (1 - answerable), 1 - answerable),
        "AUROC": Pooled(auroc, (judged.confidence, answerable > 0)),
        "AURC": Pooled(area_under_risk, (judged.confidence, 1 - judged.soft_right)),
        "ECE": Pooled(calibration_error, (judged.confidence, right)),
    }


def _cited(outcome: Outcome) -> float:
    """Share of an answer's citations that hold an accepted answer; nan where it declined."""
    reply = outcome.reply
    if reply is None or reply.answer is None:
        return float("nan")
    right = [holds(each, outcome.question.answers) for each in reply.citations]
    return sum(right) / len(right) if right else 0.0


def _fidelity(outcome: Outcome) -> tuple[float, float]:
    total = len(outcome.reply.all_citations) if outcome.reply else 0
    return float(total - outcome.unfaithful), float(total)


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """How the questions of one type went."""

    count: int
    figures: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of one system on one set.

    Attributes:
        latency_ms: by stage, then `p50` and `p95`.
        by_type: for each type of question, F1 and exact match, or abstention recall.
    """

    questions: int
    figures: dict[str, Estimate]
    latency_ms: dict[str, dict[str, Estimate]]
    by_type: dict[str, TypeFigures]
    verdicts: dict[str, int]


def summarise(outcomes: Sequence[Outcome], passages_read: int) -> Summary:
    """Every figure with its interval."""
    count = len(outcomes)
    figures = {name: estimate(each, count) for name, each in statistics(outcomes).items()}
    verdicts = Counter(outcome.verdict(passages_read) for outcome in outcomes)
    return Summary(
        count,
        {name: figure for name, figure in figures.items() if not np.isnan(figure.value)},
        _latencies(outcomes),
        _by_type(outcomes),
        {verdict.value: verdicts[verdict] for verdict in Verdict if verdicts[verdict]},
    )


def _latencies(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Estimate]]:
    replies = [outcome.reply for outcome in outcomes if outcome.reply]
    stages: dict[str, list[float]] = {}
    for reply in replies:
        for stage, milliseconds in reply.timings_ms.items():
            stages.setdefault(stage, []).append(milliseconds)
    if replies:
        stages["total"] = [outcome.total_ms for outcome in outcomes if outcome.reply]
    return {
        stage: {
            name: estimate(percentile(np.array(values), share), len(values))
            for name, share in PERCENTILES.items()
        }
        for stage, values in stages.items()
    }


def _by_type(outcomes: Sequence[Outcome]) -> dict[str, TypeFigures]:
    types = dict.fromkeys(outcome.question.type for outcome in outcomes if outcome.reply)
    return {each: _type_figures([o for o in outcomes if o.question.type == each]) for each in types}


def _type_figures(outcomes: Sequence[Outcome]) -> TypeFigures:
    def figure(score: Callable[[Outcome], float]) -> Estimate:
        return estimate(mean_of(np.array([score(each) for each in outcomes])), len(outcomes))

    # For an unanswerable question both are 1 where the system declined and 0 where it did not.
    scores: dict[str, Callable[[Outcome], float]] = {
        "f1": lambda outcome: outcome.f1,
        "exact_match": lambda outcome: outcome.exact_match,
    }
    return TypeFigures(len(outcomes), {name: figure(score) for name, score in scores.items()})
