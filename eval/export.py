"""Results for other programs: JSON, and runs and qrels in TREC's formats."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from eval.comparison import differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from eval.questions import Question
    from eval.runner import Result


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """One object for one system; `systems` and `comparisons` with the first for several."""
    tidy: dict[str, Any]
    if len(results) == 1:
        tidy = _tidy(_result(results[0]))
        return tidy
    first = results[0]
    comparisons = [
        {
            "first": first.name,
            "second": other.name,
            "differences": {name: asdict(each) for name, each in differences(first, other).items()},
        }
        for other in results[1:]
    ]
    tidy = _tidy({"systems": [_result(each) for each in results], "comparisons": comparisons})
    return tidy


def _result(result: Result) -> dict[str, Any]:
    summary = result.summary
    return {
        "name": result.name,
        "dataset": result.dataset,
        "config": dict(result.config),
        "questions": summary.questions,
        "metrics": {name: asdict(each) for name, each in summary.figures.items()},
        "by_type": {name: asdict(each) for name, each in summary.by_type.items()},
        "verdicts": summary.verdicts,
        "latency_ms": {
            stage: {name: asdict(each) for name, each in figures.items()}
            for stage, figures in summary.latency_ms.items()
        },
        "seconds": result.seconds,
    }


def _tidy(value: Any) -> Any:
    """Without nan, which JSON does not have, and rounded to what is known."""
    if isinstance(value, dict):
        return {key: _tidy(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_tidy(each) for each in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def write_trec_run(path: Path, result: Result) -> None:
    """The ranking of articles, a line each: `question Q0 article rank score tag`.

    The score falls by rank, so that trec_eval, which orders by score, keeps the order.
    """
    tag = "-".join(result.name.split()) or "dateline"
    with path.open("w", encoding="utf-8") as out:
        for outcome in result.outcomes:
            ranking = outcome.ranking
            for rank, article in enumerate(ranking, start=1):
                score = len(ranking) + 1 - rank
                out.write(f"{outcome.question.id} Q0 {article} {rank} {score} {tag}\n")


def write_qrels(path: Path, questions: Iterable[Question]) -> None:
    """The judged articles, a line each: `question 0 article grade`."""
    with path.open("w", encoding="utf-8") as out:
        for question in questions:
            for article, grade in question.relevant.items():
                out.write(f"{question.id} 0 {article} {grade}\n")
