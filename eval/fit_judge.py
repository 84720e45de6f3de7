"""Fits the weights of the shipped judge: `python -m eval.fit_judge [--dataset FILE]...`.

Every span that the reader finds for a question of the sets (the tuning half, where none is given)
is an example. Of a coarse grid of weights those are taken whose best spans are worth most at the
threshold that suits them: the mean of the F1 over questions that have an answer and the share of
the others that is declined. The line to a chance is drawn on the best span of each question (Platt
scaling), right being an F1 of 0.5 or more; the threshold is the chance at which that worth is
highest.

Writes them to `qa/models/judge.json`, and prints what they give on the data they were fitted on;
the blind half (`python -m eval run`) says what they are worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from eval.archives import library_system
from eval.configs import DEFAULT, parse_config
from eval.datasets import load_dataset
from eval.outcomes import GOOD_F1
from qa.assembly import quotable
from qa.calibration import fit_calibration
from qa.judge import SHIPPED, Features, FittedJudge, Judge, observer
from qa.question import understand
from qa.reader import ReaderPassage
from qa.squad import f1

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from eval.questions import Question
    from eval.systems import LibrarySystem

TUNE = Path("eval/data/gold_tune.jsonl")
SIMILARITY = (0.0, 2.0, 4.0, 7.0, 10.0, 15.0)
FUSED = (0.0, 1.0, 2.0, 4.0, 6.0)
OVERLAP = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0)
MISMATCH = (0.0, 1.0, 2.0, 4.0)
LEVELS = np.linspace(0.02, 0.98, 97)
"""Thresholds looked at."""


@dataclass(frozen=True, slots=True)
class Example:
    """A span, what is known of it, and its F1 (0 where the question has no answer)."""

    features: Features
    f1: float


Asked = list[tuple["Question", list[Example]]]
"""The questions of a set with every span found for them."""


def examples(system: LibrarySystem, question: Question) -> list[Example]:
    """Every span that the reader finds for a question."""
    pipeline = system.engine.pipeline
    meant = understand(question.text, question.filters, system.sources)
    hits = pipeline.retriever.search(meant.text, pipeline.passages_read, meant.filters).hits
    passages = [ReaderPassage(hit.article.title, hit.passage.text) for hit in hits]
    look = observer(question.text, pipeline.reader)
    found = []
    for hit, reading in zip(hits, pipeline.reader.read(question.text, passages), strict=True):
        for span in quotable(hit.passage.text, reading.spans):
            text = hit.passage.text[span.start : span.end]
            score = f1(text, question.texts) if question.texts else 0.0
            found.append(Example(look(hit, span), score))
    return found


def fit(sets: Sequence[Asked]) -> Judge:
    """The judge of these examples; each set counts the same in choosing weights and threshold."""
    judge = max(_candidates(), key=lambda each: sum(_worth(each, asked).max() for asked in sets))
    best = [_best(judge, found) for asked in sets for _, found in asked if found]
    values = [judge.value(example.features) for example in best]
    line = fit_calibration(values, [float(example.f1 >= GOOD_F1) for example in best])
    judge = replace(judge, slope=round(line.slope, 3), intercept=round(line.intercept, 2))
    worth = np.sum([_worth(judge, asked) for asked in sets], axis=0)
    return replace(judge, threshold=round(float(LEVELS[worth.argmax()]), 2))


def _candidates() -> Iterator[Judge]:
    for weights in product(SIMILARITY, FUSED, OVERLAP, MISMATCH):
        yield Judge(*weights)


def _worth(judge: Judge, asked: Asked) -> NDArray[np.float64]:
    """What answering from each of `LEVELS` on is worth, shape (levels,), between 0 and 1.

    The mean of the F1 over questions that have an answer and the share declined of those that have
    none: a wrong answer must not pay because few questions of a set have none. Levels are chances,
    or for a judge whose line is not drawn yet, ranks of its values.
    """
    best = [_best(judge, found) for _, found in asked if found]
    values = np.array([judge.value(example.features) for example in best])
    drawn = judge.intercept != 0.0
    chances = 1 / (1 + np.exp(-judge.slope * values - judge.intercept)) if drawn else _ranks(values)
    said = chances >= LEVELS[:, None]
    has = np.array([bool(question.texts) for question, found in asked if found])
    gain = np.array([example.f1 for example in best])
    f1_said = (said * gain)[:, has].mean(axis=1)
    if has.all():
        return np.asarray(f1_said)
    return np.asarray((f1_said + (~said)[:, ~has].mean(axis=1)) / 2)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of values that each reaches, so that levels cut as they do for chances."""
    return np.asarray((values[:, None] >= values).mean(axis=1))


def _best(judge: Judge, found: list[Example]) -> Example:
    return max(found, key=lambda example: judge.value(example.features))


def main(
    dataset: Annotated[
        list[Path] | None, typer.Option(help="Sets to fit on, never the blind half.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most questions of one set.")] = 150,
    out: Annotated[Path, typer.Option(help="Where to write the weights.")] = SHIPPED,
) -> None:
    """Fit, and say what it gives."""
    console = Console()
    sets: dict[str, Asked] = {}
    for path in dataset or [TUNE]:
        data = load_dataset(path, limit)
        with library_system(parse_config(DEFAULT), data) as system:
            reader, model = system.engine.pipeline.reader.name, system.engine.archive.recipe.model
            sets[data.name] = [
                (question, examples(system, question))
                for question in track(data.questions, data.name, console=Console(stderr=True))
            ]
    judge = fit(list(sets.values()))
    FittedJudge(reader, model, judge).write(out)
    console.print(judge)
    for name, asked in sets.items():
        console.print(f"{name}: {_said(judge, asked)}")


def _said(judge: Judge, asked: Asked) -> str:
    chosen = [(bool(question.texts), _best(judge, found)) for question, found in asked if found]
    sure = np.array([judge.chance(e.features) >= (judge.threshold or 0) for _, e in chosen])
    has, gain = (
        np.array([answerable for answerable, _ in chosen]),
        np.array([e.f1 for _, e in chosen]),
    )
    return (
        f"F1 of the best span {gain[has].mean():.3f}; at the threshold {sure[has].mean():.3f} are "
        f"answered, F1 {(gain * sure)[has].mean():.3f}; of {(~has).sum()} without an answer "
        f"{sure[~has].sum()} are answered"
    )


if __name__ == "__main__":
    typer.run(main)
