"""`dateline rebuild`: the views anew from the archive."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.shared import ArchiveOption, JsonOption, common, console, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.settings import ServiceSettings
    from index.archive import Archive

EXAMPLES = """\
[bold]Examples[/]

dateline rebuild

DATELINE_CHUNK_TOKENS=200 dateline rebuild --embed

Without --embed nothing is embedded, which takes seconds. With it every passage is cut and embedded
again under the present settings, and the archive stays as it was until all of that is done.
"""


def rebuild(
    context: typer.Context,
    embed: Annotated[
        bool, typer.Option("--embed", help="Embed everything again, with the present settings.")
    ] = False,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the searchable views again from the archive."""
    shared = common(context, archive, as_json)
    settings = shared.settings()

    from rich.progress import Progress

    from index.archive import Archive
    from index.views import Views

    opened = Archive(settings.archive)
    with Progress(console=console(errors=True)) as bar:

        def telling(what: str) -> "Callable[[int, int], None]":
            task = bar.add_task(what, total=None)
            return lambda done, total: bar.update(task, completed=done, total=total)

        if embed:
            _embed_again(opened, settings, telling("Embedding"))
        views = Views(opened)
        sequence = views.rebuild(progress=telling("Building views"))
        views.close()
    passages = opened.stats().passages
    opened.close()
    if shared.json:
        print_json({"passages": passages, "sequence": sequence, "embedded": embed})
    else:
        console().print(f"The views hold {passages:,} passages, at sequence {sequence:,}.")


def _embed_again(
    archive: "Archive", settings: "ServiceSettings", progress: "Callable[[int, int], None]"
) -> None:
    from index.chunking import Chunker
    from index.embedding import load_embedder
    from index.reembed import embed_again
    from qa.factory import recipe_of

    embedder = load_embedder(settings.model, threads=settings.threads)
    chunker = Chunker(settings.chunk_tokens, settings.overlap_tokens)
    embed_again(archive, embedder, chunker, recipe_of(settings, embedder), progress)
