"""Making citations, and holding them to their contract."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from index.chunking import sentence_spans
from qa.answer import Citation

if TYPE_CHECKING:
    from index.archive import Archive
    from index.article import Article

log = logging.getLogger(__name__)
CONTEXT_CHARACTERS = 400
"""A context is not widened by a second sentence beyond this."""


class Citer:
    """Cites spans of article bodies; reads each body once for one question."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._bodies: dict[tuple[str, str], str] = {}

    def cite(
        self, article: Article, version: str, start: int, end: int, quote: str, score: float
    ) -> Citation | None:
        """A citation of `body[start:end]`, or None if what stands there is not the quote.

        Raises:
            ArticleNotFoundError: the version is no longer in the archive.
        """
        body = self._body(article.id, version)
        if body[start:end] != quote or not quote:
            log.error(
                "citation dropped: the span is not its quote: article=%s version=%s span=%d-%d",
                article.id,
                version[:12],
                start,
                end,
            )
            return None
        first, last = _context(body, start, end)
        return Citation(article, version, quote, start, end, body[first:last], first, last, score)

    def _body(self, article_id: str, version: str) -> str:
        key = (article_id, version)
        if key not in self._bodies:
            self._bodies[key] = self._archive.version(article_id, version).body
        return self._bodies[key]


def _context(body: str, start: int, end: int) -> tuple[int, int]:
    """The sentences a span touches, and one before where that stays short and in the paragraph."""
    # Paragraphs are looked at alone, so that a long article costs no more than a short one.
    paragraph = body.rfind("\n", 0, start) + 1
    stop = body.find("\n", end)
    stop = len(body) if stop < 0 else stop
    sentences = sentence_spans(body[paragraph:stop])
    touched = [
        n
        for n, s in enumerate(sentences)
        if paragraph + s.start < end and paragraph + s.end > start
    ]
    if not touched:
        return start, end
    first, last = touched[0], touched[-1]
    if first and sentences[last].end - sentences[first - 1].start <= CONTEXT_CHARACTERS:
        first -= 1
    low, high = paragraph + sentences[first].start, paragraph + sentences[last].end
    return trimmed(body, min(low, start), max(high, end))


def trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch of a body without the white space at its ends."""
    text = body[start:end]
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
