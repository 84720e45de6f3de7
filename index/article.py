"""Articles, their versions and their passages, and the filters that narrow them.

All offsets count Unicode code points of a version's body.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from index.errors import InvalidArticleError

if TYPE_CHECKING:
    from datetime import date

ARTICLE_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_SURROGATE = re.compile("[\ud800-\udfff]")


class TextSpan(NamedTuple):
    """`[start, end)` in code points of some text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as it comes in, before the archive has given it an id and a version."""

    body: str
    title: str = ""
    id: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    published_at: date | None = None
    name: str = ""
    """What the person knows it by: a file's path, a line of a file, a posted article's title."""
    warnings: tuple[str, ...] = ()
    titled_by_name: bool = False
    """The title is only its file's name, and many a folder has its `index.html`."""


@dataclass(frozen=True, slots=True)
class Article:
    """The source unit: what is known of an article beside its text."""

    id: str
    title: str
    source: str | None
    author: str | None
    url: str | None
    published_at: date | None
    version: str
    """The current version: SHA-256 of its body, as 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Version:
    """One text of an article."""

    article_id: str
    version: str
    body: str
    ingested_at: str
    """RFC 3339, UTC."""
    sequence: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable piece of one version: `body[start:end] == text`."""

    id: int
    """Unique in its archive, never used again."""
    article_id: str
    version: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may find. Empty means all.

    Dates include both ends and compare the article's own calendar day; an article without a date
    is outside every date range, one without a source outside every list of sources.
    """

    sources: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None

    def __bool__(self) -> bool:
        return bool(self.sources) or bool(self.published_from) or bool(self.published_to)

    def accept(self, article: Article) -> bool:
        """Whether an article lies inside."""
        if self.sources and article.source not in self.sources:
            return False
        if self.published_from is None and self.published_to is None:
            return True
        day = article.published_at
        return (
            day is not None
            and (self.published_from is None or self.published_from <= day)
            and (self.published_to is None or day <= self.published_to)
        )


def version_of(body: str) -> str:
    """The version of a body: SHA-256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(body.encode()).hexdigest()


def identify(draft: Draft) -> str:
    """The id of a draft: the one given, else from its URL, its source and title, or its body.

    A file's name in the title's place does not tell articles apart, so then the body counts too.

    Raises:
        InvalidArticleError: the given id has characters an id cannot have.
    """
    if draft.id is not None:
        if not ARTICLE_ID.fullmatch(draft.id):
            raise InvalidArticleError(
                f"the id {draft.id[:60]!r} is not usable: an id is 1 to 200 of the characters "
                "A-Z a-z 0-9 . _ -; change it, or leave it out to have one derived"
            )
        return draft.id
    if draft.url:
        return _derived_id(draft.url.split("://", 1)[-1], draft.url)
    if draft.title:
        named = f"{draft.source or ''}\n{draft.title}"
        return _derived_id(draft.title, f"{named}\n{draft.body}" if draft.titled_by_name else named)
    return version_of(draft.body)[:12]


def check_text(value: str, what: str) -> None:
    """Refuse what cannot be stored or sent faithfully.

    Raises:
        InvalidArticleError: the value has a NUL character or half of a surrogate pair.
    """
    if "\0" in value:
        place = value.index("\0")
        raise InvalidArticleError(f"{what} has a NUL character at offset {place}; remove it")
    if match := _SURROGATE.search(value):
        raise InvalidArticleError(
            f"{what} has half of a surrogate pair at offset {match.start()}; "
            "decode the text again from its source"
        )


def _derived_id(readable: str, key: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", readable.lower()).strip("-")[:60].strip("-")
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    return f"{slug}-{digest}" if slug else digest
