"""Outcomes of a reader -> figures with their 95% intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from eval.bootstrap import Estimate, Ratio, Statistic, estimate
from eval.metrics import auroc, calibration_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.bootstrap import Floats
    from eval.reader_outcomes import Outcome


def figures(outcomes: Sequence[Outcome], threshold: float) -> dict[str, Estimate]:
    """Every figure that the outcomes allow.

    - `f1`, `exact_match`: best span of the answerable questions, no abstaining.
    - `f1_best_threshold`, `exact_match_best_threshold`: all questions, abstaining below the score
      that is best for them, as SQuAD 2.0's official script reports it.
    - `f1_at_threshold` and its parts `answerable_f1_at_threshold` and `declined_unanswerable`:
      abstaining below `threshold` (a confidence).
    - `ECE`: of the confidence that the best span is right (`Outcome.right`).
    - `AUROC_close_misses`: score, answerable against unanswerable questions of the file.
    - `AUROC`, `AUROC_relevance`: score and relevance, answerable questions with the cut of their
      own context that holds the answer against the same questions with a cut of another article;
      questions that have both.
    """
    statistics = _statistics(outcomes, threshold)
    n = len(outcomes)
    return {name: estimate(statistic, n) for name, statistic in statistics.items()}


def _statistics(outcomes: Sequence[Outcome], threshold: float) -> dict[str, Statistic]:
    answerable = np.array([outcome.answerable for outcome in outcomes])
    f1 = np.array([outcome.f1 for outcome in outcomes])
    exact = np.array([outcome.exact for outcome in outcomes])
    score = np.array([outcome.score for outcome in outcomes])
    confidence = np.array([outcome.confidence for outcome in outcomes])
    right = np.array([float(outcome.right) for outcome in outcomes])
    has, ones = answerable.astype(np.float64), np.ones(len(outcomes))
    answered = confidence >= threshold
    credit = np.where(answered, f1, 1.0 - has)
    statistics: dict[str, Statistic] = {
        "f1": Ratio(f1 * has, has),
        "exact_match": Ratio(exact * has, has),
        "f1_at_threshold": Ratio(credit, ones),
        "answerable_f1_at_threshold": Ratio(credit * has, has),
        "ECE": calibration_error(confidence, right),
    }
    if not answerable.all():
        statistics |= {
            "f1_best_threshold": best_threshold(score, f1, answerable),
            "exact_match_best_threshold": best_threshold(score, exact, answerable),
            "declined_unanswerable": Ratio(credit * (1 - has), 1 - has),
            "AUROC_close_misses": auroc(score, answerable),
        }
    return statistics | _against_wrong_passages(outcomes)


def best_threshold(score: Floats, credit: Floats, answerable: np.ndarray) -> Statistic:
    """The highest mean credit over all score thresholds; declining an unanswerable one counts 1.

    score, credit, answerable: shape (questions,). Source: find_best_thresh of SQuAD 2.0's script.
    """
    order = np.argsort(-score, kind="stable")
    gain = np.where(answerable, credit, -1.0)[order]
    declined = (~answerable).astype(np.float64)

    def statistic(weights: Floats) -> Floats:
        reached = np.cumsum(weights[:, order] * gain, axis=1)
        best = np.maximum(reached.max(axis=1), 0.0)
        result: Floats = (weights @ declined + best) / weights.sum(axis=1)
        return result

    return statistic


def _against_wrong_passages(outcomes: Sequence[Outcome]) -> dict[str, Statistic]:
    """AUROC over the pairs (own passage, wrong passage) of the same questions: cuts of one kind."""
    scores = _pairs([(o.own_passage_score, o.wrong_passage_score) for o in outcomes])
    relevances = _pairs([(o.own_passage_relevance, o.wrong_passage_relevance) for o in outcomes])
    has = ~np.isnan(scores[:, 0] + scores[:, 1])
    if not has.any():
        return {}
    return {
        "AUROC": _paired_auroc(scores, has),
        "AUROC_relevance": _paired_auroc(relevances, has),
    }


def _pairs(values: Sequence[tuple[float | None, float | None]]) -> Floats:
    """Shape (questions, 2), nan for None."""
    return np.array(values, dtype=np.float64).reshape(-1, 2)


def _paired_auroc(values: Floats, has: np.ndarray) -> Statistic:
    """The area with a question's right (column 0) and wrong (column 1) value drawn together."""
    kept = np.flatnonzero(has)
    positive = np.repeat([True, False], len(kept))
    area = auroc(np.concatenate([values[kept, 0], values[kept, 1]]), positive)

    def statistic(weights: Floats) -> Floats:
        return area(np.concatenate([weights[:, kept], weights[:, kept]], axis=1))

    return statistic
