"""`dateline search`: the passages nearest to a query."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.shared import (
    ArchiveOption,
    Exit,
    FromFilter,
    JsonOption,
    SourceFilter,
    ToFilter,
    beside,
    byline,
    check_question,
    common,
    console,
    filters_of,
    print_json,
    printable,
)

if TYPE_CHECKING:
    from rich.console import Console

    from index.retriever import Retrieval

EXAMPLES = """\
[bold]Examples[/]

dateline search "armoured train" -k 3

dateline search Vostochny --source Courier --json | jq -r '.passages[].text'

Ends with 0 if something was found, 3 if nothing was.
"""


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="Words or a question.", show_default=False)],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Most passages to show.")] = 10,
    source: SourceFilter = None,
    first_day: FromFilter = None,
    last_day: ToFilter = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find passages by meaning and by words."""
    shared = common(context, archive, as_json)
    settings = shared.settings()
    check_question(query, settings)
    filters = filters_of(source, first_day, last_day)

    from qa.factory import open_engine

    engine = open_engine(settings.without_reader())
    try:
        found = engine.retriever.search(query, k, filters)
    finally:
        engine.close()
    if shared.json:
        from api.schemas.search import SearchReply

        print_json(SearchReply.of(found).model_dump(mode="json"))
    else:
        _show(found, console())
    raise typer.Exit(Exit.OK if found.hits else Exit.NOT_ALL)


def _show(found: "Retrieval", out: "Console") -> None:
    from rich.text import Text

    if not found.hits:
        out.print("Nothing was found; try other words, or fewer filters.")
    for number, hit in enumerate(found.hits, start=1):
        lines = (
            Text(printable(hit.article.title), "bold"),
            Text(byline(hit.article), "cyan"),
            Text(f"score {hit.score:.2f} · {hit.article.id}", "dim"),
            Text(printable(hit.passage.text.strip())),
        )
        out.print()
        out.print(beside(str(number), *lines, width=4))
