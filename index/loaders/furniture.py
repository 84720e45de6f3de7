"""Page furniture at the end of a saved article: forms and links that came along with the text.

The rule is small on purpose. It looks only at the last lines. A line goes when all of it is one of
the phrases below, it begins a paragraph, and nothing but furniture follows. Whatever else a line
says, it stays: credits, corrections, copyright, a sentence that ends in "leave a reply".
"""

from __future__ import annotations

import re
from typing import NamedTuple

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")

# A whole line of these is furniture wherever it begins the end of a page.
_OPENING = re.compile(
    r"""
    (?:leave|write|post|add)\ (?:a|your)\ (?:reply|comment)
    | (?:view|show|see|hide)\ (?:all\ )?(?:\d+\ )?comments
    | (?:log|sign)\ in\ to\ (?:comment|(?:leave|post)\ a\ comment)
    | user\ input
    | share\ this(?:\ (?:article|story|post|page|entry))?
    | (?:sign\ up\ for|subscribe\ to)\ (?:our|the)\ (?:(?:free|daily|weekly)\ )?newsletters?
    | your\ email\ address\ will\ not\ be\ published\.?(?:\ required\ fields\ are\ marked\ \*)?
    | back\ to\ top
    """,
    re.VERBOSE | re.IGNORECASE,
)
# These are ordinary words, so they are furniture only below one of the above.
_FOLLOWING = re.compile(
    r"""
    (?:name|e-?mail|website|comment)(?:\ \*)?
    | comments | submit | (?:post|cancel)\ (?:comment|reply) | required\ fields\ are\ marked\ \*
    | save\ my\ name,\ email,\ and\ website\ in\ this\ browser\ for\ the\ next\ time\ i\ comment\.?
    | facebook | twitter | x | whatsapp | linkedin | reddit | telegram | pinterest | print
    | copy\ link | tweet | like | more
    """,
    re.VERBOSE | re.IGNORECASE,
)


_WINDOW = 5_000  # characters from the end; the furniture of a page is no longer


class _Line(NamedTuple):
    start: int
    text: str
    """Without the space around it and a closing colon."""


def end_of_article(text: str) -> int:
    """Where the article ends in a text: its length, or less where page furniture follows.

    What is cut is whole lines, with the blank lines above the first.
    """
    lines = _last_lines(text)
    run = len(lines)
    while run > 0 and _may_be_furniture(lines[run - 1].text):
        run -= 1
    for index in range(run, len(lines)):
        begins_paragraph = index > 0 and not lines[index - 1].text
        if begins_paragraph and _OPENING.fullmatch(lines[index].text):
            while index > 0 and not lines[index - 1].text:
                index -= 1
            return lines[index].start
    return len(text)


def _may_be_furniture(line: str) -> bool:
    return not line or bool(_OPENING.fullmatch(line) or _FOLLOWING.fullmatch(line))


def _last_lines(text: str) -> list[_Line]:
    """The whole lines at the end of a text, in order; one cut by the window is left out."""
    begin = max(0, len(text) - _WINDOW)
    lines = [
        _Line(match.start(), " ".join(match[0].split()).removesuffix(":").rstrip())
        for match in LINE.finditer(text, begin)
    ]
    return lines[1:] if begin else lines
