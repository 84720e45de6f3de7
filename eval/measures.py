"""Every measure of a run: what it says, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure is shown.

    Attributes:
        group: heading of the table it stands in.
        meaning: one line for a reader who does not know it.
        higher_is_better: False where 0 is best.
        aim: what the project sets out to reach on its gold set.
    """

    name: str
    group: str
    meaning: str
    higher_is_better: bool = True
    aim: float | None = None

    @property
    def goal(self) -> str:
        """The aim in words, such as `>= 0.97`; empty where there is none."""
        if self.aim is None:
            return ""
        return f"{'>=' if self.higher_is_better else '<='} {self.aim:g}"

    def met(self, value: float) -> bool:
        """Whether a value reaches the aim; any does where there is none."""
        if self.aim is None:
            return True
        return value >= self.aim if self.higher_is_better else value <= self.aim


_RETRIEVAL, _ANSWERS, _TRUST = "retrieval", "answers", "trust"
_ALL = (
    Measure("nDCG@10", _RETRIEVAL, "gain of the first 10 articles, discounted by rank"),
    Measure("R@5", _RETRIEVAL, "share of the relevant articles among the first 5", aim=0.97),
    Measure("R@100", _RETRIEVAL, "share of the relevant articles among the first 100"),
    Measure("RR@10", _RETRIEVAL, "1 / rank of the first relevant article, 0 beyond 10"),
    Measure("Success@1", _RETRIEVAL, "the first article is relevant"),
    Measure("passage_Success@1", _RETRIEVAL, "the first passage holds an accepted answer"),
    Measure("passage_Success@5", _RETRIEVAL, "one of the first 5 passages holds one"),
    Measure("passage_Success@100", _RETRIEVAL, "one of the first 100 passages holds one"),
    Measure("exact_match", _ANSWERS, "answerable questions answered word for word"),
    Measure("f1", _ANSWERS, "word overlap with an accepted answer, answerable questions", aim=0.85),
    Measure("f1_all", _ANSWERS, "the same over all questions; declining rightly counts 1"),
    Measure("answered", _ANSWERS, "answerable questions that were answered at all"),
    Measure("sides_shown", _ANSWERS, "disagreeing values that the answer or an alternative gives"),
    Measure("citation_precision", _TRUST, "citations of answers that hold an accepted answer"),
    Measure("citation_fidelity", _TRUST, "citations whose offsets slice to their quote", aim=1.0),
    Measure("abstention_precision", _TRUST, "declined questions that indeed have no answer"),
    Measure("abstention_recall", _TRUST, "questions without an answer that were declined"),
    Measure(
        "unanswerable_answered",
        _TRUST,
        "questions without an answer that were answered",
        higher_is_better=False,
        aim=0.05,
    ),
    Measure("AUROC", _TRUST, "confidence orders answerable above unanswerable"),
    Measure(
        "AURC",
        _TRUST,
        "mean risk (1 - F1) over all coverages, surest answers first",
        higher_is_better=False,
    ),
    Measure(
        "ECE",
        _TRUST,
        "mean gap between confidence and the share of right answers",
        higher_is_better=False,
    ),
)
MEASURES = {measure.name: measure for measure in _ALL}
"""By name, in the order they are shown."""
