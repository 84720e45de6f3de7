"""What routes ask for, so that a signature reads as its requirements."""

import secrets
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from api.errors import InvalidRequestError, KeyRequiredError, WritesClosedError
from api.guard import host_name, is_loopback
from api.inference import Slot
from api.service import Service


def get_service(request: Request) -> Service:
    """The running service."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(get_service)]


async def get_slot(service: ServiceDep) -> AsyncIterator[Slot]:
    """A place in the queue for as long as the response lasts."""
    with service.inference.slot() as slot:
        yield slot


SlotDep = Annotated[Slot, Depends(get_slot)]


def require_write_access(request: Request, service: ServiceDep) -> None:
    """Let writes come with the key; where none is set, from this machine alone.

    Raises:
        KeyRequiredError: a key is set, and it comes without the right one.
        WritesClosedError: none is set, and it comes from elsewhere.
    """
    key = service.settings.api_key
    if key is None:
        if _is_local(request):
            return
        raise WritesClosedError(
            "articles are changed from the machine the service runs on; set DATELINE_API_KEY there "
            "to allow it with that key, from elsewhere too"
        )
    # From this machine as well: behind a proxy here, everybody seems to come from it.
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    expected = key.get_secret_value()
    right = secrets.compare_digest(given.strip().encode(), expected.encode())
    if scheme.lower() != "bearer" or not right:
        raise KeyRequiredError("send the header Authorization: Bearer with the service's key")


WriteAccess = Depends(require_write_access)


def check_question(text: str, field: str, service: Service) -> None:
    """Refuse a question that is empty or too long.

    Raises:
        InvalidRequestError: it is; the message says the limit.
    """
    limit = service.settings.max_question_chars
    if not text.strip():
        raise InvalidRequestError(field, f"it is empty; write 1 to {limit:,} characters")
    if len(text) > limit:
        raise InvalidRequestError(
            field, f"it has {len(text):,} characters, over the limit of {limit:,}; shorten it"
        )


def _is_local(request: Request) -> bool:
    # A proxy on this machine that passes the Host header on is told by it; one that does not, and
    # names nobody it asks for, cannot be told: docs/http.md has a key set behind either.
    client = request.client
    named = host_name(request.headers.get("host", ""))
    return client is not None and is_loopback(client.host) and is_loopback(named)
