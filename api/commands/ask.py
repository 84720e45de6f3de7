"""`dateline ask`: a question, its answer, and where it stands."""

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
    from rich.text import Text

    from qa.answer import Answer, Citation

EXAMPLES = """\
[bold]Examples[/]

dateline ask "How did Kim Jong Un travel to Vladivostok?"

dateline ask "Who won?" --source "Harbor Wire" --from 2023-08-01 --to 2023-08-31

dateline --json ask "Who won?" | jq -r .answer

Ends with 0 if there is an answer, 3 if the archive does not say.
"""


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="In plain words.", show_default=False)],
    source: SourceFilter = None,
    first_day: FromFilter = None,
    last_day: ToFilter = None,
    max_citations: Annotated[
        int, typer.Option("--max-citations", min=1, max=20, help="Most citations to show.")
    ] = 5,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question in the articles' own words, with citations."""
    shared = common(context, archive, as_json)
    settings = shared.settings()
    check_question(question, settings)
    filters = filters_of(source, first_day, last_day)

    from qa.factory import open_engine

    engine = open_engine(settings)
    try:
        answer = engine.pipeline.ask(question, filters, max_citations=max_citations)
    finally:
        engine.close()
    if shared.json:
        from api.schemas.ask import AnswerReply

        print_json(AnswerReply.of(answer).model_dump(mode="json"))
    else:
        show(answer, console())
    raise typer.Exit(Exit.OK if answer.answered else Exit.NOT_ALL)


def show(answer: "Answer", out: "Console") -> None:
    """Print an answer for a person."""
    from rich.padding import Padding
    from rich.text import Text

    out.print()
    if answer.answered and answer.answer is not None:
        out.print(Padding(Text(printable(answer.answer), "bold green"), (0, 2)))
        articles = "1 article says" if answer.support == 1 else f"{answer.support} articles say"
        sure = Text(f"{answer.confidence:.0%} sure · {articles} so", "dim")
        out.print(Padding(sure, (0, 2)))
    else:
        out.print(Padding(Text("The archive does not say.", "bold yellow"), (0, 2)))
        if answer.reason:
            out.print(Padding(Text(printable(answer.reason.detail), "dim"), (0, 2)))
        if answer.citations:
            out.print(Padding(Text("The nearest passages:"), (1, 2, 0, 2)))
    for number, citation in enumerate(answer.citations, start=1):
        _show_citation(number, citation, out, marked=answer.answered)
    if answer.alternatives:
        out.print(Padding(Text("Other candidates", "bold"), (1, 2, 0, 2)))
    for other in answer.alternatives:
        where = Text(byline(other.citations[0].article), "dim")
        out.print(beside(f"{other.confidence:.0%}", Text(printable(other.answer)), where, width=6))
    out.print()


def _show_citation(number: int, citation: "Citation", out: "Console", *, marked: bool) -> None:
    from rich.text import Text

    article = citation.article
    lines = [Text(printable(article.title), "bold"), Text(byline(article), "cyan")]
    if article.url:
        lines.append(Text(printable(article.url), "dim"))
    text = _in_context(citation) if marked else Text(printable(citation.quote.strip()))
    out.print()
    out.print(beside(str(number), *lines, text, width=4))


def _in_context(citation: "Citation") -> "Text":
    from rich.text import Text

    before = citation.context[: citation.start - citation.context_start]
    after = citation.context[citation.end - citation.context_start :]
    return Text.assemble(
        printable(before), (printable(citation.quote), "bold underline"), printable(after)
    )
