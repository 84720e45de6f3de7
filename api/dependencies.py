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
    """Let writes come from this machine, or with the key.

    Raises:
        KeyRequiredError: it comes from elsewhere without the right key.
        WritesClosedError: it comes from elsewhere and no key is set.
    """
    if _is_local(request):
        return
    key = service.settings.api_key
    if key is None:
        raise WritesClosedError(
            "articles are changed from the machine the service runs on; set DATELINE_API_KEY there "
            "to allow it from elsewhere with that key"
        )
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
    # Behind a proxy on this machine that hides who asks, the Host header still tells.
    client = request.client
    named = host_name(request.headers.get("host", ""))
    return client is not None and is_loopback(client.host) and is_loopback(named)
