"""`dateline articles list|show|remove`: what the archive holds."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.shared import (
    ArchiveOption,
    JsonOption,
    byline,
    common,
    console,
    print_json,
    printable,
)

if TYPE_CHECKING:
    from index.article import Article

LIST_EXAMPLES = """\
[bold]Examples[/]

dateline articles list --query kim --source "Harbor Wire"

dateline articles list --limit 1000 --json | jq -r '.articles[].id'
"""
SHOW_EXAMPLES = """\
[bold]Examples[/]

dateline articles show moon-landing

dateline articles show moon-landing --json | jq -r '.versions[].version'
"""
REMOVE_EXAMPLES = """\
[bold]Example[/]

dateline articles remove moon-landing

Nothing of an article is kept: neither its versions nor its passages and vectors.
"""

app = typer.Typer(
    help="List, show and remove articles.", no_args_is_help=True, rich_markup_mode="rich"
)
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="As `articles list` shows it.", show_default=False)
]


@app.callback()
def articles(
    context: typer.Context, archive: ArchiveOption = None, as_json: JsonOption = False
) -> None:
    """List, show and remove articles."""
    common(context, archive, as_json)


@app.command("list", epilog=LIST_EXAMPLES)
def list_articles(
    context: typer.Context,
    query: Annotated[
        str, typer.Option("--query", "-q", help="Words of title, source, author or id.")
    ] = "",
    source: Annotated[str | None, typer.Option("--source", help="Only from this source.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most articles to list.")] = 50,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """List articles, newest first."""
    shared = common(context, archive, as_json)

    from index.archive import Archive

    opened = Archive(shared.settings().archive)
    page = opened.articles(query=query, source=source, limit=limit)
    opened.close()
    if shared.json:
        known = [_as_json(article) for article in page.articles]
        print_json({"articles": known, "total": page.total})
        return

    from rich.table import Table
    from rich.text import Text

    table = Table("date", "source", "title", "id", box=None, padding=(0, 2, 0, 0))
    table.columns[3].overflow = "fold"
    for article in page.articles:
        table.add_row(
            article.published_at.isoformat() if article.published_at else "-",
            Text(printable(article.source or "-")),
            Text(printable(article.title)),
            Text(article.id, "dim"),
        )
    out = console()
    out.print(table)
    if page.total > len(page.articles):
        out.print(f"{len(page.articles):,} of {page.total:,}; --limit shows more")


@app.command("show", epilog=SHOW_EXAMPLES)
def show_article(
    context: typer.Context,
    article_id: IdArgument,
    version: Annotated[
        str | None, typer.Option("--version", help="An older version, by its SHA-256.")
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print an article with its text, kept to the letter."""
    shared = common(context, archive, as_json)

    from index.archive import Archive

    opened = Archive(shared.settings().archive)
    with opened.snapshot():
        article = opened.article(article_id)
        text = opened.version(article_id, version or article.version)
        versions = opened.versions(article_id)
    opened.close()
    if shared.json:
        known = [{"version": name, "ingested_at": at} for name, at in versions]
        print_json(
            {**_as_json(article), "version": text.version, "body": text.body, "versions": known}
        )
        return

    from rich.text import Text

    out = console()
    out.print(Text(printable(article.title), "bold"))
    out.print(Text(byline(article), "cyan"))
    if article.url:
        out.print(Text(printable(article.url), "dim"))
    for name, at in versions:
        mark = "shown" if name == text.version else ""
        out.print(Text(f"version {name[:12]} of {at} {mark}", "dim"))
    out.print()
    out.print(Text(printable(text.body)), soft_wrap=True)


@app.command("remove", epilog=REMOVE_EXAMPLES)
def remove_article(
    context: typer.Context,
    article_id: IdArgument,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove an article with all its versions, for good."""
    shared = common(context, archive, as_json)

    from index.archive import Archive
    from index.views import Views

    opened = Archive(shared.settings().archive)
    with opened.writing() as writer:
        sequence = writer.remove(article_id)
    opened.erase_traces()
    # The views on disk hold its words, too.
    Views(opened).close()
    opened.close()
    if shared.json:
        print_json({"removed": article_id, "sequence": sequence})
    else:
        console().print(f"Removed {article_id}.", markup=False)


def _as_json(article: "Article") -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "url": article.url,
        "published_at": article.published_at,
        "version": article.version,
    }
