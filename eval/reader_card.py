"""The figures of a reader as its model card shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.reader_figures import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from eval.bootstrap import Estimate
    from eval.reader_outcomes import Outcome

_READ = {
    "f1": "F1, answerable",
    "exact_match": "exact",
    "f1_best_threshold": "F1, all, best threshold",
    "AUROC": "AUROC, wrong article",
    "AUROC_close_misses": "AUROC, close misses",
}
_ABSTAINING = {
    "f1_at_threshold": "F1, all",
    "answerable_f1_at_threshold": "F1, answerable",
    "declined_unanswerable": "unanswerable declined",
}


def card(
    sets: Mapping[str, Sequence[Outcome]],
    unseen: Mapping[str, Sequence[Outcome]],
    threshold: float,
) -> str:
    """Markdown: what the reader reaches on each set, and what abstaining does to it.

    Args:
        sets: every outcome of each set, with calibrated confidences.
        unseen: those of the half that neither the calibration nor the threshold was chosen on; ECE
            and what abstaining does are theirs. Each set has some.
        threshold: the confidence below which the reader abstains.
    """
    measured = {name: figures(outcomes, threshold) for name, outcomes in sets.items()}
    held_out = {name: figures(outcomes, threshold) for name, outcomes in unseen.items()}
    everything = [outcome for outcomes in unseen.values() for outcome in outcomes]
    pooled = figures(everything, threshold)["ECE"]
    together = f"ECE over all sets together, the half not fitted on: {_estimate(pooled)}."
    read = _table(
        ["set", "questions read (answerable)", *_READ.values(), "ECE, half not fitted on"],
        (
            [
                f"`{name}`",
                f"{len(sets[name]):,} ({sum(o.answerable for o in sets[name]):,})",
                *(_estimate(made.get(key)) for key in _READ),
                _estimate(held_out[name]["ECE"]),
            ]
            for name, made in measured.items()
        ),
    )
    abstaining = _table(
        ["set", "questions", *_ABSTAINING.values()],
        (
            [
                f"`{name}`",
                f"{len(unseen[name]):,}",
                *(_estimate(made.get(key)) for key in _ABSTAINING),
            ]
            for name, made in held_out.items()
            if "declined_unanswerable" in made
        ),
    )
    below = (
        f"Abstaining below a confidence of {threshold:.2f}, the shipped threshold, on the half of "
        "the questions that it was not chosen on:"
    )
    return "\n\n".join([read, together, below, abstaining])


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def lines() -> Iterator[str]:
        yield f"| {' | '.join(columns)} |"
        yield "|---|" + "---:|" * (len(columns) - 1)
        for row in rows:
            yield f"| {' | '.join(row)} |"

    return "\n".join(lines())


def _estimate(each: Estimate | None) -> str:
    return f"**{each.value:.3f}** {each.low:.3f}-{each.high:.3f}" if each else ""
