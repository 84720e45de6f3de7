"""The measures, as pure functions.

Names are those of ir-measures (`nDCG@10`) and SQuAD (`exact_match`, `f1`). Measures over a whole
set are `Statistic`s, so that `eval.bootstrap` can give their intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ir_measures
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from eval.bootstrap import Floats, Statistic
    from eval.questions import Accepted

RETRIEVAL = ("nDCG@10", "R@5", "R@100", "RR@10", "Success@1")
"""What is measured of a ranking of articles, as ir-measures names it."""
BINS = 10


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as the measures see it.

    Attributes:
        context: the text around the quote, for a reader; it begins at `context_start`.
    """

    article: str
    version: str
    quote: str
    start: int
    end: int
    context: str = ""
    context_start: int = 0


def retrieval(
    qrels: Mapping[str, Mapping[str, int]],
    run: Mapping[str, Sequence[str]],
    measures: Sequence[str] = RETRIEVAL,
) -> dict[str, dict[str, float]]:
    """Each measure of each judged question, by ir-measures (trec_eval underneath).

    Args:
        qrels: grades by question and document.
        run: ranked documents by question, best first; a missing question scores 0.
        measures: names of ir-measures.

    Returns:
        Scores by measure and question, for the questions with a relevant document.
    """
    judged = {
        question: dict(grades)
        for question, grades in qrels.items()
        if any(grade > 0 for grade in grades.values())
    }
    # trec_eval orders by score and breaks ties by name: ranks as scores keep the given order.
    scored = {
        question: {name: float(-rank) for rank, name in enumerate(dict.fromkeys(run[question]))}
        for question in judged
        if run.get(question)
    }
    results = {name: dict.fromkeys(judged, 0.0) for name in measures}
    if not scored:
        return results
    parsed = [ir_measures.parse_measure(name) for name in measures]
    names = dict(zip(parsed, measures, strict=True))
    for metric in ir_measures.iter_calc(parsed, judged, scored):
        results[names[metric.measure]][metric.query_id] = float(metric.value)
    return results


def holds(cited: Cited, accepted: Sequence[Accepted]) -> bool:
    """Whether a cited span holds an accepted answer, at its place in its version."""
    return any(
        cited.article == answer.article
        and cited.version == answer.version
        and cited.start <= answer.start
        and answer.end <= cited.end
        for answer in accepted
    )


def faithful(cited: Cited, body: str | None) -> bool:
    """Whether the offsets of a citation slice its version's body to the quote."""
    return body is not None and body[cited.start : cited.end] == cited.quote


def auroc(scores: Floats, positive: NDArray[np.bool_]) -> Statistic:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half.

    Equal to the Mann-Whitney U statistic over the number of pairs (Hanley and McNeil 1982).
    nan where there are no positives or no negatives.
    """
    order = np.argsort(scores, kind="stable")
    _, first = np.unique(scores[order], return_index=True)
    positives = positive[order].astype(np.float64)

    def statistic(weights: Floats) -> Floats:
        ordered = weights[:, order]
        above = np.add.reduceat(ordered * positives, first, axis=1)
        below = np.add.reduceat(ordered * (1.0 - positives), first, axis=1)
        before = np.cumsum(below, axis=1) - below
        wins = np.sum(above * (before + below / 2), axis=1)
        pairs = above.sum(axis=1) * below.sum(axis=1)
        result = np.full(len(weights), np.nan)
        np.divide(wins, pairs, out=result, where=pairs > 0)
        return result

    return statistic


def calibration_error(confidences: Floats, right: Floats, bins: int = BINS) -> Statistic:
    """Expected calibration error: mean distance of confidence and accuracy over equal bins.

    Bins have equal width over [0, 1] (Guo et al. 2017, https://arxiv.org/abs/1706.04599).
    """
    place = np.minimum((confidences * bins).astype(int), bins - 1)
    member = (place[:, None] == np.arange(bins)).astype(np.float64)
    gaps = (confidences - right)[:, None] * member

    def statistic(weights: Floats) -> Floats:
        total = weights.sum(axis=1)
        result: Floats = np.abs(weights @ gaps).sum(axis=1) / np.maximum(total, 1.0)
        return np.where(total > 0, result, np.nan)

    return statistic


def risk_coverage(confidences: Floats, risks: Floats) -> tuple[Floats, Floats]:
    """Coverage and mean risk when only the surest are answered, one point a confidence.

    El-Yaniv and Wiener 2010, https://jmlr.org/papers/v11/el-yaniv10a.html. Questions of equal
    confidence are answered together or not at all.
    """
    order = np.argsort(-confidences, kind="stable")
    ends = _ends(confidences[order])
    answered = ends + 1.0
    return answered / len(confidences), np.cumsum(risks[order])[ends] / answered


def area_under_risk(confidences: Floats, risks: Floats) -> Statistic:
    """Area under the risk-coverage curve: the mean risk over all coverages, lower is better."""
    order = np.argsort(-confidences, kind="stable")
    ends = _ends(confidences[order])
    group = np.searchsorted(ends, np.arange(len(order)))
    ordered_risks = risks[order]

    def statistic(weights: Floats) -> Floats:
        ordered = weights[:, order]
        answered = np.cumsum(ordered, axis=1)[:, ends]
        risk = np.cumsum(ordered * ordered_risks, axis=1)[:, ends]
        mean_risk = np.divide(risk, answered, out=np.zeros_like(risk), where=answered > 0)
        result: Floats = np.sum(ordered * mean_risk[:, group], axis=1) / ordered.sum(axis=1)
        return result

    return statistic


def percentile(values: Floats, share: float) -> Statistic:
    """The smallest value that at least `share` of the weight does not exceed (nearest rank)."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]

    def statistic(weights: Floats) -> Floats:
        running = np.cumsum(weights[:, order], axis=1)
        reached = running >= share * running[:, -1:] - 1e-9
        result: Floats = ordered[np.argmax(reached, axis=1)]
        return result

    return statistic


def calibration_curve(
    confidences: Floats, right: Floats, bins: int = BINS
) -> list[tuple[float, float, int]]:
    """Mean confidence, accuracy and count of each bin that is not empty."""
    place = np.minimum((confidences * bins).astype(int), bins - 1)
    return [
        (float(confidences[place == at].mean()), float(right[place == at].mean()), int(count))
        for at in range(bins)
        if (count := np.sum(place == at))
    ]


def _ends(ordered: Floats) -> NDArray[np.intp]:
    """Last place of each run of equal values."""
    return np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
