"""The command line: `dateline`."""

import logging
import os
import sys

import typer

from api.commands import articles, ask, ingest, rebuild, search, serve, status
from api.commands.shared import (
    ArchiveOption,
    Exit,
    JsonOption,
    common,
    complain,
    print_json,
    sentence_of,
)

EPILOG = """\
[bold]Examples[/]

dateline ingest articles/

dateline ask "How did Kim Jong Un travel to Vladivostok?"

dateline serve

[bold]Exit codes[/]

0 done, answered · 1 error · 2 wrong usage or setting · 3 the archive does not say, nothing found,
or some files refused · 130 interrupted
"""

app = typer.Typer(
    name="dateline",
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(epilog=ingest.EXAMPLES)(ingest.ingest)
app.command(epilog=ask.EXAMPLES)(ask.ask)
app.command(epilog=search.EXAMPLES)(search.search)
app.command(epilog=serve.EXAMPLES)(serve.serve)
app.add_typer(articles.app, name="articles")
app.command(epilog=status.EXAMPLES)(status.status)
app.command(epilog=rebuild.EXAMPLES)(rebuild.rebuild)


@app.callback(epilog=EPILOG)
def dateline(
    context: typer.Context, archive: ArchiveOption = None, as_json: JsonOption = False
) -> None:
    """Ask a news archive: answers are quotations, with source, date and place."""
    common(context, archive, as_json)


def main() -> None:
    """Run the command line; ends the process with one of `Exit`'s codes."""
    # The default models are installed; a hub is asked only by who asks for that.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    _prepare_output()

    from index.errors import DatelineError

    try:
        app()
    except DatelineError as error:
        _fail(sentence_of(error))
        from api.errors import SettingsError

        sys.exit(Exit.USAGE if isinstance(error, SettingsError) else Exit.ERROR)
    except OSError as error:
        _fail(sentence_of(error))
        sys.exit(Exit.ERROR)
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)


def _prepare_output() -> None:
    """Let file names that are no text be printed, and let only our own warnings through."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    logging.basicConfig(level=logging.CRITICAL, format="dateline: %(message)s")
    for name in ("api", "index", "qa"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _fail(message: str) -> None:
    if "--json" in sys.argv[1:]:
        print_json({"error": message})
    complain(message)


if __name__ == "__main__":
    main()
