"""A plain article as saved from a page: headline, date line, text, and leavings of the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from index.loaders.dates import parse_date, undated_reason
from index.loaders.decoding import decode
from index.loaders.furniture import LINE, end_of_article
from index.loaders.records import Loaded, Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.loaders.records import RawFile

_HEADLINE_LENGTH = 200
_DATE_LENGTH = 40
_DATELINE_ROWS = 5  # rows with text, from the top
_TOP = 20_000  # characters; what stands at the top stands in these
_DATELINE = re.compile(
    r"(?P<verb>(?:(?:last|first)\s+)?(?:updated|published|posted|modified))"
    r"(?:\s+(?:on|at))?\s*:?\s+(?P<when>.*\d.*)",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\s*[|•·]\s*")
_BYLINE = re.compile(r"by(?:\s+\S+){1,5}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<![A-Z]\.[A-Z])\.[”\"’']?\Z")


class _Row(NamedTuple):
    text: str
    start: int
    end: int


def load_text(file: RawFile) -> Loaded:
    """A `.txt` file: its first line is the title if it looks like a headline.

    The body is a slice of the decoded text: only the headline (it becomes the title) and page
    furniture at the end are outside. A date line gives the date and stays in.

    Raises:
        LoadError: it does not decode.
    """
    text, warning = decode(file.stream.read())
    rows = list(_first_rows(text))
    title, start = None, 0
    if _is_headline(rows) and _agrees(rows[0].text, file.known_title):
        title, start = rows[0].text, rows[1].start
    end = max(start, end_of_article(text))
    dated = dateline([row.text for row in rows[:_DATELINE_ROWS]])
    return Loaded(
        text[start:end],
        Metadata(
            title=title,
            published_at=dated.published_at,
            undated=dated.undated,
            warnings=(warning,) if warning else (),
        ),
    )


def dateline(rows: list[str]) -> Metadata:
    """The date out of an "Updated Sept. 11, 2023, 2:42 p.m. ET" among the first rows of a text.

    The day of publication counts before that of an update.
    """
    found: list[tuple[bool, str]] = []
    for row in rows:
        for part in _BESIDE.split(row[:_HEADLINE_LENGTH]):
            if match := _DATELINE.fullmatch(part):
                is_update = match["verb"].lower().endswith(("updated", "modified"))
                found.append((is_update, match["when"]))
    found.sort(key=lambda entry: entry[0])
    for _, when in found:
        if day := parse_date(when):
            return Metadata(published_at=day)
    reasons = (undated_reason(when) for _, when in found if _is_short(when))
    return Metadata(undated=next((reason for reason in reasons if reason), None))


def _first_rows(text: str) -> Iterator[_Row]:
    """The first lines that have text, stripped, with the offsets of the whole line."""
    count = 0
    for match in LINE.finditer(text, 0, _TOP):
        is_whole = match.end() < _TOP or match.end() == len(text)
        if is_whole and (stripped := " ".join(match[0].split())):
            yield _Row(stripped, match.start(), match.end())
            count += 1
        if count > _DATELINE_ROWS:
            return


def _is_headline(rows: list[_Row]) -> bool:
    if len(rows) < 2:
        return False
    first = rows[0]
    return (
        rows[1].start > first.end  # a blank line between them
        and len(first.text) <= _HEADLINE_LENGTH
        and not _ends_as_sentence(first.text)
        and not _BYLINE.fullmatch(first.text)
        and not _DATELINE.fullmatch(first.text)
        and parse_date(first.text) is None
        and "://" not in first.text
    )


def _ends_as_sentence(line: str) -> bool:
    """Whether a full stop ends it that is not an initialism's ("U.S.")."""
    return bool(_SENTENCE_END.search(line))


def _agrees(headline: str, known: str | None) -> bool:
    return known is None or " ".join(known.split()).casefold() == headline.casefold()


def _is_short(when: str) -> bool:
    """Whether it is a date line that fails to parse, not prose that begins with such a word."""
    return len(when) <= _DATE_LENGTH
