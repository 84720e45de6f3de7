"""Listing articles page by page, and the sources they come from."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from index.article import ARTICLE_ID
from index.errors import InputError

if TYPE_CHECKING:
    from index.article import Article


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Some articles, newest first, and where the list goes on."""

    articles: tuple[Article, ...]
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One source: how many articles, and from when to when."""

    source: str
    articles: int
    first_published_at: date | None
    last_published_at: date | None


def encode_cursor(article: Article) -> str:
    """Where the page after this article begins."""
    day = article.published_at.isoformat() if article.published_at else ""
    return base64.urlsafe_b64encode(json.dumps([day, article.id]).encode()).decode()


def decode_cursor(cursor: str) -> tuple[str, str]:
    """The day (empty for none) and id of the last article already seen.

    Raises:
        InputError: it is not a cursor that a list gave.
    """
    try:
        day, article_id = json.loads(base64.urlsafe_b64decode(cursor))
        if day:
            date.fromisoformat(day)
        if isinstance(day, str) and ARTICLE_ID.fullmatch(article_id):
            return day, article_id
    except (ValueError, TypeError, RecursionError):
        pass
    raise InputError("the cursor is not one that this service gave; list again without it")
