"""Saved web pages. What the extraction gives is the body: a page has no verbatim text of its own.

trafilatura drops navigation, comments and advertisements, and normalises white space inside
paragraphs; no-break spaces become plain ones.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from index.errors import LoadError
from index.loaders.dates import dates_within, readings, undated_reason
from index.loaders.decoding import decode_html
from index.loaders.metadata import as_text
from index.loaders.records import Loaded, Metadata, RawFile

_EARLIEST = "1900-01-01"  # htmldate's own limit, 1995, would drop the dates of older archives
_NUMERIC = re.compile(r"(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?!\d)")


def load_html(file: RawFile) -> Loaded:
    """A `.html` or `.htm` page: main text, title, site, author, canonical URL and date.

    Raises:
        LoadError: it does not decode, is nested too deep, or has no article in it.
    """
    page, warning = decode_html(file.stream.read())
    document = _extract(_parse(page, file.limits.max_html_depth))
    if document is None or not (document.text or "").strip():
        raise LoadError(
            "no article text was found in the page; save the article itself as .txt or .html"
        )
    day, undated = _day(document.date, page)
    return Loaded(
        # One line is one paragraph here, and a blank line is what says so everywhere else.
        document.text.replace("\n", "\n\n"),
        Metadata(
            title=as_text(document.title, "title"),
            source=as_text(document.sitename, "source"),
            author=as_text(document.author, "author"),
            url=as_text(document.url, "url"),
            published_at=day,
            undated=undated,
            warnings=(warning,) if warning else (),
        ),
    )


def _parse(page: str, max_depth: int) -> Any:
    from trafilatura import load_html as parse

    try:
        tree = parse(page, max_size=None)
    except Exception as error:  # any page may come in; what the parser makes of it is its own
        raise LoadError(f"the page cannot be parsed ({error}); save it again as .html") from error
    if tree is None:
        raise LoadError("it is not an HTML page; save it again as .html, or as .txt if it is text")
    if _is_deeper_than(tree, max_depth):
        raise LoadError(
            f"its elements are nested more than {max_depth} deep, which no article needs and the "
            "parser cannot follow; save the article's text as .txt"
        )
    return tree


def _extract(tree: Any) -> Any:
    from trafilatura import bare_extraction

    try:
        return bare_extraction(
            tree,
            favor_recall=True,  # a lost paragraph is worse here than a stray line
            include_comments=False,
            deduplicate=False,  # its memory spans files: a wire story twice would be lost
            with_metadata=True,
            date_extraction_params={
                "original_date": True,
                "extensive_search": False,  # it guesses, from copyright lines for one
                "min_date": _EARLIEST,
            },
        )
    except Exception as error:  # as in _parse
        raise LoadError(f"its text cannot be extracted ({error}); save it as .txt") from error


def _is_deeper_than(tree: Any, limit: int) -> bool:
    """Without recursion, since depth is what is asked about."""
    level = [tree]
    for _ in range(limit):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def _day(found: str | None, page: str) -> tuple[date | None, str | None]:
    """The date, unless all the page has for it is numbers that can be read two ways."""
    if not found:
        return None, None
    day = date.fromisoformat(found)
    if day in dates_within(page):
        return day, None
    for match in _NUMERIC.finditer(page):
        meanings = readings(match[0])
        if len(meanings) > 1 and day in meanings:
            return None, undated_reason(match[0])
    return day, None
