"""The lines of PDF pages, joined to paragraphs.

A PDF has lines, not paragraphs, and its reader gives no blank lines. A line's length is what is
left to go by: a short line that ends a sentence ends a paragraph, and a much shorter one stands
alone, as a heading does.
"""

from __future__ import annotations

import re

_HYPHEN = "\x02"  # PDFium's mark for a hyphen at a line's end; the break after it is already gone
_HYPHENATED = re.compile(rf"(\w+){_HYPHEN}\s*(\w+)|{_HYPHEN}")
_ENDS_SENTENCE = re.compile(r"[.!?…:][”\"’')\]]*$")
_BULLET = re.compile(r"[•◦▪‣*–-]\s")
_FULL = 0.9  # of the page's longest line: shorter lines were not broken for lack of room
_HEADING = 0.6


def join_pages(pages: list[str]) -> str:
    """The text of the pages as paragraphs with a blank line between them.

    A paragraph goes on over the page's end when it stops mid-sentence and the next page begins in
    lower case.
    """
    paragraphs: list[str] = []
    for page in pages:
        new = _paragraphs(page.replace("\0", "\ufffd"))
        if paragraphs and new and _continues(paragraphs[-1], new[0]):
            paragraphs[-1] += " " + new.pop(0)
        paragraphs += new
    return _rejoin_words("\n\n".join(paragraphs))


def _paragraphs(page: str) -> list[str]:
    lines = [line.strip(" \t\r") for line in page.split("\n")]
    # A marked hyphen is where a line of the page ended.
    width = max((len(part) for line in lines for part in line.split(_HYPHEN)), default=0)
    paragraphs: list[str] = []
    is_open = False
    for line in lines:
        if not line:
            is_open = False
            continue
        if is_open and not _BULLET.match(line):
            paragraphs[-1] += " " + line
        else:
            paragraphs.append(line)
        last = len(line.rsplit(_HYPHEN, 1)[-1])
        ends = last < width * _FULL and _ENDS_SENTENCE.search(line)
        is_open = not ends and last >= width * _HEADING
    return paragraphs


def _continues(paragraph: str, following: str) -> bool:
    return following[0].islower() and not _ENDS_SENTENCE.search(paragraph)


def _rejoin_words(text: str) -> str:
    """Words broken at a line's end, as the same document spells them elsewhere.

    A hyphen stays where the text has the word with one ("well-known"), or before a capital or
    digit; else it was the line break's.
    """
    seen = frozenset(re.findall(r"\w+-\w+", text))

    def join(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        if left is None:
            return "-"
        keeps = f"{left}-{right}" in seen or not right[0].islower()
        return f"{left}-{right}" if keeps else left + right

    return _HYPHENATED.sub(join, text)
