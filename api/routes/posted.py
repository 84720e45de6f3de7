"""Reading what `POST /v1/articles` brings: articles in JSON, or files in multipart."""

import errno
import json
import tempfile
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.batches import DraftBatch, UploadBatch
from api.dependencies import ServiceDep
from api.errors import InvalidRequestError, UploadSpaceError
from api.jobs import Batch
from api.schemas.articles import ArticlesRequest
from api.schemas.common import CleanText
from index.loaders import LoadLimits

MOST_FILES = 1000
_NAME: TypeAdapter[str] = TypeAdapter(CleanText)

POSTED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/ArticlesRequest"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {
                                "type": "string",
                                "contentMediaType": "application/octet-stream",
                            },
                        }
                    },
                }
            },
        },
    }
}


async def read_posted(request: Request, service: ServiceDep) -> Batch:
    """What is to be ingested, whichever way it came."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return await _articles(request)
    if kind == "multipart/form-data":
        limits = LoadLimits(max_file_bytes=service.settings.max_file_bytes)
        return await _files(request, limits)
    raise HTTPException(415)


Posted = Annotated[Batch, Depends(read_posted)]


async def _articles(request: Request) -> DraftBatch:
    body = await request.body()
    return await run_in_threadpool(_drafts, body)


def _drafts(body: bytes) -> DraftBatch:
    try:
        # Not pydantic's own parser: it cannot say which field has half of a surrogate pair.
        articles = ArticlesRequest.model_validate(json.loads(body)).articles
    except json.JSONDecodeError as error:
        problem = {"type": "json_invalid", "loc": ("body", error.pos), "ctx": {"error": error.msg}}
        raise RequestValidationError([problem]) from None
    except (RecursionError, UnicodeDecodeError):
        raise HTTPException(400) from None
    except ValidationError as error:
        raise RequestValidationError(
            [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        ) from None
    return DraftBatch(
        [article.to_draft(f"articles.{number}") for number, article in enumerate(articles)]
    )


async def _files(request: Request, limits: LoadLimits) -> UploadBatch:
    try:
        return await _received(request, limits)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UploadSpaceError(
            f"no space is left in {tempfile.gettempdir()}, where files wait until they are taken "
            "in; free some, or send less at a time"
        ) from None


async def _received(request: Request, limits: LoadLimits) -> UploadBatch:
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        files = [part for part in form.getlist("files") if isinstance(part, UploadFile)]
        if not files or len(files) != len(form.multi_items()):
            raise InvalidRequestError(
                "files", "send one or more files, each in a part called files, and nothing else"
            )
        names = [_file_name(file) for file in files]
        batch = UploadBatch(limits)
        try:
            for name, file in zip(names, files, strict=True):
                await run_in_threadpool(batch.add, name, file.file)
        except BaseException:
            batch.discard()
            raise
        return batch


def _file_name(file: UploadFile) -> str:
    try:
        name = _NAME.validate_python(file.filename or "")
    except ValidationError as error:
        raise InvalidRequestError("files", error.errors()[0]["msg"]) from None
    return name.replace("\\", "/").rsplit("/", 1)[-1][:255]
