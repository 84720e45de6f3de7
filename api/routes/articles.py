"""Articles: listed, read, added, replaced, removed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.batches import DraftBatch
from api.dependencies import ServiceDep, WriteAccess
from api.errors import InvalidRequestError
from api.routes.posted import POSTED, Posted
from api.schemas.articles import (
    ArticleFields,
    ArticleId,
    ArticlePageReply,
    ArticleReply,
    FullArticleReply,
    VersionReply,
)
from api.schemas.common import CleanText
from api.schemas.jobs import JobStarted

router = APIRouter(prefix="/v1/articles", tags=["articles"])

KnownId = Annotated[ArticleId, Path(description="The article's id.")]
_WRITES: dict[int | str, dict[str, Any]] = {
    401: {"description": "The key is missing or wrong."},
    403: {"description": "Writing from there is closed."},
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "No such article."}}
_QUEUED: dict[int | str, dict[str, Any]] = {
    **_WRITES,
    503: {"description": "Too many ingests are waiting."},
}


@router.get("", response_model=ArticlePageReply)
def list_articles(
    service: ServiceDep,
    q: Annotated[
        CleanText, Query(max_length=200, description="Words of title, source, author or id.")
    ] = "",
    source: Annotated[CleanText | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[CleanText | None, Query(max_length=1000)] = None,
) -> ArticlePageReply:
    """The list of articles, newest first, those without a date last."""
    page = service.engine.archive.articles(query=q, source=source, limit=limit, cursor=cursor)
    return ArticlePageReply(
        articles=tuple(ArticleReply.model_validate(article) for article in page.articles),
        total=page.total,
        next_cursor=page.next_cursor,
    )


@router.get("/{article_id}", response_model=FullArticleReply, responses=_UNKNOWN)
def read_article(
    article_id: KnownId,
    service: ServiceDep,
    version: Annotated[
        CleanText | None, Query(max_length=64, description="The current one, if left out.")
    ] = None,
) -> FullArticleReply:
    """An article with its text, kept to the letter."""
    archive = service.engine.archive
    with archive.snapshot():
        article = archive.article(article_id)
        text = archive.version(article_id, version or article.version)
        versions = archive.versions(article_id)
    known = ArticleReply.model_validate(article).model_dump()
    return FullArticleReply(
        **{**known, "version": text.version},
        body=text.body,
        versions=tuple(VersionReply(version=name, ingested_at=at) for name, at in versions),
    )


@router.post(
    "",
    response_model=JobStarted,
    status_code=202,
    responses=_QUEUED,
    openapi_extra=POSTED,
    dependencies=[WriteAccess],
)
def add_articles(posted: Posted, service: ServiceDep) -> JobStarted:
    """Take in articles as JSON, or files (txt, md, html, pdf, docx, jsonl) as multipart.

    An article that is there already with the same content stays as it is; one with the same id and
    another content becomes its new version.
    """
    return JobStarted(job_id=service.jobs.submit(posted).id)


@router.put(
    "/{article_id}",
    response_model=JobStarted,
    status_code=202,
    responses=_QUEUED,
    dependencies=[WriteAccess],
)
def put_article(article_id: KnownId, article: ArticleFields, service: ServiceDep) -> JobStarted:
    """Add an article under an id, or make this its new version."""
    if article.id is not None and article.id != article_id:
        raise InvalidRequestError("id", "it is not the id in the address; leave it out")
    batch = DraftBatch([article.to_draft(article_id, article_id)])
    return JobStarted(job_id=service.jobs.submit(batch).id)


@router.delete(
    "/{article_id}",
    status_code=204,
    response_class=Response,
    responses={**_WRITES, **_UNKNOWN},
    dependencies=[WriteAccess],
)
def remove_article(article_id: KnownId, service: ServiceDep) -> None:
    """Remove an article with all its versions and vectors; the next search does not see it."""
    service.engine.ingester.remove(article_id)
