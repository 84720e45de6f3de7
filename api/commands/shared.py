"""What commands share: common options, exit codes, printing."""

import json
import re
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from api.settings import ServiceSettings
    from index.article import Article, Filters

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Exit(IntEnum):
    """How a command ends, for scripts."""

    OK = 0
    ERROR = 1
    USAGE = 2
    NOT_ALL = 3
    """The archive does not say; nothing was found; some files were refused."""
    INTERRUPTED = 130


ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        metavar="DIR",
        show_default=False,
        help="Folder of the archive; else DATELINE_ARCHIVE, else one in your data folder.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
SourceFilter = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only from this source; repeat for several."),
]
FromFilter = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="First day, as YYYY-MM-DD.")
]
ToFilter = Annotated[
    str | None, typer.Option("--to", metavar="DAY", help="Last day, as YYYY-MM-DD.")
]


@dataclass(slots=True)
class Common:
    """The options that every command takes, before or after its name."""

    archive: Path | None = None
    json: bool = False

    def settings(self) -> "ServiceSettings":
        """The settings, with what was given here before the environment.

        Raises:
            SettingsError: some setting cannot be used.
        """
        from api.settings import ServiceSettings, load_settings

        return load_settings(ServiceSettings, archive=self.archive)


def common(context: typer.Context, archive: Path | None, as_json: bool) -> Common:
    """The common options wherever they were given; the last one counts."""
    shared: Common = context.ensure_object(Common)
    shared.archive = archive or shared.archive
    shared.json = as_json or shared.json
    return shared


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(value, indent=2, default=str))


def complain(sentence: str) -> None:
    """What went wrong, on standard error."""
    typer.secho(f"dateline: {sentence}", err=True, fg="red")


def sentence_of(error: Exception) -> str:
    """What an error says, with the file's name where the system complains."""
    if isinstance(error, OSError):
        return f"{error.filename or 'the system'}: {error.strerror or error}"
    return str(error)


def console(*, errors: bool = False) -> "Console":
    """Where people read: standard output, or standard error for what only accompanies it."""
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=False)


def printable(text: str) -> str:
    """Text that cannot steer a terminal: articles may hold escape sequences."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def day_of(text: str | None, option: str) -> "date | None":
    """The day an option names.

    Raises:
        typer.BadParameter: it names none.
    """
    from index.loaders.dates import parse_date

    if text is None:
        return None
    if day := parse_date(text):
        return day
    raise typer.BadParameter(f"{option} {text!r} is not one calendar day; write it as YYYY-MM-DD")


def filters_of(sources: list[str] | None, first_day: str | None, last_day: str | None) -> "Filters":
    """The filters that options ask for."""
    from index.article import Filters

    return Filters(tuple(sources or ()), day_of(first_day, "--from"), day_of(last_day, "--to"))


def check_question(text: str, settings: "ServiceSettings") -> None:
    """Refuse a question that is empty, too long or no text.

    Raises:
        typer.BadParameter: it is; the message says the limit.
    """
    from index.article import check_text
    from index.errors import InvalidArticleError

    limit = settings.max_question_chars
    if not text.strip() or len(text) > limit:
        raise typer.BadParameter(f"it has {len(text.strip()):,} characters; write 1 to {limit:,}")
    try:
        check_text(text, "it")
    except InvalidArticleError as error:
        raise typer.BadParameter(str(error)) from None


def beside(mark: str, *lines: "Text", width: int) -> "Table":
    """Lines with a mark to the left of the first, so that what wraps stays aligned.

    Args:
        mark: a number or a percentage.
        lines: what stands beside it.
        width: characters that the mark takes.
    """
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=width)
    grid.add_column(overflow="fold")
    for number, line in enumerate(lines):
        grid.add_row(Text("" if number else mark, "dim", justify="right"), line)
    return grid


def byline(article: "Article") -> str:
    """Source, day and author of an article, as far as they are known."""
    day = article.published_at
    known = (article.source, f"{day.day} {day:%B %Y}" if day else None, article.author)
    return printable(" · ".join(part for part in known if part) or "source and date unknown")
