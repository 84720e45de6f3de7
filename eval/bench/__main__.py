"""`python -m eval.bench`: measure speed and size, and say what was aimed at."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from eval.archives import RUNS
from eval.bench import asking, ingesting, reading, searching, sizes, starting
from eval.bench.articles import articles_at
from eval.bench.machine import describe
from eval.bench.synthetic import synthetic_archive
from eval.bench.tables import markdown, table, values
from eval.marks import fill
from index.embedding.minilm import MiniLMEmbedder
from index.errors import DatelineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eval.bench.articles import Articles
    from eval.bench.figures import Section

BULK = Path("../shared/data/news/us_politics_6000.jsonl.gz")


class Part(StrEnum):
    """What can be measured."""

    INGEST = "ingest"
    SEARCH = "search"
    SIZE = "size"
    READ = "read"
    ASK = "ask"
    START = "start"


def bench(
    data: Annotated[
        Path,
        typer.Option(
            envvar="DATELINE_BENCH_DATA", help="Articles to measure on, .jsonl or .jsonl.gz."
        ),
    ] = BULK,
    articles: Annotated[int, typer.Option(min=5, help="How many of them.")] = 200,
    passages: Annotated[
        int, typer.Option(min=1000, help="Size of the synthetic archive that is searched.")
    ] = 100_000,
    only: Annotated[list[Part] | None, typer.Option(help="Measure this part; repeatable.")] = None,
    as_object: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    page: Annotated[Path | None, typer.Option(help="Put the figures into this page.")] = None,
    images: Annotated[Path | None, typer.Option(help="Folder for bars as PNG files.")] = None,
) -> None:
    """Measure speed and size; ends within ten minutes on two cores.

    What costs long to make is kept in `.runs/bench` for the next time.
    """
    errors = Console(stderr=True)
    folder = RUNS / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    chosen = articles_at(data, articles)
    if not data.is_file():
        errors.print(
            f"{data} is not there, so {chosen.label} are measured instead; "
            "--data names another file of articles.",
            soft_wrap=True,
        )
    machine = describe()
    sections = []
    with errors.status("starting") as status:
        for section in _sections(set(only or Part), chosen, passages, folder, status.update):
            sections.append(section)
            if not as_object:
                errors.print(table(section))
    if as_object:
        typer.echo(json.dumps(values(machine, sections), indent=2))
    else:
        Console().print(machine, soft_wrap=True)
    if page:
        measured = {f"bench:{section.key}": markdown(section) for section in sections}
        fill(page, {"bench:machine": machine, **measured})
    if images:
        from eval.bench.pictures import draw  # matplotlib is slow to import

        draw(sections, images)


def _sections(
    parts: set[Part],
    articles: Articles,
    passages: int,
    folder: Path,
    step: Callable[[str], None],
) -> Iterator[Section]:
    if Part.INGEST in parts:
        yield ingesting.measure(articles, folder, step)
    if parts & {Part.SEARCH, Part.SIZE}:
        embedder = MiniLMEmbedder()
        large = synthetic_archive(articles, passages, embedder, folder, step)
        if Part.SEARCH in parts:
            yield searching.measure(large, articles, embedder, step)
        if Part.SIZE in parts:
            step("weighing")
            yield sizes.measure(large, "The synthetic archive of the search figures.")
    if Part.READ in parts:
        yield reading.measure(articles, MiniLMEmbedder(), step)
    sample = folder / "sample"
    if Part.ASK in parts:
        yield asking.measure(sample, step)
    if Part.START in parts:
        step("opening the sample archive")
        with asking.sample_engine(sample):
            pass
        yield starting.measure(sample, step)


def main() -> None:
    """Run; an error meant for a person is one sentence on stderr and exit code 1."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(bench)
    try:
        app()
    except DatelineError as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
