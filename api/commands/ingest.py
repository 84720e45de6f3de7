"""`dateline ingest`: files and folders into the archive."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.shared import (
    ArchiveOption,
    Exit,
    JsonOption,
    common,
    complain,
    console,
    day_of,
    print_json,
    printable,
    sentence_of,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

    from index.article import Draft
    from index.ingest import IngestReport, Progress
    from index.loaders import LoadLimits, Overrides, Refusal
    from qa.factory import Engine

SHOWN = 20
EXAMPLES = """\
[bold]Examples[/]

dateline ingest articles/

dateline --archive ./news ingest today.html --source "Harbor Wire" --published-at 2023-09-12

dateline ingest saved/ --json | jq '.refused'

Reads .txt .md .html .htm .pdf .docx .jsonl, and what NAME.meta.json beside a file says of it. What
is in the archive already is left as it is, so an interrupted ingest is simply started again.

Ends with 0 if everything was taken in, 3 if some files were refused. Interrupted, or on a full
disk, it still says what was taken in until then.
"""


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)
    ],
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Source of all of them.")
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="NAME", help="Author of all of them.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="Title, for a single article.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Address, for a single article.")
    ] = None,
    published_at: Annotated[
        str | None, typer.Option("--published-at", metavar="DAY", help="Day, as YYYY-MM-DD.")
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take files and folders of articles into the archive."""
    shared = common(context, archive, as_json)
    settings = shared.settings()

    from index.loaders import LoadLimits, Overrides, discover

    overrides = Overrides(title, source, author, url, day_of(published_at, "--published-at"))
    files = discover(paths)
    if (title or url) and len(files) > 1:
        raise typer.BadParameter("--title and --url belong to a single article; name one file")
    limits = LoadLimits(max_file_bytes=settings.max_file_bytes)

    from index.errors import DatelineError
    from index.ingest import IngestReport
    from qa.factory import open_engine

    aside = console(errors=True)
    with aside.status("Opening the archive"):
        engine = open_engine(settings.without_reader(), create=True)
    began = monotonic()
    report = IngestReport()
    trouble: str | None = None
    try:
        _ingest(engine, files, limits, overrides, report, aside)
        code = Exit.NOT_ALL if report.refused else Exit.OK
    except KeyboardInterrupt:
        code, trouble = Exit.INTERRUPTED, _interrupted(engine)
    except (DatelineError, OSError) as error:
        code, trouble = Exit.ERROR, sentence_of(error)
    finally:
        engine.close()
    # Whatever ended it: what was done until then is told.
    if shared.json:
        print_json(_as_json(report, monotonic() - began, trouble))
    else:
        _show(report, console())
    if trouble:
        complain(trouble)
    raise typer.Exit(code)


def _ingest(
    engine: "Engine",
    files: list[Path],
    limits: "LoadLimits",
    overrides: "Overrides",
    report: "IngestReport",
    aside: "Console",
) -> None:
    from api.batches import lines_in
    from index.loaders import load

    def items() -> Iterator["Draft | Refusal"]:
        for path in files:
            yield from load(path, limits, overrides)

    # A file of lines can hold most of the articles: the bar counts articles, not files.
    total = sum(lines_in(path) if path.suffix.lower() == ".jsonl" else 1 for path in files)
    with _bar(aside) as bar:
        task = bar.add_task("Ingesting", total=total, passages=0)

        def tell(progress: "Progress") -> None:
            bar.update(task, completed=progress.done, passages=progress.passages)

        engine.ingester.ingest(items(), total=total, progress=tell, report=report)
        bar.update(task, completed=total)


def _bar(aside: "Console") -> "Bar":
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from api.commands.rate import RateColumn

    return Progress(
        TextColumn("Ingesting"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("articles ·"),
        RateColumn(),
        TextColumn("·"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=aside,
    )


def _interrupted(engine: "Engine") -> str:
    stats = engine.archive.stats()
    return (
        f"interrupted; what was committed is kept: the archive has {stats.articles:,} articles and "
        f"{stats.passages:,} passages. The same command goes on from there."
    )


def _as_json(report: "IngestReport", seconds: float, trouble: str | None) -> dict[str, object]:
    return {
        **({"error": trouble} if trouble else {}),
        "added": report.added,
        "unchanged": report.unchanged,
        "replaced": report.replaced,
        "refused": [{"name": one.name, "reason": one.reason} for one in report.refused],
        "warnings": [{"name": name, "warning": warning} for name, warning in report.warnings],
        "seconds": round(seconds, 2),
    }


def _show(report: "IngestReport", out: "Console") -> None:
    from rich.table import Table

    counts = Table("", "articles", box=None, show_header=False, padding=(0, 2))
    counts.columns[1].justify = "right"
    for what in ("added", "unchanged", "replaced", "refused"):
        number = len(getattr(report, what))
        counts.add_row(what, f"{number:,}", style="" if number else "dim")
    out.print(counts)
    _show_list("Refused", [(one.name, one.reason) for one in report.refused], out)
    _show_list("Unclear", report.warnings[:SHOWN], out)
    if len(report.warnings) > SHOWN:
        out.print(f"  ... and {len(report.warnings) - SHOWN:,} more; --json lists all of them")


def _show_list(heading: str, rows: list[tuple[str, str]], out: "Console") -> None:
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(heading, "why", box=None, padding=(0, 2), header_style="bold")
    for name, why in rows:
        table.add_row(Text(printable(name), overflow="fold"), Text(printable(why)))
    out.print()
    out.print(table)
