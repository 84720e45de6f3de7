"""`python -m eval run`, `accept` and `sweep`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from eval import gate, page
from eval.archives import RUNS, library_system
from eval.configs import ABLATION, DEFAULT, Config, parse_config, settings_of
from eval.datasets import GOLD, load_dataset
from eval.errors import DatasetError
from eval.export import as_json, write_qrels, write_trec_run
from eval.page import PAGE
from eval.runner import evaluate
from eval.systems import ServiceSystem
from eval.table import tables

if TYPE_CHECKING:
    from eval.questions import Dataset
    from eval.runner import Result
    from index.ingest import Progress as IngestProgress

PLAIN_WIDTH = 120
"""Columns of a table that goes into a file or a pipe."""
DatasetOption = Annotated[
    Path,
    typer.Option(
        "--dataset",
        help="A BEIR folder, a SQuAD file, a gold file or a folder of gold files.",
    ),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", help="Ask this many questions, evenly spread.")
]
RecordOption = Annotated[
    str | None,
    typer.Option("--record", metavar="KEY", help=f"Put the figures into {PAGE}, at its mark KEY."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def run(
    dataset: DatasetOption = GOLD,
    config: Annotated[
        list[str] | None,
        typer.Option(
            help="`default`, a .toml file, a file of key=value lines, or settings such as "
            "dense_weight=0.7,passages_read=12. Several are compared with the first."
        ),
    ] = None,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Compare lexical, dense, fused, and fused + reader.")
    ] = False,
    url: Annotated[
        str | None, typer.Option(help="Score a running service in place of the library.")
    ] = None,
    limit: LimitOption = None,
    as_object: JsonOption = False,
    report: Annotated[Path, typer.Option(help="Where to write the HTML report.")] = RUNS
    / "report.html",
    run_files: Annotated[
        Path | None, typer.Option(help="Folder for the rankings as TREC run files, with the qrels.")
    ] = None,
    record: RecordOption = None,
) -> None:
    """Score retrieval and answers, and write a report."""
    if sum([bool(config), ablate, bool(url)]) > 1:
        raise typer.BadParameter("give one of --config, --ablate and --url")
    if record:
        page.check(record)
    configs = [parse_config(text) for text in config or [DEFAULT]]
    questions = load_dataset(dataset, limit)
    if url:
        results = [_service(url, questions)]
    else:
        results = score(list(ABLATION) if ablate else configs, questions)
    _write(results, questions, report, run_files)
    if record:
        page.record(record, results)
    if as_object:
        typer.echo(json.dumps(as_json(results), ensure_ascii=False, indent=2))
        return
    console = Console()
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    for table in tables(results):
        console.print(table)
    console.print(f"report: {report}", soft_wrap=True)


def score(configs: list[Config], dataset: Dataset, runs: Path = RUNS) -> list[Result]:
    """Score the library under each configuration, with a progress bar on stderr."""
    with _progress() as progress:
        return [_score(config, dataset, runs, progress) for config in configs]


def _score(config: Config, dataset: Dataset, runs: Path, progress: Progress) -> Result:
    archive = progress.add_task(f"{config.name}: archive", total=len(dataset.articles))
    asking = progress.add_task(config.name, total=len(dataset.questions), start=False)

    def ingested(state: IngestProgress) -> None:
        progress.update(archive, completed=state.done)

    with library_system(config, dataset, runs, ingested) as system:
        progress.remove_task(archive)
        progress.start_task(asking)
        return evaluate(system, dataset, lambda: progress.advance(asking))


def _service(url: str, dataset: Dataset) -> Result:
    with _progress() as progress:
        asking = progress.add_task(url, total=len(dataset.questions))
        return evaluate(ServiceSystem(url), dataset, lambda: progress.advance(asking))


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _write(results: list[Result], dataset: Dataset, report: Path, run_files: Path | None) -> None:
    from eval.report import write_report  # matplotlib is slow to import

    write_report(report, results, {draft.id or "": draft.title for draft in dataset.articles})
    if run_files:
        run_files.mkdir(parents=True, exist_ok=True)
        write_qrels(run_files / f"{dataset.name}.qrels", dataset.questions)
        for result in results:
            name = "".join(c if c.isalnum() else "-" for c in result.name).strip("-")
            write_trec_run(run_files / f"{result.dataset}-{name}.run", result)


def accept(
    reason: Annotated[str, typer.Option(help="Why these figures are right; it is kept.")],
) -> None:
    """Score the default configuration on the gold set and make its figures the accepted ones."""
    if not reason.strip():
        raise typer.BadParameter("give a reason", param_hint="--reason")
    dataset = load_dataset()
    result = score([parse_config(DEFAULT)], dataset)[0]
    gate.accept(result, dataset, reason.strip())
    Console().print(f"{gate.BASELINE} renewed", soft_wrap=True)


def sweep(
    settings: Annotated[
        list[str] | None, typer.Argument(help="Which settings to move; all four when left out.")
    ] = None,
    dataset: DatasetOption = GOLD / "gold_tune.jsonl",
    limit: LimitOption = None,
    out: Annotated[
        Path, typer.Option(help="Where to write the figures; a plot goes beside them.")
    ] = RUNS / "sweep.json",
    record: RecordOption = None,
    config: Annotated[str, typer.Option(help="What the settings not moved are.")] = DEFAULT,
) -> None:
    """Move chunk size, overlap, fusion weight and passages read, one at a time."""
    from eval import sweep as sweeping  # matplotlib is slow to import

    chosen = settings or list(sweeping.SETTINGS)
    if unknown := [name for name in chosen if name not in sweeping.SETTINGS]:
        known = ", ".join(sweeping.SETTINGS)
        raise typer.BadParameter(f"{unknown[0]} is not swept; there are {known}")
    if record:
        page.check(record)
    questions = load_dataset(dataset, limit)
    if not questions.answers_known:
        raise DatasetError(
            f"{dataset} judges retrieval alone, and a sweep is of answers; give a gold set or a "
            "SQuAD file"
        )
    base = parse_config(config)
    centre = settings_of(base, RUNS).model_dump()
    out.parent.mkdir(parents=True, exist_ok=True)
    points: list[sweeping.Point] = []
    for point in sweeping.sweep(
        chosen, lambda each: score([each], questions)[0], base.changes, centre
    ):
        points.append(point)
        out.write_text(json.dumps(sweeping.as_rows(points), indent=1), encoding="utf-8")
    if record:
        page.put(record, sweeping.as_markdown(points))
    sweeping.plot(points, out.with_suffix(".png"), {name: centre[name] for name in chosen})
    Console().print(f"figures: {out}, plot: {out.with_suffix('.png')}", soft_wrap=True)
