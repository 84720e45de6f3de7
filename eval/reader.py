"""`python -m eval reader`: a reader alone, with the passage given, in SQuAD's format."""

from __future__ import annotations

import json as json_module
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.datasets import read_squad
from eval.errors import DatasetError, EvaluationError
from eval.reader_figures import figures
from eval.reader_outcomes import Outcome, read_question, write_outcomes, wrong_passages
from qa.reader import DEFAULT_READER, load_reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eval.bootstrap import Estimate
    from qa.reader import Reader
    from qa.squad import SquadQuestion

_SAMPLE_SEED = 13


def reader(
    squad: Annotated[Path, typer.Option(help="SQuAD 1.1 or 2.0 file, gzipped or not")],
    model: Annotated[
        str, typer.Option("--reader", help="default, a hub id or a local folder")
    ] = DEFAULT_READER,
    limit: Annotated[
        int | None, typer.Option(min=1, help="a fixed sample of so many questions")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="confidence below which to abstain; the reader's own")
    ] = None,
    negatives: Annotated[
        bool,
        typer.Option(
            "--negatives",
            help="also read, for each question, a passage of its own and one of another article "
            "(AUROC)",
        ),
    ] = False,
    outcomes: Annotated[
        Path | None, typer.Option(help="write what was made of each question, one a line")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Score a reader's spans, abstentions and confidence on questions with their passage given."""
    questions = read_squad(squad)
    if not questions:
        raise DatasetError(f"{squad} holds no question; give a SQuAD file that has some")
    if outcomes is not None:
        _require_writable(outcomes)
    chosen = load_reader(model)
    level = chosen.threshold if threshold is None else threshold
    made = evaluate(chosen, questions, limit=limit, negatives=negatives)
    if outcomes is not None:
        write_outcomes(made, outcomes)
    measured = figures(made, level)
    if json:
        config = {
            "squad": squad.name,
            "reader": chosen.name,
            "limit": limit,
            "threshold": level,
            "negatives": negatives,
        }
        typer.echo(json_module.dumps(report(config, len(made), measured)))
    else:
        Console().print(_table(squad.name, len(made), measured))


def _require_writable(path: Path) -> None:
    """Reading takes long: what cannot be kept is refused before it begins."""
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written ({error}); give another path") from error


def evaluate(
    reader: Reader,
    questions: Sequence[SquadQuestion],
    *,
    limit: int | None = None,
    negatives: bool = False,
) -> list[Outcome]:
    """Reads the questions, or a fixed sample of `limit` (1 or more), with a progress bar on stderr.

    With `negatives` it also reads the two passages of which `Outcome` has the scores.
    """
    asked = list(questions)
    if limit is not None and limit < len(asked):
        asked = Random(_SAMPLE_SEED).sample(asked, limit)  # noqa: S311 a sample, no secret
    wrong = wrong_passages(questions, asked) if negatives else [None] * len(asked)
    steps = track(
        zip(asked, wrong, strict=True),
        "reading",
        total=len(asked),
        console=Console(stderr=True),
        transient=True,
    )
    return [read_question(reader, question, passage) for question, passage in steps]


def report(
    config: Mapping[str, object], questions: int, measured: dict[str, Estimate]
) -> dict[str, object]:
    """The one object that `--json` prints."""
    metrics = {name: asdict(estimate) for name, estimate in measured.items()}
    return {"config": dict(config), "questions": questions, "metrics": metrics}


def _table(name: str, questions: int, measured: Mapping[str, Estimate]) -> Table:
    table = Table(title=f"{name}: {questions} questions")
    table.add_column("metric")
    for column in ("value", "low", "high"):
        table.add_column(column, justify="right")
    for metric, estimate in measured.items():
        row = (estimate.value, estimate.low, estimate.high)
        table.add_row(metric, *(f"{value:.3f}" for value in row))
    return table
