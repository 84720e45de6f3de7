"""Around every request: its id, its log line, its numbers, its headers, its limits.

All of it is plain ASGI, so that a streamed response is passed on piece by piece.
"""

from __future__ import annotations

import re
import uuid
from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from api.problems import problem_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.metrics import Metrics

log = structlog.get_logger(__name__)

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
DEFAULT_HEADERS = {
    # An upgrade of the page shows at once, and nobody is shown yesterday's archive.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ARTICLES = "/v1/articles"
_OTHER_BODY_BYTES = 5_000_000
"""Most of a request that brings no articles. The longest valid one fits: question, history and
sources are 400,000 characters at most, each of which JSON may write in 12 bytes."""


class RequestRecord:
    """Gives each request an id, logs and counts it, and answers where the app crashed."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and watch over it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope["request_id"] = request_id
        status = 0
        began = perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception as error:
                log.exception("request crashed", route=_route(scope))
                if status:
                    raise
                response = problem_of(error).to_response(request_id)
                await response(scope, receive, send_with_headers)
            finally:
                self._record(scope, status, perf_counter() - began)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        # 499 is what proxies log for a client that left before the response began.
        self._metrics.request(scope["method"], route, status or 499, seconds)
        log.info(
            "request",
            method=scope["method"][:16],
            route=route,
            status=status or 499,
            milliseconds=round(seconds * 1000, 1),
        )


class BodyLimit:
    """Refuses a request that is larger than its kind may be, before all of it has come."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and watch over it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        brings_articles = scope["path"].startswith(_ARTICLES)
        limit = self._max_body_bytes if brings_articles else _OTHER_BODY_BYTES
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > limit:
            response = problem_of(_too_large(limit)).to_response(scope["request_id"])
            await response(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        await self._app(scope, receive_within_limit, send)


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"the request is larger than {limit:,} bytes; send less at a time")


def _add_headers(message: Message, request_id: str) -> None:
    headers = MutableHeaders(scope=message)
    headers["X-Request-ID"] = request_id
    for name, value in DEFAULT_HEADERS.items():
        headers.setdefault(name, value)


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path", None) or "other")
