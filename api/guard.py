"""Who may talk to the service: the names it answers to, the pages that may use it.

A page of another site can make a browser send requests to 127.0.0.1, and can even make its own name
point there (DNS rebinding). The Host check stops the second, the Origin check the first.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers

from api.errors import InvalidRequestError
from api.problems import Problem, problem_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Refuses foreign hosts and origins, and addresses that are not clean text."""

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str]) -> None:
        self._app = app
        self._allowed = frozenset(name.lower() for name in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "http" and (problem := self._objection(scope)):
            await problem.to_response(scope["request_id"])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _objection(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._knows(host):
            return Problem(
                421,
                "unknown-host",
                "The service does not answer to that name",
                "reach it as localhost or by its address in numbers, or add the name to "
                "DATELINE_ALLOWED_HOSTS",
            )
        if scope["method"] not in _SAFE_METHODS and _is_foreign(headers, host):
            return Problem(
                403,
                "foreign-origin",
                "Another site's page may not do that",
                "use the page that this service itself shows, or a program that sends no Origin",
            )
        return _unclean(scope)

    def _knows(self, host: str) -> bool:
        name = host_name(host)
        if name is None:
            return False
        # A page cannot make its own name point elsewhere if there is no name.
        return name == "localhost" or _is_address(name) or not self._allowed.isdisjoint((name, "*"))


def host_name(host: str) -> str | None:
    """The name in a Host header, in lower case and without brackets; None if there is none."""
    match = _HOST.fullmatch(host)
    return match["name"].strip("[]").lower() if match else None


def is_loopback(name: str | None) -> bool:
    """Whether a host name or address can only be this machine."""
    if name == "localhost":
        return True
    try:
        return ip_address(name or "").is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_foreign(headers: Headers, host: str) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") in ("cross-site", "same-site")
    try:
        return urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:
        return True


def _unclean(scope: Scope) -> Problem | None:
    raw_path = scope.get("raw_path") or scope["path"].encode()
    for field, raw in (("path", raw_path), ("query", scope["query_string"])):
        try:
            text = unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            reason = "it is not UTF-8; encode it so"
        else:
            if "\0" not in text:
                continue
            reason = "it has a NUL character; remove it"
        return problem_of(InvalidRequestError(field, reason))
    return None
