"""`python -m eval.reader_calibration`: what a reader's scores mean.

One half of the development questions (by a hash of their ids) fits the calibration and chooses the
threshold; the other half says what both are worth.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console

from eval.errors import DatasetError
from eval.marks import check, fill
from eval.metrics import risk_coverage
from eval.reader_card import card
from eval.reader_outcomes import load_outcomes
from index.errors import DatelineError
from qa.calibration import Calibration, fit_calibration
from qa.reader_files import SHIPPED, ReaderFiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.reader_outcomes import Outcome

CARD = "MODEL_CARD.md"
MARK = "reader:figures"
_LEVELS = np.linspace(0.02, 0.9, 89)


def fitting_half(question_id: str) -> bool:
    """Whether a question is one to fit on; the others are to report on."""
    return hashlib.sha256(question_id.encode()).digest()[0] % 2 == 0


def calibrate(
    outcomes: Annotated[
        list[Path], typer.Option(help="written by `python -m eval reader --outcomes`, one a set")
    ],
    folder: Annotated[Path, typer.Option(help="the reader's folder")] = SHIPPED,
    picture: Annotated[
        Path | None, typer.Option(help="where to draw risk against coverage")
    ] = None,
) -> None:
    """Fit the calibration, choose the threshold, write both into the reader's manifest.

    The figures go into the model card beside it, between its marks `reader:figures`. Nothing is
    written before everything is worked out.
    """
    check(folder / CARD, [MARK])
    files = ReaderFiles(folder)
    manifest = files.load()
    sets = {path.stem: list(load_outcomes(path)) for path in outcomes}
    for name, made in sets.items():
        if len({fitting_half(outcome.id) for outcome in made}) < 2:
            raise DatasetError(f"{name} has too few questions to halve; give outcomes of more")
    fitting = [[o for o in made if fitting_half(o.id)] for made in sets.values()]
    calibration = fit(fitting)
    threshold = choose_threshold([with_confidence(made, calibration) for made in fitting])
    calibrated = {name: with_confidence(made, calibration) for name, made in sets.items()}
    unseen = {
        name: [outcome for outcome in made if not fitting_half(outcome.id)]
        for name, made in calibrated.items()
    }
    figures = card(calibrated, unseen, threshold)
    files.write(replace(manifest, calibration=calibration, threshold=threshold))
    fill(folder / CARD, {MARK: figures})
    Console().print(f"{calibration}, threshold {threshold:.2f}\n\n{figures}", soft_wrap=True)
    if picture is not None:
        draw(unseen, threshold, picture)


def fit(sets: Sequence[Sequence[Outcome]]) -> Calibration:
    """Platt scaling over the questions of all sets."""
    made = [outcome for outcomes in sets for outcome in outcomes]
    return fit_calibration([o.score for o in made], [float(o.right) for o in made])


def with_confidence(outcomes: Sequence[Outcome], calibration: Calibration) -> list[Outcome]:
    """The outcomes as a reader with this calibration would have given them."""
    return [replace(o, confidence=calibration.confidence(o.score)) for o in outcomes]


def choose_threshold(sets: Sequence[Sequence[Outcome]]) -> float:
    """The confidence at which F1 over all questions is highest, as a mean over the sets."""
    judged = [outcomes for outcomes in sets if not all(o.answerable for o in outcomes)]
    if not judged:
        raise typer.BadParameter("give outcomes of a set with unanswerable questions")
    by_level = [
        np.mean([[_credit(o, level) for level in _LEVELS] for o in outcomes], axis=0)
        for outcomes in judged
    ]
    return round(float(_LEVELS[np.mean(by_level, axis=0).argmax()]), 4)


def _credit(outcome: Outcome, level: float) -> float:
    return outcome.f1 if outcome.confidence >= level else float(not outcome.answerable)


def draw(sets: Mapping[str, Sequence[Outcome]], threshold: float, path: Path) -> None:
    """Saves the risk-coverage curves; risk is the share of wrong answers among those given."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    for name, outcomes in sets.items():
        confidences = np.array([outcome.confidence for outcome in outcomes])
        risks = np.array([float(not outcome.right) for outcome in outcomes])
        coverage, risk = risk_coverage(confidences, risks)
        (line,) = axes.plot(coverage, risk, label=f"{name} ({len(outcomes)} questions)")
        answered = float(np.mean(confidences >= threshold))
        at = int(np.searchsorted(coverage, answered).clip(0, len(risk) - 1))
        axes.plot(answered, risk[at], "o", color=line.get_color())
    axes.set_xlabel("coverage: share of questions answered, the surest first")
    axes.set_ylabel("risk: share of wrong answers among them")
    axes.set_title(f"Dots: the shipped threshold, confidence {threshold:.2f}")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def main() -> None:
    """Calibrate; an error meant for a person is one sentence on stderr and exit code 1."""
    try:
        typer.run(calibrate)
    except DatelineError as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
