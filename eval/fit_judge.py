"""Fits the weights of the shipped judge: `python -m eval.fit_judge [--dataset FILE]`.

Every span that the reader finds for a question of the tuning half is an example. Of a coarse grid
of weights those are taken whose best spans have the highest F1 over all questions, at the threshold
that suits them best. The line to a chance is then drawn on the best span of each question (Platt
scaling), right being an F1 of 0.5 or more.

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
    from eval.questions import Question
    from eval.systems import LibrarySystem

TUNE = Path("eval/data/gold_tune.jsonl")
SIMILARITY = (0.0, 2.0, 4.0, 7.0, 10.0, 15.0)
FUSED = (0.0, 1.0, 2.0, 4.0, 6.0)
OVERLAP = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0)
MISMATCH = (0.0, 1.0, 2.0, 4.0)
LIKELIER_THAN_NOT = 0.5
"""The threshold: an answer is given where it is likelier right than wrong."""


@dataclass(frozen=True, slots=True)
class Example:
    """A span, what is known of it, and its F1 (0 where the question has no answer)."""

    features: Features
    f1: float


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


def fit(asked: list[tuple[Question, list[Example]]]) -> Judge:
    """The judge of these examples."""
    judge = max(_candidates(), key=lambda candidate: _worth(candidate, asked))
    best = [_best(judge, found) for _, found in asked if found]
    values = [judge.value(example.features) for example in best]
    line = fit_calibration(values, [float(example.f1 >= GOOD_F1) for example in best])
    return replace(
        judge,
        slope=round(line.slope, 3),
        intercept=round(line.intercept, 2),
        threshold=LIKELIER_THAN_NOT,
    )


def _candidates() -> Iterator[Judge]:
    for weights in product(SIMILARITY, FUSED, OVERLAP, MISMATCH):
        yield Judge(*weights)


def _worth(judge: Judge, asked: list[tuple[Question, list[Example]]]) -> float:
    """The F1 over all questions at the threshold that suits best: declining rightly counts as 1."""
    best = [_best(judge, found) for _, found in asked if found]
    values = np.array([judge.value(example.features) for example in best])
    gain = np.array([example.f1 for example in best])
    loss = np.array([0.0 if question.texts else 1.0 for question, found in asked if found])
    order = np.argsort(-values)
    # Answering the n surest questions gains their F1 and loses the right silences among them.
    answered = np.concatenate([[0.0], np.cumsum((gain - loss)[order])])
    return float(answered.max() + loss.sum()) / len(best)


def _best(judge: Judge, found: list[Example]) -> Example:
    return max(found, key=lambda example: judge.value(example.features))


def main(
    dataset: Annotated[
        Path, typer.Option(help="Questions to fit on, never the blind half.")
    ] = TUNE,
    out: Annotated[Path, typer.Option(help="Where to write the weights.")] = SHIPPED,
) -> None:
    """Fit, and say what it gives."""
    data = load_dataset(dataset)
    with library_system(parse_config(DEFAULT), data) as system:
        asked = [
            (question, examples(system, question))
            for question in track(data.questions, "reading", console=Console(stderr=True))
        ]
        pipeline, recipe = system.engine.pipeline, system.engine.archive.recipe
        fitted = FittedJudge(pipeline.reader.name, recipe.model, fit(asked))
    fitted.write(out)
    judge = fitted.judge
    chosen = [(question, _best(judge, found)) for question, found in asked if found]
    answerable = [(q, e) for q, e in chosen if q.texts]
    given = [judge.chance(e.features) >= (judge.threshold or 0) for _, e in answerable]
    console = Console()
    console.print(judge)
    console.print(f"f1 of the best span: {np.mean([e.f1 for _, e in answerable]):.3f}")
    kept = [e.f1 * said for (_, e), said in zip(answerable, given, strict=True)]
    console.print(f"at the threshold: answered {np.mean(given):.3f}, f1 {np.mean(kept):.3f}")


if __name__ == "__main__":
    typer.run(main)
