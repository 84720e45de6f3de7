"""Articles, coming in and going out; sources; suggestions."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from api.schemas.common import CleanText, Line, Reply, Request
from index.article import ARTICLE_ID, Draft
from index.loaders.dates import parse_date, undated_reason
from index.loaders.jsonl import title_from

MOST_ARTICLES = 10_000
EXAMPLE: dict[str, JsonValue] = {
    "title": "Kim's train crosses into Russia",
    "body": "An armoured train carrying Kim Jong Un crossed into Russia early on Tuesday.",
    "source": "Harbor Wire",
    "published_at": "2023-09-12",
}


def _article_id(value: str) -> str:
    if not ARTICLE_ID.fullmatch(value):
        raise PydanticCustomError(
            "article_id", "an id is 1 to 200 of the characters A-Z a-z 0-9 . _ -"
        )
    return value


def _link(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise PydanticCustomError("url", "a URL starts with http:// or https://")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "it is empty; there would be nothing to find in it")
    return value


def _given(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


ArticleId = Annotated[CleanText, AfterValidator(_article_id)]
Link = Annotated[Line, AfterValidator(_link)]
Given = BeforeValidator(_given)
"""What is blank counts as not given."""


class ArticleFields(Request):
    """An article to be kept. Only `body` is required; the rest may be null or blank as well."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    body: Annotated[CleanText, AfterValidator(_not_blank)] = Field(
        description="The text, kept to the letter."
    )
    title: Annotated[Line | None, Given] = Field(
        None, description="If not given, the first words of the body."
    )
    id: Annotated[ArticleId | None, Given] = Field(
        None, description="If not given, derived from URL or source and title."
    )
    source: Annotated[Line | None, Given] = None
    author: Annotated[Line | None, Given] = None
    url: Annotated[Link | None, Given] = None
    published_at: Annotated[Annotated[CleanText, Field(max_length=100)] | None, Given] = Field(
        None,
        description="The article's own calendar day, best as YYYY-MM-DD. A date that can be read "
        "two ways (4/3/18) is left out with a warning.",
        examples=["2023-09-12"],
    )

    def to_draft(self, name: str, article_id: str | None = None) -> Draft:
        """The article as it goes into the archive.

        Args:
            name: what to call it where it has no title.
            article_id: its id, where the address gives it.
        """
        title = " ".join((self.title or "").split())
        warning = undated_reason(self.published_at) if self.published_at else None
        return Draft(
            body=self.body,
            title=title or title_from(self.body),
            id=article_id or self.id,
            source=self.source,
            author=self.author,
            url=self.url,
            published_at=parse_date(self.published_at) if self.published_at else None,
            name=title or name,
            warnings=(warning,) if warning else (),
        )


class ArticlesRequest(Request):
    """Articles to be kept."""

    articles: Annotated[list[ArticleFields], Field(min_length=1, max_length=MOST_ARTICLES)]


class ArticleReply(Reply):
    """What is known of an article beside its text."""

    id: str
    title: str
    source: str | None
    author: str | None
    url: str | None
    published_at: date | None
    version: str = Field(description="SHA-256 of its body.")


class ArticlePageReply(Reply):
    """Some articles, newest first."""

    articles: tuple[ArticleReply, ...]
    total: int = Field(description="How many there are on all pages.")
    next_cursor: str | None = Field(description="Give it as `cursor` for the next page.")


class VersionReply(Reply):
    """One of the texts an article has had."""

    version: str
    ingested_at: str


class FullArticleReply(ArticleReply):
    """An article with one of its texts."""

    body: str
    versions: tuple[VersionReply, ...] = Field(description="Newest first.")


class SourceReply(Reply):
    """A source: how many articles, and from when to when."""

    source: str
    articles: int
    first_published_at: date | None
    last_published_at: date | None


class SourcesReply(Reply):
    """All sources, the largest first."""

    sources: tuple[SourceReply, ...]


class SuggestionsReply(Reply):
    """Questions this archive can answer."""

    suggestions: tuple[str, ...]
    current: bool = Field(
        description="Whether they were worked out for the archive as it is. If not, that is under "
        "way: ask again in a few seconds."
    )
