"""`python -m eval gold`: making and checking the gold set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.bodies import load_articles
from eval.errors import GoldError
from eval.gold import load_gold
from eval.gold_check import leaks
from eval.gold_resolve import resolve

DATA = Path(__file__).parent / "data"
gold_app = typer.Typer(help="Make and check the gold set.", no_args_is_help=True)

ArticlesOption = Annotated[Path, typer.Option(help="The folder of the articles.")]


@gold_app.command("resolve")
def resolve_drafts(
    paths: Annotated[
        list[Path], typer.Argument(metavar="DRAFT... OUT", help="Drafts, and the file to write.")
    ],
    articles: ArticlesOption = DATA / "articles",
) -> None:
    """Find the offsets of drafted answers and write a gold file; refuse what does not stand."""
    if len(paths) < 2:
        raise typer.BadParameter("give at least one draft, and the file to write last")
    *drafts, out = paths
    resolved = resolve(drafts, out, load_articles(articles))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for notice in resolved.notices:
        console.print(f"not listed: {notice}")
    console.print(f"{len(resolved.lines)} questions written to {out}")


@gold_app.command("check")
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Gold files; the two halves when left out.")
    ] = None,
    articles: ArticlesOption = DATA / "articles",
) -> None:
    """Check that every answer stands and that no question gives an answer away."""
    bodies = load_articles(articles)
    paths = files or sorted(DATA.glob("gold_*.jsonl"))
    questions = [question for path in paths for question in load_gold(path, bodies)]
    if problems := list(leaks(questions)):
        raise GoldError(Path(*paths) if len(paths) == 1 else articles.parent, problems)
    Console(soft_wrap=True).print(f"{len(questions)} questions stand")
