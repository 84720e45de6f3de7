"""`python -m eval`: how good it is."""

from __future__ import annotations

import sys

import typer

from eval.commands import accept, run, sweep
from eval.gold_commands import gold_app
from eval.reader import reader
from index.errors import DatelineError

app = typer.Typer(
    help="Score retrieval and answers, with their uncertainty.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run)
app.command("accept")(accept)
app.command("sweep")(sweep)
app.command("reader")(reader)
app.add_typer(gold_app, name="gold")


def main() -> None:
    """Run a command; an error meant for a person is one sentence on stderr and exit code 1."""
    try:
        app()
    except DatelineError as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
