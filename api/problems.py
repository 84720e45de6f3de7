"""Every error as RFC 9457 problem+json: what is wrong, and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api import errors
from index import errors as index_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:dateline:problem:"
_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """An error on its way out."""

    status: int
    slug: str
    """The last part of its `type`."""
    title: str
    detail: str
    fields: tuple[tuple[str, str], ...] = ()
    """(field, what is wrong with it)."""
    headers: tuple[tuple[str, str], ...] = ()

    def to_json(self, request_id: str) -> dict[str, Any]:
        """The object that is sent."""
        shown: dict[str, Any] = {
            "type": TYPE_PREFIX + self.slug,
            "title": self.title,
            "status": self.status,
            "detail": _sendable(self.detail),
            "request_id": request_id,
        }
        if self.fields:
            shown["errors"] = [
                {"field": _sendable(field), "detail": _sendable(detail)}
                for field, detail in self.fields[:_MOST_FIELDS]
            ]
        return shown

    def to_response(self, request_id: str) -> JSONResponse:
        """The response that is sent."""
        return JSONResponse(
            self.to_json(request_id),
            status_code=self.status,
            headers=dict(self.headers),
            media_type=MEDIA_TYPE,
        )


# The first class that fits decides, so the special come before the general.
_KNOWN: tuple[tuple[type[Exception], int, str, str], ...] = (
    (index_errors.ArticleNotFoundError, 404, "article-not-found", "No such article"),
    (errors.JobNotFoundError, 404, "job-not-found", "No such job"),
    (errors.InvalidRequestError, 422, "invalid-request", "The request is not valid"),
    (index_errors.InputError, 422, "invalid-request", "The request is not valid"),
    (errors.KeyRequiredError, 401, "key-required", "A key is needed"),
    (errors.WritesClosedError, 403, "writes-closed", "Writing is closed from there"),
    (errors.BusyError, 503, "busy", "Too much is waiting"),
    (index_errors.ArchiveBusyError, 503, "archive-busy", "Another process is writing"),
    (index_errors.ArchiveFullError, 507, "disk-full", "No disk space is left"),
    (errors.UploadSpaceError, 507, "disk-full", "No disk space is left"),
    (index_errors.ArchiveError, 500, "archive-error", "The archive cannot be used"),
    (index_errors.DatelineError, 500, "internal-error", "The service could not do that"),
)
_CRASH = Problem(
    500,
    "internal-error",
    "Something went wrong inside the service",
    "Try again; if it stays, give the request_id to whoever runs the service: its log says more.",
)
_ADVICE = {
    400: "The body could not be read; send well-formed JSON in UTF-8, or multipart/form-data.",
    404: "There is nothing at this address; /docs lists what there is.",
    405: "This address does not take that method; the Allow header and /docs say which it takes.",
    415: "Send application/json or multipart/form-data.",
}


def problem_of(error: Exception) -> Problem:
    """The problem to send for any error; one that is not known tells nothing of the inside."""
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return _http(error)
    for kind, status, slug, title in _KNOWN:
        if isinstance(error, kind):
            fields: tuple[tuple[str, str], ...] = ()
            if isinstance(error, errors.InvalidRequestError):
                fields = ((error.field, error.reason),)
            return Problem(status, slug, title, str(error), fields, _headers(error))
    return _CRASH


def install(app: FastAPI) -> None:
    """Let every error of an app be answered by a problem."""
    for kind in (RequestValidationError, HTTPException, index_errors.DatelineError):
        app.add_exception_handler(kind, _respond)


async def _respond(request: Request, error: Exception) -> JSONResponse:
    problem = problem_of(error)
    if problem.status >= 500:
        log.warning("request failed", status=problem.status, error=type(error).__name__)
    return problem.to_response(request.scope.get("request_id", ""))


def _headers(error: Exception) -> tuple[tuple[str, str], ...]:
    if isinstance(error, errors.BusyError):
        return (("Retry-After", str(error.retry_after)),)
    if isinstance(error, index_errors.ArchiveBusyError):
        return (("Retry-After", "5"),)
    if isinstance(error, errors.KeyRequiredError):
        return (("WWW-Authenticate", 'Bearer realm="dateline"'),)
    return ()


def _http(error: HTTPException) -> Problem:
    phrase = "Too large" if error.status_code == 413 else HTTPStatus(error.status_code).phrase
    detail = error.detail
    if not detail or detail == phrase or error.status_code in (400, 404):
        detail = _ADVICE.get(error.status_code, phrase)
    given: Mapping[str, str] = error.headers or {}
    slug = phrase.lower().replace(" ", "-")
    return Problem(error.status_code, slug, phrase, detail, headers=tuple(given.items()))


def _invalid(error: RequestValidationError) -> Problem:
    fields = tuple(_complaint(problem) for problem in error.errors())
    field, detail = fields[0]
    more = f" (and {len(fields) - 1} more, see errors)" if len(fields) > 1 else ""
    return Problem(
        422, "invalid-request", "The request is not valid", f"{field}: {detail}{more}", fields
    )


def _complaint(problem: Mapping[str, Any]) -> tuple[str, str]:
    if problem["type"] == "json_invalid":
        reason, place = problem["ctx"]["error"], problem["loc"][-1]
        return "body", f"it is not valid JSON ({reason}, at character {place}); mend it"
    place = [str(part)[:60] for part in problem["loc"]]
    # `body.question` says no more than `question`: only one of them is sent with a request.
    field = ".".join(place[1:] or place)
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "missing":
        return field, "it is missing; send it"
    if problem["type"] in ("model_attributes_type", "model_type"):
        return field, "it is no JSON object; send one, with Content-Type: application/json"
    if problem["type"] == "extra_forbidden":
        return field, "there is no such field; /docs lists those there are"
    return field, message


def _sendable(text: str) -> str:
    """Text that can be sent, whatever names the request had for its fields."""
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\0")
