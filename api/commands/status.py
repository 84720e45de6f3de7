"""`dateline status`: how much the archive holds, and what it was made with."""

import typer

from api.commands.shared import ArchiveOption, JsonOption, common, console, print_json

EXAMPLES = """\
[bold]Example[/]

dateline --archive ./news status --json | jq .articles
"""


def status(
    context: typer.Context, archive: ArchiveOption = None, as_json: JsonOption = False
) -> None:
    """Show articles, passages, sequence number, model and sizes."""
    shared = common(context, archive, as_json)

    from index.archive import Archive, bytes_below

    opened = Archive(shared.settings().archive)
    stats, recipe = opened.stats(), opened.recipe
    opened.close()
    views = bytes_below(opened.folder / "views")
    # A service may have saved its views between the two.
    rest = max(stats.bytes_on_disk - views, 0)
    if shared.json:
        print_json(
            {
                "archive": str(opened.folder),
                "articles": stats.articles,
                "versions": stats.versions,
                "passages": stats.passages,
                "sequence": stats.sequence,
                "model": recipe.model,
                "chunk_tokens": recipe.chunk_tokens,
                "overlap_tokens": recipe.overlap_tokens,
                "bytes": {"archive": rest, "views": views},
            }
        )
        return

    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in (
        ("archive", str(opened.folder)),
        ("articles", f"{stats.articles:,} in {stats.versions:,} versions"),
        ("passages", f"{stats.passages:,}"),
        ("sequence", f"{stats.sequence:,}"),
        ("model", recipe.model),
        ("chunking", f"{recipe.chunk_tokens} tokens, {recipe.overlap_tokens} of them overlap"),
        ("on disk", f"{_size(rest + views)}, {_size(views)} of it views"),
    ):
        table.add_row(name, value)
    console().print(table, markup=False)


def _size(count: int) -> str:
    from rich.filesize import decimal

    return decimal(count)
